import type { LogEntry } from '../docker/contract.ts';
import type { LogRun } from './log-window.ts';
import type { ConsoleDecoder } from './text-decoder.ts';

const carriageReturn = 0x0d;

/**
 * The text of `entries` from `from` to `to` (without that one), which are of one stream. What they are decoded to is the same as one by
 * one; in one piece it costs a fraction. Nothing of what it gives lies in the memory that the entries lie in, if they are several.
 */
export function decodeRun(
  decoder: ConsoleDecoder,
  entries: readonly LogEntry[],
  from: number,
  to: number,
): LogRun {
  const first = entries[from];
  if (first && to - from === 1) {
    const text = decoder.push(first.data);
    return { text, ends: [text.length], times: [first.time] };
  }
  return decodeTogether(decoder, entries, from, to) ?? decodeEach(decoder, entries, from, to);
}

/** Null where a character or a line's end may go over from one entry to the next, or bytes are no text. */
function decodeTogether(
  decoder: ConsoleDecoder,
  entries: readonly LogEntry[],
  from: number,
  to: number,
): LogRun | null {
  let size = 0;
  for (let index = from; index < to; index += 1) size += entries[index]?.data.length ?? 0;
  const bytes = Buffer.allocUnsafeSlow(size);
  const ends: number[] = [];
  const times: string[] = [];
  let at = 0;
  let returns = 0;
  for (let index = from; index < to; index += 1) {
    const entry = entries[index];
    if (!entry) continue;
    const { data, time } = entry;
    bytes.set(data, at);
    at += data.length;
    if (data[data.length - 2] === carriageReturn) returns += 1;
    ends.push(at - returns);
    times.push(time);
  }
  const text = decoder.pushWhole(bytes);
  // Every line's end lost one byte, and nothing else did.
  return text !== null && text.length === size - returns ? { text, ends, times } : null;
}

function decodeEach(decoder: ConsoleDecoder, entries: readonly LogEntry[], from: number, to: number): LogRun {
  const texts: Buffer[] = [];
  const ends: number[] = [];
  const times: string[] = [];
  let at = 0;
  for (const { data, time } of entries.slice(from, to)) {
    const text = decoder.push(data);
    at += text.length;
    texts.push(text);
    ends.push(at);
    times.push(time);
  }
  return { text: Buffer.concat(texts), ends, times };
}
