/** A line of a text, and what ends it: a line feed, with or without a carriage return, or nothing for the last one. */
export interface TextLine {
  text: string;
  end: string;
}

/** All lines; an end of the last line begins none. */
export function linesOf(text: string): TextLine[] {
  const lines: TextLine[] = [];
  let at = 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const stop = feed < 0 ? text.length : feed;
    const isWindows = feed > at && text[feed - 1] === '\r';
    const until = isWindows ? stop - 1 : stop;
    lines.push({ text: text.slice(at, until), end: text.slice(until, feed < 0 ? stop : feed + 1) });
    at = feed < 0 ? text.length : feed + 1;
  }
  return lines;
}

export const textOf = (lines: readonly TextLine[]): string =>
  lines.map((line) => line.text + line.end).join('');

/** How lines of this text end: as its first one. */
export const usualEnd = (lines: readonly TextLine[]): string =>
  lines.find(({ end }) => end !== '')?.end ?? '\n';

/** Puts a line at a place; one before it that had no end gets one. */
export function insertLine(lines: TextLine[], at: number, text: string): void {
  const end = usualEnd(lines);
  const before = lines[at - 1];
  if (before?.end === '') before.end = end;
  lines.splice(at, 0, { text, end });
}
