/** Longest head of an answer that is looked at, and longest line in front of a chunk, in bytes. */
const maxHead = 64 * 1024;
const maxSizeLine = 16;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const lineEnd = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');
const empty = Buffer.alloc(0);

type State = 'head' | 'size' | 'data' | 'after data' | 'through';

/**
 * Makes the chunks of an HTTP answer fewer: what one read brings of its body becomes one chunk. An engine sends each entry of a log as a
 * chunk of its own, and Node's parser makes a buffer and an event of each, which cost more than all that is done with the entry
 * afterwards. The body stays the same. Whatever is not a `200` in chunks, or not understood, goes through as it is.
 */
export class ChunkMerger {
  private state: State = 'head';
  /** The head, or the line in front of a chunk, as far as it has come. */
  private held: Buffer = empty;
  /** Bytes of the chunk that are still to come, then of its line's end. */
  private missing = 0;

  /** The bytes to be parsed instead of `read`, which is used as working memory; may be empty. What it gives is a copy. */
  push(read: Buffer): Buffer {
    if (this.state === 'through') return Buffer.from(read);
    const bytes = this.held.length === 0 ? read : Buffer.concat([this.held, read]);
    this.held = empty;
    if (this.state !== 'head') return this.merge(bytes, empty);
    const end = bytes.indexOf(headEnd);
    if (end >= 0) {
      const head = Buffer.from(bytes.subarray(0, end + headEnd.length));
      this.state = isChunked(head.toString('latin1')) ? 'size' : 'through';
      return this.merge(bytes.subarray(head.length), head);
    }
    if (bytes.length > maxHead) return this.goThrough(bytes);
    this.held = Buffer.from(bytes);
    return empty;
  }

  /** Moves the payloads to the front of `bytes` and makes one chunk of them; `before` goes first, and what is not understood last. */
  private merge(bytes: Buffer, before: Buffer): Buffer {
    let length = 0;
    let at = 0;
    while (at < bytes.length && this.state !== 'through') {
      if (this.state === 'data') {
        const end = Math.min(bytes.length, at + this.missing);
        bytes.copyWithin(length, at, end);
        length += end - at;
        this.missing -= end - at;
        at = end;
        if (this.missing === 0) {
          this.state = 'after data';
          this.missing = lineEnd.length;
        }
      } else if (this.state === 'after data') {
        at += 1;
        this.missing -= 1;
        if (this.missing === 0) this.state = 'size';
      } else {
        const next = this.sizeLine(bytes, at);
        if (next === at) break;
        at = next;
      }
    }
    const rest = bytes.subarray(at);
    if (this.state === 'size') this.held = Buffer.from(rest);
    return joined(before, bytes.subarray(0, length), this.state === 'through' ? rest : empty);
  }

  /** Where the chunk begins whose line is at `at`; `at` itself if the line has not come whole, or all else goes through. */
  private sizeLine(bytes: Buffer, at: number): number {
    let size = 0;
    for (let index = at; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      const digit = hexDigit(byte);
      if (digit >= 0 && index - at < maxSizeLine) {
        size = size * 16 + digit;
        continue;
      }
      // The end of the body, or a chunk with an extension: from here on nothing is changed.
      if (byte !== carriageReturn || index === at || size === 0 || !Number.isSafeInteger(size)) break;
      if (index + 1 === bytes.length) return at;
      if (bytes[index + 1] !== lineFeed) break;
      this.state = 'data';
      this.missing = size;
      return index + lineEnd.length;
    }
    if (bytes.length - at < maxSizeLine && isDigits(bytes, at)) return at;
    this.state = 'through';
    return at;
  }

  private goThrough(bytes: Buffer): Buffer {
    this.state = 'through';
    return Buffer.from(bytes);
  }
}

function isChunked(head: string): boolean {
  return /^HTTP\/1\.1 200 /.test(head) && /\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n/i.test(head);
}

function isDigits(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at += 1) if (hexDigit(bytes[at] ?? 0) < 0) return false;
  return true;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function joined(before: Buffer, payload: Buffer, after: Buffer): Buffer {
  const line = payload.length === 0 ? '' : `${payload.length.toString(16)}\r\n`;
  const end = payload.length === 0 ? 0 : lineEnd.length;
  const out = Buffer.allocUnsafeSlow(before.length + line.length + payload.length + end + after.length);
  let at = before.copy(out);
  at += out.write(line, at, 'latin1');
  at += payload.copy(out, at);
  if (end > 0) at += lineEnd.copy(out, at);
  after.copy(out, at);
  return out;
}
