import { keptLines } from '../../shared/model/crash.ts';

/** Bounds of a report's text, in characters: of a line, and of all of it. */
const maxLine = 2000;
const maxTail = 64 * 1024;

/** Colours, cursor movements and titles of terminals (ECMA-48: CSI, OSC, and other escapes). */
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;
/** Control characters but for the tab, and those that turn the direction of text. */
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** The last lines of a console as they are read by people, bounded; a line that was drawn over is told as it was left. */
export function plainLines(text: string): string[] {
  const lines = text.replace(escapes, '').split('\n').map(plainLine);
  while (lines.at(-1) === '') lines.pop();
  const last = lines.slice(-keptLines);
  let left = maxTail;
  const tooMuch = last.findLastIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return last.slice(tooMuch + 1);
}

function plainLine(line: string): string {
  const drawn = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  return drawn.replace(controls, '').slice(0, maxLine);
}
