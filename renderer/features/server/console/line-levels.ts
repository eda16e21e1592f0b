import { byteLength } from '../../../../client/byte-length.ts';
import { withoutEscapes } from '../../../ui/without-escapes.ts';

export const levels = ['all', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

export interface LevelLine {
  /** Where it begins in the history, in bytes. */
  offset: number;
  text: string;
  level: Level;
}

/** Lines that are shown at most: the newest. */
const shownLines = 500;
/** Characters of a line that are looked at. */
const readChars = 400;

const error =
  /\b(?:ERROR|FATAL|SEVERE|CRITICAL|PANIC)\b|\b(?:error|fatal|panic|exception)\b\s*[:\]]|\w(?:Exception|Error)(?::|$)|^Traceback |^Caused by: |segmentation fault/;
const warning = /\bWARN(?:ING)?\b|\bwarn(?:ing)?\b\s*[:\]]/i;
/** Goes on with what the line before it said: stack traces. */
const continued = /^(?:\s+at |\s+\.\.\. \d+ more|\s{4,}\S|\t)/;

/** How bad a line says that it is, by the words that games and their libraries use. Pure. */
export function levelOf(line: string): Level {
  const read = line.slice(0, readChars);
  if (error.test(read)) return 'error';
  return warning.test(read) ? 'warn' : 'all';
}

/** The newest lines of at least that level with what belongs to them, in their order. Pure. */
export function linesOfLevel(
  pieces: readonly { from: number; text: string }[],
  least: Exclude<Level, 'all'>,
): LevelLine[] {
  const found: LevelLine[] = [];
  let last: Level = 'all';
  /** The beginning of a line whose end comes with the next piece. */
  let rest = { offset: 0, text: '' };
  const take = (offset: number, raw: string): void => {
    const text = withoutEscapes(raw).replace(/\r$/, '').split('\r').at(-1) ?? '';
    const own = levelOf(text);
    last = own === 'all' && continued.test(text) ? last : own;
    if (last === 'error' || (last === 'warn' && least === 'warn')) found.push({ offset, text, level: last });
  };
  for (const { from, text } of pieces) {
    const goesOn = rest.text !== '' && rest.offset + byteLength(rest.text) === from;
    let offset = goesOn ? rest.offset : from;
    const lines = (goesOn ? rest.text + text : text).split('\n');
    rest = { offset: 0, text: '' };
    lines.forEach((line, index) => {
      if (index === lines.length - 1) rest = { offset, text: line };
      else take(offset, line);
      offset += byteLength(line) + 1;
    });
    if (found.length > shownLines * 2) found.splice(0, found.length - shownLines);
  }
  if (rest.text !== '') take(rest.offset, rest.text);
  return found.slice(-shownLines);
}
