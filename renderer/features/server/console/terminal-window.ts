import type { Terminal } from '@xterm/xterm';
import type { Appended, ConsoleModel } from '../../../state/console-model.ts';
import { bytes } from '../../../ui/format.ts';
import { type PieceRange, windowAround, windowAtEnd } from './console-window.ts';
import { strings } from './strings.ts';
import { type Anchor, TerminalMarks } from './terminal-marks.ts';

interface TerminalWindowOptions {
  terminal: Terminal;
  model: ConsoleModel;
  /** Rows that the window may have. */
  maxRows: () => number;
}

const gapLine = (size: number): string =>
  `\r\n\x1b[0;2;3m── ${size > 0 ? strings.notLoaded(bytes(size)) : strings.someNotLoaded} ──\x1b[0m\r\n`;

/** What was selected: where its text begins, and how long it was at that width. */
interface Selection {
  start: Anchor | null;
  column: number;
  cells: number;
  cols: number;
  text: string;
}

/**
 * The stretch of a ConsoleModel that the terminal holds. While it *follows*, its end is the live end. Written anew for another
 * stretch, it keeps what is in view and what is selected where it is, by the text that it belongs to.
 */
export class TerminalWindow {
  readonly marks: TerminalMarks;
  private readonly options: TerminalWindowOptions;
  private isFollowing = true;
  private end = 0;
  private kept: Selection | null = null;
  private writing = false;
  private isClosed = false;

  constructor(options: TerminalWindowOptions) {
    this.options = options;
    this.marks = new TerminalMarks(options.terminal);
  }

  get follows(): boolean {
    return this.isFollowing;
  }

  /** While it doesn't follow, the model keeps what is read rather than what comes. */
  follow(follows: boolean): void {
    this.isFollowing = follows;
    this.options.model.keepsOldest = !follows;
  }

  /** Where it ends in the history. */
  get shownTo(): number {
    return this.end;
  }

  /** Whether it is being written anew. */
  get isWriting(): boolean {
    return this.writing;
  }

  /** Whether the newest text is in view. */
  get isAtEnd(): boolean {
    const { active } = this.options.terminal.buffer;
    return this.isFollowing && active.viewportY >= active.baseY;
  }

  /** Index of the first piece that the terminal has from its beginning. */
  get firstShown(): number {
    const { pieces } = this.options.model;
    const { first } = this.marks;
    const index = pieces.findIndex(({ from }) => from >= (first ?? this.end));
    return index < 0 ? Math.max(0, pieces.length - 1) : index;
  }

  pieceAt(offset: number): number {
    const { pieces } = this.options.model;
    const index = pieces.findIndex(({ to }) => to > offset);
    return index < 0 ? Math.max(0, pieces.length - 1) : index;
  }

  atEnd(): PieceRange {
    const { model, terminal, maxRows } = this.options;
    return windowAtEnd(model.pieces, { rows: maxRows(), columns: terminal.cols });
  }

  /** The piece at an index with about so many rows before it, and as much behind it as fits. */
  around(index: number, older: number): PieceRange {
    const { model, terminal, maxRows } = this.options;
    return windowAround(model.pieces, index, { older, newer: maxRows() - older, columns: terminal.cols });
  }

  /** Live text, behind what is there. `written` is called when it is in the terminal. */
  append(queue: readonly Appended[], written: () => void): void {
    const { terminal, model } = this.options;
    let text = '';
    for (const appended of queue) {
      if (appended.startsPiece) {
        if (appended.gap > 0) text += gapLine(appended.gap);
        terminal.write(text, () => this.marks.add(appended.from));
        text = '';
      }
      text += appended.text;
    }
    terminal.write(text, written);
    this.end = model.to ?? 0;
  }

  /** Writes all anew once what was written before is through: `choose` says what, `begun` is called as soon as it is chosen. */
  rewrite({ choose, begun, done }: { choose: () => PieceRange; begun: () => void; done: () => void }): void {
    const { terminal } = this.options;
    this.writing = true;
    terminal.write('', () => {
      if (this.isClosed) return;
      const back = this.rememberView();
      this.writePieces(choose());
      begun();
      terminal.write('', () => {
        if (this.isClosed) return;
        this.writing = false;
        back();
        done();
      });
    });
  }

  /** The text that is selected, also while its lines are being written anew or have left the window. */
  get selection(): string {
    return this.options.terminal.getSelection() || (this.kept?.text ?? '');
  }

  /** Somebody begins to select something else, or nothing. */
  forgetSelection(): void {
    this.kept = null;
  }

  /** Empties the view; the history stays. */
  clear(done: () => void): void {
    const { terminal } = this.options;
    terminal.write('', () => {
      terminal.clear();
      this.marks.clear();
      done();
    });
  }

  /** The terminal goes; what is still being written doesn't matter any more. */
  close(): void {
    this.isClosed = true;
    this.options.model.keepsOldest = false;
  }

  private writePieces({ first, end }: PieceRange): void {
    const { model, terminal } = this.options;
    const { pieces, isDetached } = model;
    this.follow(end === pieces.length && !isDetached);
    this.end = pieces[end - 1]?.to ?? 0;
    terminal.reset();
    this.marks.clear();
    let last: number | null = null;
    for (const { from, to, text } of pieces.slice(first, end)) {
      terminal.write(last !== null && from > last ? gapLine(from - last) : '', () => this.marks.add(from));
      terminal.write(text);
      last = to;
    }
  }

  /** What is in view and what is selected, by the text; the result brings both back, as far as it is in the window. */
  private rememberView(): () => void {
    const { terminal } = this.options;
    const top = this.isAtEnd ? null : this.marks.anchorOf(terminal.buffer.active.viewportY);
    this.kept = this.selected() ?? this.kept;
    return () => {
      this.scrollTo(top);
      const { kept } = this;
      const row = kept?.start ? this.marks.rowOf(kept.start) : null;
      if (!kept || row === null || row < 0 || kept.cols !== terminal.cols) return;
      terminal.select(kept.column, row, kept.cells);
      this.kept = null;
    };
  }

  private selected(): Selection | null {
    const { terminal } = this.options;
    const { cols } = terminal;
    const position = terminal.getSelectionPosition();
    if (!position) return null;
    const { start, end } = position;
    return {
      start: this.marks.anchorOf(start.y),
      column: start.x,
      cells: (end.y - start.y) * cols + end.x - start.x,
      cols,
      text: terminal.getSelection(),
    };
  }

  private scrollTo(anchor: Anchor | null): void {
    const row = anchor ? this.marks.rowOf(anchor) : null;
    if (row !== null) this.options.terminal.scrollToLine(Math.max(0, row));
  }
}
