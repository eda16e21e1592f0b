/** One block of a bzip2 stream, made into a whole small stream of its own, that any decoder takes. `level` is 1–9. */
export interface Bzip2Block {
  stream: Uint8Array;
  level: number;
}

type Mark = 'block' | 'end';

/** Bytes that a mark touches when it starts at bit `shift` of a byte, and which bits of the first and last are its own. */
interface Pattern {
  mark: Mark;
  shift: number;
  bytes: number[];
  firstMask: number;
  lastMask: number;
}

const marks: Record<Mark, number[]> = {
  block: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
  end: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
};
/** A mark and a CRC after it, in bits. */
const markBits = 48;
const crcBits = 32;

/** Symbols in a block per level; no legal code is longer than 20 bits, the tables before them fit into the margin. */
const symbolsPerLevel = 100_000;
const longestCodeBytes = 2.5;
const tablesMargin = 64 * 1024;

/** By the value of the second byte of a mark: bytes without an entry, most of them, begin none. */
const patterns: (Pattern[] | undefined)[] = [];
for (const mark of ['block', 'end'] as const) {
  for (let shift = 0; shift < 8; shift++) {
    const shifted = shiftRight(marks[mark], shift);
    const pattern = {
      mark,
      shift,
      bytes: shifted,
      firstMask: 0xff >> shift,
      lastMask: (0xff00 >> shift) & 0xff,
    };
    const second = shifted[1] ?? 0;
    patterns[second] = [...(patterns[second] ?? []), pattern];
  }
}

function shiftRight(bytes: number[], shift: number): number[] {
  return [...bytes, 0].map((byte, i) => ((byte >> shift) | ((bytes[i - 1] ?? 0) << (8 - shift))) & 0xff);
}

/**
 * Cuts a bzip2 file of any length into its blocks, which are not aligned to bytes: their beginnings are found by their mark of 48
 * bits. That such a mark stands inside a block by accident happens once in 35 TB; the block then fails its check.
 * Several streams one after another are one file (pbzip2 makes these, and we do); what follows the last one is ignored, as
 * bzip2 does. Holds one block at most. Throws Error when it can't be bzip2.
 */
export class Bzip2Blocks {
  private node = Buffer.alloc(0);
  /** Where the next thing (header, block, end) begins, in bits of `held`. */
  private at = 0;
  /** The first byte of `held` that was not searched for the block's end. */
  private searched = 0;
  private level = 0;
  private streams = 0;
  /** Of the blocks of this stream so far, as the stream's end must say it. */
  private crc = 0;
  private isOver = false;

  /** The blocks that are complete with this chunk. */
  *push(chunk: Uint8Array): Generator<Bzip2Block> {
    if (this.isOver) return;
    const from = this.at >> 3;
    this.node = Buffer.concat([this.node.subarray(from), chunk]);
    this.at -= from * 8;
    this.searched = Math.max(0, this.searched - from);
    for (;;) {
      if (this.level === 0 && !this.readHeader()) return;
      const mark = this.markAt(this.at);
      if (mark === null) return;
      if (mark === 'end') {
        if (!this.readEnd()) return;
        continue;
      }
      const end = this.findNext();
      if (end === null) return;
      yield this.cut(end);
    }
  }

  /** Call it after the last chunk. */
  end(): void {
    if (this.level !== 0 || this.streams === 0) throw new Error('the bzip2 data ends early');
  }

  /** True when there is a stream; what is none after a whole one is left alone. */
  private readHeader(): boolean {
    const from = this.at >> 3;
    if (this.node.length < from + 4) return false;
    const level = (this.node[from + 3] ?? 0) - 0x30;
    if (this.node.toString('latin1', from, from + 3) !== 'BZh' || level < 1 || level > 9) {
      if (this.streams === 0) throw new Error('it is no bzip2 data');
      this.isOver = true;
      return false;
    }
    this.level = level;
    this.crc = 0;
    this.at += 32;
    this.searched = 0;
    return true;
  }

  private readEnd(): boolean {
    const from = this.at + markBits;
    if (from + crcBits > this.node.length * 8) return false;
    if (this.bits32(from) !== this.crc) throw new Error('the bzip2 data is damaged (wrong checksum)');
    this.level = 0;
    this.streams += 1;
    this.at = Math.ceil((from + crcBits) / 8) * 8;
    return true;
  }

  /** Null while there are too few bytes. */
  private markAt(bit: number): Mark | null {
    const from = bit >> 3;
    if (from + 7 > this.node.length) return null;
    const found = this.patternAt(from, bit & 7);
    if (found === null) throw new Error('the bzip2 data is damaged (no block where one must be)');
    return found.mark;
  }

  /** The bit where the next mark begins, after the one at `at`. */
  private findNext(): number | null {
    const { node } = this;
    let i = Math.max(this.searched, (this.at + markBits + crcBits) >> 3);
    for (; i + 7 <= node.length; i++) {
      if (patterns[node[i + 1] ?? 0] === undefined) continue;
      const found = this.patternAt(i, null);
      if (found) return i * 8 + found.shift;
    }
    this.searched = i;
    const most = this.level * symbolsPerLevel * longestCodeBytes + tablesMargin;
    if (node.length - (this.at >> 3) > most)
      throw new Error('the bzip2 data is damaged (a block without end)');
    return null;
  }

  /** The mark that begins in this byte, at this bit of it, or at any (null). */
  private patternAt(from: number, shift: number | null): Pattern | null {
    const { node } = this;
    for (const pattern of patterns[node[from + 1] ?? 0] ?? []) {
      const { bytes, firstMask, lastMask } = pattern;
      if (shift !== null && pattern.shift !== shift) continue;
      if (((node[from] ?? 0) & firstMask) !== bytes[0] || ((node[from + 6] ?? 0) & lastMask) !== bytes[6])
        continue;
      if ([2, 3, 4, 5].every((i) => node[from + i] === bytes[i])) return pattern;
    }
    return null;
  }

  /** The block from `at` to the bit `end`: moved to the beginning of a byte, with a header before it and an end behind it. */
  private cut(end: number): Bzip2Block {
    const length = end - this.at;
    const blockCrc = this.bits32(this.at + markBits);
    const stream = Buffer.alloc(4 + Math.ceil((length + markBits + crcBits) / 8));
    stream.write(`BZh${this.level}`, 'latin1');
    const whole = Math.ceil(length / 8);
    for (let i = 0; i < whole; i++) stream[4 + i] = this.byteAt(this.at + i * 8);
    // Bits of the next mark may have come along in the last byte.
    const rest = length & 7;
    if (rest > 0) stream[3 + whole] = (stream[3 + whole] ?? 0) & (0xff00 >> rest);
    const tail = Buffer.alloc(10);
    tail.set(marks.end);
    tail.writeUInt32BE(blockCrc, 6);
    shiftRight([...tail], rest).forEach((byte, i) => {
      const place = 4 + (length >> 3) + i;
      if (place < stream.length) stream[place] = (stream[place] ?? 0) | byte;
    });
    this.crc = (((this.crc << 1) | (this.crc >>> 31)) ^ blockCrc) >>> 0;
    this.at = end;
    this.searched = end >> 3;
    return { stream, level: this.level };
  }

  private byteAt(bit: number): number {
    const [i, shift] = [bit >> 3, bit & 7];
    return (((this.node[i] ?? 0) << shift) | ((this.node[i + 1] ?? 0) >> (8 - shift))) & 0xff;
  }

  private bits32(bit: number): number {
    return [0, 8, 16, 24].reduce((sum, i) => sum * 256 + this.byteAt(bit + i), 0);
  }
}
