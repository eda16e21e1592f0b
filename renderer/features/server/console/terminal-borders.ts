import type { IDecoration, Terminal } from '@xterm/xterm';
import type { ConsoleModel } from '../../../state/console-model.ts';
import type { RunBorder } from './run-borders.ts';
import { rowOfLine } from './terminal-text.ts';
import type { TerminalWindow } from './terminal-window.ts';

interface TerminalBordersOptions {
  terminal: Terminal;
  window: TerminalWindow;
  model: ConsoleModel;
}

/**
 * Lines across the terminal where runs begin and end, as decorations: nothing of them is text, so that they are neither selected nor
 * copied. The terminal moves them with their rows.
 */
export class TerminalBorders {
  private readonly options: TerminalBordersOptions;
  private borders: readonly RunBorder[] = [];
  /** By offset. */
  private readonly placed = new Map<number, IDecoration>();

  constructor(options: TerminalBordersOptions) {
    this.options = options;
  }

  show(borders: readonly RunBorder[]): void {
    this.borders = borders;
    this.clear();
    this.sync();
  }

  /** Those whose text has come into the terminal are drawn. Cheap while there are none. */
  sync(): void {
    const { window } = this.options;
    if (this.borders.length === 0 || window.isWriting) return;
    const { first } = window.marks;
    if (first === null) return;
    for (const border of this.borders)
      if (border.offset >= first && border.offset <= window.shownTo && !this.placed.has(border.offset))
        this.place(border);
  }

  clear(): void {
    for (const decoration of [...this.placed.values()]) {
      decoration.marker.dispose();
      decoration.dispose();
    }
    this.placed.clear();
  }

  private place({ offset, label, kind }: RunBorder): void {
    const { terminal, window, model } = this.options;
    const mark = window.marks.before(offset);
    const lines = mark ? model.linesBetween(mark.offset, offset) : null;
    if (!mark || lines === null) return;
    const { active } = terminal.buffer;
    const row = rowOfLine(terminal, mark.row, lines);
    const marker = terminal.registerMarker(row - active.baseY - active.cursorY);
    const decoration = terminal.registerDecoration({ marker, width: terminal.cols, layer: 'top' });
    if (!decoration) {
      marker.dispose();
      return;
    }
    this.placed.set(offset, decoration);
    marker.onDispose(() => this.placed.delete(offset));
    decoration.onRender((element) => {
      element.className = `xterm-decoration run-border is-${kind}`;
      element.dataset.label = label;
    });
  }
}
