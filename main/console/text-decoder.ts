import { isUtf8 } from 'node:buffer';

const empty = Buffer.alloc(0);
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * One stream of a program's output as normalised UTF-8 (S8). Characters split across chunks are held until they are whole, `\r\n` becomes
 * `\n`; a lone `\r`, ANSI sequences and a byte order mark stay. Each byte that is no part of a whole character becomes one U+FFFD: so
 * engines write it into their log, and what the attachment brought must be found again there, by count and by text. The decoders of
 * the web, and the runtime's own, make one of a whole broken character, and so count otherwise.
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

  /** As `push` of a chunk that is whole by itself and of which nothing is held; null of any other, which is then not taken. */
  pushWhole(chunk: Buffer): Buffer | null {
    if (this.pending.length > 0 || chunk[chunk.length - 1] === carriageReturn || !isUtf8(chunk)) return null;
    return joinLineEnds(chunk);
  }

  /** What is still held, as the end of the stream; afterwards the decoder is fresh. */
  end(): Buffer {
    const rest = this.pending;
    this.pending = empty;
    return normalise(rest, false);
  }
}

function normalise(bytes: Buffer, hasReturn: boolean): Buffer {
  const text = isUtf8(bytes) ? bytes : replaceInvalid(bytes);
  return hasReturn ? joinLineEnds(text) : text;
}

const replacement = Buffer.from('\ufffd');

function replaceInvalid(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length * replacement.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const size = characterSize(bytes, at);
    length += size === 0 ? replacement.copy(out, length) : bytes.copy(out, length, at, at + size);
    at += size === 0 ? 1 : size;
  }
  // A copy: what is kept must not keep three times its size alive.
  return Buffer.from(out.subarray(0, length));
}

/** Bytes of the whole character at `at`; 0 if none is there. */
function characterSize(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // Everything but its last byte must be the beginning of a character, and that byte one that goes on.
  if (at + size > bytes.length || !isBeginning(bytes.subarray(at, at + size - 1), 0)) return 0;
  for (let next = at + (size === 2 ? 1 : 2); next < at + size; next += 1) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return size;
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
