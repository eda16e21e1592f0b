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

/** Bytes that one byte of text becomes at most (\u00XX). */
export const worstGrowth = 6;
const wordBytes = 4;

/**
 * Whether any of four bytes at once has to be escaped (below 0x20, a quote, a backslash). Each part is the usual test for a byte
 * below n, or for a zero byte; a carry may accuse a neighbour of a byte that has to, never acquit one.
 */
function mayNeedEscape(word: number): boolean {
  const isControl = word - 0x20202020;
  const isQuote = (word ^ 0x22222222) - 0x01010101;
  const isBackslash = (word ^ 0x5c5c5c5c) - 0x01010101;
  return ((isControl | isQuote | isBackslash) & ~word & 0x80808080) !== 0;
}

/**
 * Writes text as the inside of a JSON string into a block of memory that is used again and again: no strings, nothing to collect
 * afterwards. Four bytes at once, since hardly any need it.
 */
export class JsonEscaper {
  /** Bytes of text taken so far. */
  taken = 0;
  private at = 0;
  private readonly out: Buffer;
  private readonly words: DataView;

  /** `maxText`: bytes of text that may be added between two resets. */
  constructor(maxText: number) {
    this.out = Buffer.allocUnsafeSlow(maxText * worstGrowth);
    this.words = new DataView(this.out.buffer, this.out.byteOffset, this.out.length);
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
    const { words } = this;
    const { length } = text;
    const input = new DataView(text.buffer, text.byteOffset, length);
    const lastWord = length - wordBytes;
    let { at } = this;
    let from = 0;
    while (from < length) {
      while (from <= lastWord) {
        const word = input.getInt32(from, true);
        if (mayNeedEscape(word)) break;
        words.setInt32(at, word, true);
        from += wordBytes;
        at += wordBytes;
      }
      const to = Math.min(from + wordBytes, length);
      at = this.addBytes(text, from, to, at);
      from = to;
    }
    this.at = at;
    this.taken += length;
  }

  /** Writes the escaped bytes `from`–`to` of `text` at `start`; where they end. */
  private addBytes(text: Buffer, from: number, to: number, start: number): number {
    const { out } = this;
    let at = start;
    for (let index = from; index < to; index += 1) {
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
    return at;
  }
}

/** The last border between two characters at or before `end`. */
export function characterBorder(text: Buffer, end: number): number {
  if (end >= text.length) return text.length;
  let at = end;
  while (at > 0 && ((text[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}
