import type { Terminal } from '@xterm/xterm';

/** A match in the terminal: its first cell, and how many cells it has (over line ends, if it is wrapped). */
interface CellRange {
  row: number;
  column: number;
  cells: number;
}

/** How many lines lie between the one at `row` and the one that `to` belongs to. */
export function linesUpTo(terminal: Terminal, row: number, to: number): number {
  const { active } = terminal.buffer;
  let lines = 0;
  for (let at = row + 1; at <= to; at += 1) if (!active.getLine(at)?.isWrapped) lines += 1;
  return lines;
}

/** The first row of the line (wrapped or not) that lies `lines` lines below the one at `row`. */
export function rowOfLine(terminal: Terminal, row: number, lines: number): number {
  const { active } = terminal.buffer;
  let at = row;
  for (let left = lines; left > 0 && at < active.length; left -= 1) {
    at += 1;
    while (at < active.length && active.getLine(at)?.isWrapped) at += 1;
  }
  return at;
}

/** Where a text (in lower case) is in the line that begins at `row`, as it is seen; all of its places. */
export function matchesInLine(terminal: Terminal, row: number, wanted: string): CellRange[] {
  const { active } = terminal.buffer;
  let text = '';
  /** For each character of `text`: its cell, counted from the line's first. */
  const cells: number[] = [];
  for (let at = row; at === row || active.getLine(at)?.isWrapped; at += 1) {
    const line = active.getLine(at);
    if (!line) break;
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line.getCell(column);
      if (!cell || cell.getWidth() === 0) continue;
      const characters = (cell.getChars() || ' ').toLowerCase();
      for (let index = 0; index < characters.length; index += 1)
        cells.push((at - row) * terminal.cols + column);
      text += characters;
    }
  }
  const found: CellRange[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const first = cells[at] ?? 0;
    const end = cells[at + wanted.length] ?? (cells.at(-1) ?? 0) + 1;
    found.push({
      row: row + Math.floor(first / terminal.cols),
      column: first % terminal.cols,
      cells: end - first,
    });
  }
  return found;
}
