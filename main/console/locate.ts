/**
 * Where in the engine's log the text that we already have ends. By count it is at `hint`; the count is wrong only if the
 * engine lost log entries (it was killed with some in flight) or mangled bytes, so the text itself is asked.
 *
 * `window` is log text whose first byte lies at position `start`; `tail` is the end of what we have. Returns the position in the
 * log after our last byte, or null if no trace of `tail` is in the window. Pure.
 */
export function locate(window: Buffer, start: number, tail: Buffer, hint: number): number | null {
  if (matchesAt(window, start, tail, hint)) return hint;
  for (const needle of needles(tail)) {
    const found = nearest(window, needle.text, hint - start - needle.after - needle.text.length);
    if (found !== null) return agreeing(window, found + needle.text.length, needle.rest) + start;
  }
  return null;
}

/** Whether the window's text before `position` is what `tail` ends with, as far as both reach. Nothing to compare is no match. */
export function matchesAt(window: Buffer, start: number, tail: Buffer, position: number): boolean {
  const end = position - start;
  if (end < 0 || end > window.length) return false;
  const length = Math.min(end, tail.length);
  if (length === 0) return tail.length === 0 || position === 0;
  return window.subarray(end - length, end).equals(tail.subarray(tail.length - length));
}

interface Needle {
  text: Buffer;
  /** What follows the needle in `tail`: text that the log may lack, or hold in part. */
  rest: Buffer;
  after: number;
}

/** What to look for, best first: long ends of the tail, then its whole lines, last one first. */
function* needles(tail: Buffer): Generator<Needle> {
  for (const length of [4096, 1024, 256]) {
    if (tail.length >= length)
      yield { text: tail.subarray(tail.length - length), rest: Buffer.alloc(0), after: 0 };
  }
  let end = tail.length;
  for (let tries = 0; tries < 200 && end > 0; tries += 1) {
    const newline = tail.lastIndexOf(0x0a, end - 1);
    if (newline < 0) return;
    const before = newline === 0 ? -1 : tail.lastIndexOf(0x0a, newline - 1);
    // The first line of the tail may be cut: only a line whose beginning is known is evidence.
    if (before < 0 && tail.length >= 4096) return;
    const line = tail.subarray(before + 1, newline + 1);
    const rest = tail.subarray(newline + 1);
    if (line.length > 1) yield { text: line, rest, after: rest.length };
    end = newline;
  }
}

/** The occurrence of `needle` that begins nearest to `around`. */
function nearest(window: Buffer, needle: Buffer, around: number): number | null {
  const middle = Math.max(0, Math.min(window.length, around));
  const before = window.lastIndexOf(needle, middle);
  const after = window.indexOf(needle, middle);
  if (before < 0) return after < 0 ? null : after;
  if (after < 0) return before;
  return middle - before <= after - middle ? before : after;
}

/** Steps over as much of `rest` as the window has at `at`. */
function agreeing(window: Buffer, at: number, rest: Buffer): number {
  let same = 0;
  while (same < rest.length && at + same < window.length && window[at + same] === rest[same]) same += 1;
  return at + same;
}
