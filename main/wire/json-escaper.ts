/** By byte: 0 stands for itself, 1 needs \u00XX, anything else is the letter after the backslash (RFC 8259, 7). */
const escapes = new Uint8Array(256);
escapes.fill(1, 0, 0x20);
for (const [byte, letter] of Object.entries({
  8: 'b',
  9: 't',
  10: 'n',
  12: 'f',
  13: 'r',
  34: '"',
  92: '\\',
})) {
  escapes[Number(byte)] = letter.charCodeAt(0);
}
const hex = Buffer.from('0123456789abcdef');
const backslash = 0x5c;

/** From here on text is escaped in slices by way of strings. */
const manyBytes = 512;
const sliceBytes = 4096;
/** Bytes that one byte of text becomes at most (\u00XX). */
const worstGrowth = 6;

/** Writes text as the inside of a JSON string into a block of memory that is used again and again. */
export class JsonEscaper {
  /** Bytes of text taken so far. */
  taken = 0;
  private at = 0;
  private readonly out: Buffer;

  /** `maxText`: bytes of text that may be added between two resets. */
  constructor(maxText: number) {
    this.out = Buffer.allocUnsafeSlow(maxText * worstGrowth);
  }

  reset(): void {
    this.taken = 0;
    this.at = 0;
  }

  /** The escaped text; overwritten after the next reset. */
  bytes(): Buffer {
    return this.out.subarray(0, this.at);
  }

  /** Takes whole characters of UTF-8. */
  add(text: Buffer): void {
    if (text.length < manyBytes) this.addBytes(text);
    else this.addSlices(text);
    this.taken += text.length;
  }

  /** The engine's own escaping is several times faster than a loop, and cheapest on strings that die young. */
  private addSlices(text: Buffer): void {
    for (let start = 0; start < text.length; ) {
      const end = start + characterBorder(text.subarray(start), sliceBytes);
      const quoted = JSON.stringify(text.toString('utf8', start, end));
      this.at += this.out.write(quoted.slice(1, -1), this.at);
      start = end;
    }
  }

  /** A few bytes are escaped before a string could be made of them. */
  private addBytes(text: Buffer): void {
    const { out } = this;
    let { at } = this;
    const { length } = text;
    for (let index = 0; index < length; index += 1) {
      const byte = text[index] ?? 0;
      const letter = escapes[byte] ?? 0;
      if (letter === 0) {
        out[at++] = byte;
      } else if (letter === 1) {
        at += out.write('\\u00', at, 'latin1');
        out[at++] = hex[byte >> 4] ?? 0;
        out[at++] = hex[byte & 15] ?? 0;
      } else {
        out[at++] = backslash;
        out[at++] = letter;
      }
    }
    this.at = at;
  }
}

/** The last border between two characters at or before `end`. */
export function characterBorder(text: Buffer, end: number): number {
  if (end >= text.length) return text.length;
  let at = end;
  while (at > 0 && ((text[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}
