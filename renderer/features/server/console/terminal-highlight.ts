import type { IDecoration, Terminal } from '@xterm/xterm';
import { matchesInLine } from './terminal-text.ts';

const matchColour = '#7a5c00';
/** Places that are coloured at once: what a screen shows is far less. */
const maxPlaces = 200;
/** Longest wait after a change of what is in view, in ms. */
const delayMs = 100;

/** Colours a text wherever it is in view. Only what is in view is looked at, so it costs the same however much there is. */
export class TerminalHighlight {
  private readonly terminal: Terminal;
  private wanted = '';
  private places: IDecoration[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly stopWatching: () => void;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
    const rendered = terminal.onRender(() => this.later());
    this.stopWatching = () => rendered.dispose();
  }

  /** Empty: nothing is coloured. */
  show(text: string): void {
    this.wanted = text.toLowerCase();
    this.draw();
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
    this.stopWatching();
    this.clear();
  }

  private later(): void {
    if (this.wanted === '') return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.draw();
    }, delayMs);
  }

  private draw(): void {
    const { active } = this.terminal.buffer;
    const key = this.keyOf();
    if (key === this.drawn) return;
    this.clear();
    this.drawn = key;
    if (this.wanted === '') return;
    let row = active.viewportY;
    while (row > 0 && active.getLine(row)?.isWrapped) row -= 1;
    for (; row < active.viewportY + this.terminal.rows; row += 1) {
      if (active.getLine(row)?.isWrapped) continue;
      for (const match of matchesInLine(this.terminal, row, this.wanted)) {
        if (this.places.length >= maxPlaces) return;
        this.colour(match.row, match.column, Math.min(match.cells, this.terminal.cols - match.column));
      }
    }
  }

  private drawn = '';

  /** What is in view, so that a redraw which our own colours have caused isn't followed by another one for ever. */
  private keyOf(): string {
    const { active } = this.terminal.buffer;
    return `${this.wanted}\n${active.viewportY} ${active.baseY} ${active.cursorY} ${active.cursorX} ${this.terminal.cols}`;
  }

  private colour(row: number, column: number, width: number): void {
    const { active } = this.terminal.buffer;
    const marker = this.terminal.registerMarker(row - active.baseY - active.cursorY);
    const place = this.terminal.registerDecoration({
      marker,
      x: column,
      width,
      backgroundColor: matchColour,
      foregroundColor: '#ffffff',
    });
    if (place) this.places.push(place);
    else marker.dispose();
  }

  private clear(): void {
    for (const place of this.places) {
      place.marker.dispose();
      place.dispose();
    }
    this.places = [];
  }
}
