import type { IMarker, Terminal } from '@xterm/xterm';
import { linesUpTo, rowOfLine } from './terminal-text.ts';

/** A row of the terminal, told by the text that it belongs to: so many rows below where the text at `offset` begins. */
export interface Anchor {
  offset: number;
  rows: number;
}

/** A line of the terminal, whatever its width: so many lines below where the text at `offset` begins. */
interface LineAnchor {
  offset: number;
  lines: number;
}

/** Where in the terminal the text of some offsets is: the terminal keeps the rows true while it scrolls, wraps and trims. */
export class TerminalMarks {
  private readonly terminal: Terminal;
  private marks: { offset: number; marker: IMarker }[] = [];

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  /** The text from `offset` on is written next. In the order of the offsets. */
  add(offset: number): void {
    this.dropGone();
    this.marks.push({ offset, marker: this.terminal.registerMarker(0) });
  }

  clear(): void {
    for (const { marker } of this.marks) marker.dispose();
    this.marks = [];
  }

  /** Where the first marked text begins that is still there; null if there is none. */
  get first(): number | null {
    this.dropGone();
    return this.marks[0]?.offset ?? null;
  }

  /** Null if nothing is marked. A row above all marks is told by the first one: its `rows` are negative. */
  anchorOf(row: number): Anchor | null {
    this.dropGone();
    const mark = this.marks.findLast(({ marker }) => marker.line <= row) ?? this.marks[0];
    return mark ? { offset: mark.offset, rows: row - mark.marker.line } : null;
  }

  /** Null if that text isn't in the terminal (any more). */
  rowOf({ offset, rows }: Anchor): number | null {
    this.dropGone();
    const mark = this.marks.find((one) => one.offset === offset);
    return mark ? mark.marker.line + rows : null;
  }

  /** The line that the row belongs to, told by the mark before it. Null if nothing is marked before. */
  lineAt(row: number): LineAnchor | null {
    this.dropGone();
    const mark = this.marks.findLast(({ marker }) => marker.line <= row);
    return mark ? { offset: mark.offset, lines: linesUpTo(this.terminal, mark.marker.line, row) } : null;
  }

  /** The first row of that line at the width of now; null if its mark is gone. */
  rowOfLineAt({ offset, lines }: LineAnchor): number | null {
    this.dropGone();
    const mark = this.marks.find((one) => one.offset === offset);
    return mark ? rowOfLine(this.terminal, mark.marker.line, lines) : null;
  }

  /** The last marked text that begins at or before an offset. */
  before(offset: number): { offset: number; row: number } | null {
    this.dropGone();
    const mark = this.marks.findLast((one) => one.offset <= offset);
    return mark ? { offset: mark.offset, row: mark.marker.line } : null;
  }

  private dropGone(): void {
    if (this.marks[0]?.marker.line === -1) this.marks = this.marks.filter(({ marker }) => marker.line >= 0);
  }
}
