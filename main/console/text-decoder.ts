import { isUtf8 } from 'node:buffer';

const empty = Buffer.alloc(0);
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * One stream of a program's output as normalised UTF-8 (S8). Characters split across chunks are held until they are whole, invalid
 * bytes become U+FFFD as in the WHATWG decoder, `\r\n` becomes `\n`; a lone `\r`, ANSI sequences and a byte order mark stay.
 * What comes out always consists of whole characters, and how the input was cut into chunks never shows in it.
 */
export class ConsoleDecoder {
  private pending: Buffer = empty;

  /** Raw bytes held back, 0–3: the beginning of a character, or a `\r` whose next byte is not known yet. */
  get held(): number {
    return this.pending.length;
  }

  /** The text that is certain by now; may be empty, or the chunk itself. The chunk must not be changed afterwards. */
  push(chunk: Buffer): Buffer {
    if (chunk.length === 0) return empty;
    const hasReturn = this.pending[0] === carriageReturn || chunk.includes(carriageReturn);
    if (this.pending.length === 0 && !hasReturn && isUtf8(chunk)) return chunk;
    const bytes = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const end = certainEnd(bytes);
    // A copy: two bytes must not keep a large read buffer alive.
    this.pending = end === bytes.length ? empty : Buffer.from(bytes.subarray(end));
    return normalise(bytes.subarray(0, end), hasReturn);
  }

  /** What is still held, as the end of the stream; afterwards the decoder is fresh. */
  end(): Buffer {
    const rest = this.pending;
    this.pending = empty;
    return normalise(rest, false);
  }
}

function normalise(bytes: Buffer, hasReturn: boolean): Buffer {
  // The runtime's own decoding to a string replaces invalid bytes exactly as TextDecoder does, and keeps a byte order mark.
  const text = isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8'));
  return hasReturn ? joinLineEnds(text) : text;
}

/** Where the bytes end whose meaning can't change with what follows. */
function certainEnd(bytes: Buffer): number {
  const { length } = bytes;
  if (bytes[length - 1] === carriageReturn) return length - 1;
  for (let at = length - 1; at >= Math.max(0, length - 3); at -= 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) return isBeginning(bytes, at) ? at : length;
  }
  return length;
}

/** Whether the bytes from `at` to the end are the beginning of a character that more bytes could complete (the WHATWG ranges). */
function isBeginning(bytes: Buffer, at: number): boolean {
  const lead = bytes[at] ?? 0;
  if (lead < 0xc2 || lead > 0xf4) return false;
  const needed = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const present = bytes.length - at;
  if (present >= needed) return false;
  const second = bytes[at + 1];
  if (second === undefined) return true;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return second >= lowest && second <= highest;
}

function joinLineEnds(text: Buffer): Buffer {
  let at = text.indexOf(carriageReturn);
  if (at < 0) return text;
  const out = Buffer.allocUnsafe(text.length);
  let from = 0;
  let length = 0;
  while (at >= 0) {
    length += text.copy(out, length, from, at);
    // A run of returns is stepped through here: a search for each would cost far more than the byte.
    for (from = at; text[from] === carriageReturn; from += 1) {
      if (text[from + 1] !== lineFeed) out[length++] = carriageReturn;
    }
    at = text.indexOf(carriageReturn, from);
  }
  length += text.copy(out, length, from);
  return out.subarray(0, length);
}
