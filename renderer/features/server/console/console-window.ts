import type { ConsolePiece } from '../../../state/console-model.ts';

/** Some of the model's pieces, next to each other: those from index `first` up to and without `end`. */
export interface PieceRange {
  first: number;
  end: number;
}

/** About how many rows of a terminal a text takes: a line takes one more for each time that it is wrapped. */
export function rowsOf(text: string, columns: number): number {
  let rows = 0;
  let start = 0;
  for (;;) {
    const newline = text.indexOf('\n', start);
    const length = (newline < 0 ? text.length : newline) - start;
    rows += Math.max(1, Math.ceil(length / columns));
    if (newline < 0) return rows;
    start = newline + 1;
  }
}

/** The newest pieces that fit, one at least. */
export function windowAtEnd(
  pieces: readonly ConsolePiece[],
  { rows, columns }: { rows: number; columns: number },
): PieceRange {
  const last = pieces.at(-1);
  if (!last) return { first: 0, end: 0 };
  const older = rows - rowsOf(last.text, columns);
  return windowAround(pieces, pieces.length - 1, { older, newer: 1, columns });
}

/** The piece at `index`, and those that fit: up to `older` rows before it, and `newer` rows with it and those behind it. */
export function windowAround(
  pieces: readonly ConsolePiece[],
  index: number,
  { older, newer, columns }: { older: number; newer: number; columns: number },
): PieceRange {
  const rows = (at: number): number => rowsOf(pieces[at]?.text ?? '', columns);
  let end = index;
  for (let room = newer; end < pieces.length && (room > 0 || end === index); end += 1) room -= rows(end);
  let first = index;
  for (let room = older; first > 0 && room > 0; first -= 1) room -= rows(first - 1);
  return { first, end };
}
