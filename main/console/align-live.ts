import type { LogWindow } from './log-window.ts';

const newline = 0x0a;

export interface LiveStart {
  /** What the attachment has brought of this stream so far, from its first byte. */
  live: Buffer;
  window: LogWindow;
  /** RFC 3339; nothing that the attachment brings can have been logged before it. */
  attachedAt: string;
  /** Neither the log nor the attachment brought anything for a while, so both have the same last line. */
  quiet: boolean;
}

/**
 * At which position of the log the attachment's first byte lies, or null while that is not certain. The attachment has no
 * numbers and the log comes later, so the two are laid side by side: when all is quiet their last lines are the same
 * one; while text is flowing, several lines that occur in the log only once fix the place. The attachment may begin inside a
 * character: what it has of that is never compared. Pure.
 */
export function alignLive({ live, window, attachedAt, quiet }: LiveStart): number | null {
  const end = live.lastIndexOf(newline) + 1;
  if (end === 0) return null;
  return quiet ? byLastLine(live, end, window, attachedAt) : byUniqueText(live, end, window, attachedAt);
}

function byLastLine(live: Buffer, end: number, window: LogWindow, attachedAt: string): number | null {
  const text = window.textFrom(window.start);
  const logEnd = text.lastIndexOf(newline) + 1;
  // Its first line too: on a busy machine a silence may be none, and then the log is a line ahead of it, or behind.
  const length = Math.min(end - brokenStart(live), logEnd);
  if (logEnd === 0 || !text.subarray(logEnd - length, logEnd).equals(live.subarray(end - length, end)))
    return null;
  const position = window.start + logEnd - end;
  const evidence = window.timeAt(window.start + logEnd - 1);
  return evidence !== null && evidence >= attachedAt ? position : null;
}

const replacement = Buffer.from('\ufffd');

/** Bytes that stand for the character inside of which the attachment began, of which it has at most three. */
function brokenStart(live: Buffer): number {
  let at = 0;
  while (at < 3 * replacement.length && live.subarray(at, at + replacement.length).equals(replacement))
    at += replacement.length;
  return at;
}

const leastLines = 3;
/** How much text is looked for, shortest first: a short piece is in the lagging log earlier, a long one is rarer. */
const needleBytes = [64, 256, 1024, 4096];

function byUniqueText(live: Buffer, end: number, window: LogWindow, attachedAt: string): number | null {
  const first = live.indexOf(newline) + 1;
  const text = window.textFrom(window.start);
  for (const bytes of needleBytes) {
    const border = live.indexOf(newline, first + bytes - 1) + 1;
    if (border === 0 || border > end) return null;
    const needle = live.subarray(first, border);
    if (countNewlines(needle) < leastLines) continue;
    const at = text.indexOf(needle);
    if (at < 0) return null;
    if (text.indexOf(needle, at + 1) >= 0) continue;
    const time = window.timeAt(window.start + at);
    const agrees = sameSoFar(text.subarray(at), live.subarray(first, end));
    return agrees && time !== null && time >= attachedAt ? window.start + at - first : null;
  }
  return null;
}

/** Whether the two are the same as far as both reach. */
function sameSoFar(a: Buffer, b: Buffer): boolean {
  const length = Math.min(a.length, b.length);
  return a.subarray(0, length).equals(b.subarray(0, length));
}

function countNewlines(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(newline); at >= 0; at = text.indexOf(newline, at + 1)) count += 1;
  return count;
}
