import { withoutEscapes } from '../../../ui/without-escapes.ts';

export interface PlainLine {
  /** Stays the same while the line does, so that only new lines are read out. */
  key: number;
  text: string;
}

/** Lines that are shown as plain text: the newest. */
const shownLines = 500;

/** The newest lines of a console's text without colours; of one that was overwritten in place the last state. */
export function plainLines(pieces: readonly { from: number; text: string }[]): PlainLine[] {
  const found: PlainLine[] = [];
  for (let at = pieces.length - 1; at >= 0 && found.length < shownLines; at -= 1) {
    const piece = pieces[at];
    if (!piece) break;
    const lines = withoutEscapes(piece.text).split('\n');
    if (lines.at(-1) === '') lines.pop();
    const keyed = lines.map((text, index) => ({
      key: piece.from * 1e4 + index,
      text: text.replace(/\r$/, '').split('\r').at(-1) ?? '',
    }));
    found.unshift(...keyed);
  }
  return found.slice(-shownLines);
}
