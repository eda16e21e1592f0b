import type { Consumed, LogAnchor } from './contract.ts';
import type { HistoryRecord } from './history-journal.ts';

/** Appends below this are copied together: they are slices of large read buffers, which must not be kept alive for a line. */
const copyBelow = 8 * 1024;
const smallestBlock = 1024;
const largestBlock = 16 * 1024;
/** Text that stays in memory after it was written, in bytes. */
const keepWritten = 64 * 1024;

interface Piece {
  at: number;
  buffer: Buffer;
  /** Bytes in use; the rest of a block is room for the next appends. */
  length: number;
  container: string | null;
  stdout: number;
  stderr: number;
  anchor: LogAnchor | null;
}

export interface Batch {
  at: number;
  end: number;
  buffers: Buffer[];
  record: HistoryRecord;
}

/**
 * The end of the history in memory: text that waits to be written, and the last that was. Contiguous from `start` to `end`.
 * An append is a copy (or a reference) and a few numbers: no promise, no string, no object unless a block is full.
 */
export class HistoryMemory {
  start: number;
  end: number;
  /** Offset of the first byte that is not on disk (yet). */
  unwritten: number;
  private pieces: Piece[] = [];
  private last: Piece | null = null;
  private blockSize = smallestBlock;
  private container: string | null;
  private stdout: number;
  private stderr: number;
  private logAnchor: LogAnchor | null;

  constructor(record: HistoryRecord) {
    this.start = record.end;
    this.end = record.end;
    this.unwritten = record.end;
    this.container = record.container;
    this.stdout = record.stdout;
    this.stderr = record.stderr;
    this.logAnchor = record.anchor;
  }

  get consumed(): Consumed {
    return { container: this.container, stdout: this.stdout, stderr: this.stderr };
  }

  get anchor(): LogAnchor | null {
    return this.logAnchor;
  }

  /** Bytes that wait to be written. */
  get waiting(): number {
    return this.end - this.unwritten;
  }

  push(text: Buffer, consumed: Consumed): void {
    this.setConsumed(consumed);
    const { length } = text;
    let piece = this.last;
    if (length >= copyBelow) {
      piece = this.add(text, length);
    } else {
      if (piece === null || piece.buffer.length - piece.length < length)
        piece = this.add(this.block(length), 0);
      piece.buffer.set(text, piece.length);
      piece.length += length;
    }
    piece.container = this.container;
    piece.stdout = this.stdout;
    piece.stderr = this.stderr;
    piece.anchor = this.logAnchor;
    this.end += length;
  }

  /** False if nothing changed. */
  mark(consumed: Consumed, anchor: LogAnchor | null): boolean {
    const { container, stdout, stderr, logAnchor } = this;
    this.setConsumed(consumed);
    if (anchor) this.logAnchor = { ...anchor };
    const same = container === this.container && stdout === this.stdout && stderr === this.stderr;
    return !same || logAnchor !== this.logAnchor;
  }

  /** What is true when all text is written. */
  record(): HistoryRecord {
    return { ...this.consumed, end: this.end, anchor: this.logAnchor };
  }

  /** What to write next: whole pieces, at least one, until there are `wanted` bytes. Null if nothing waits. */
  batch(wanted: number): Batch | null {
    const at = this.unwritten;
    let end = at;
    let record: HistoryRecord | null = null;
    const buffers: Buffer[] = [];
    for (const piece of this.pieces) {
      const pieceEnd = piece.at + piece.length;
      if (pieceEnd <= at) continue;
      buffers.push(piece.buffer.subarray(Math.max(0, at - piece.at), piece.length));
      end = pieceEnd;
      const { container, stdout, stderr, anchor } = piece;
      record = { end, container, stdout, stderr, anchor };
      if (end - at >= wanted) break;
    }
    if (record === null) return null;
    return { at, end, buffers, record: end === this.end ? this.record() : record };
  }

  /** Everything before `offset` is on disk; of that the newest 64 KiB at most are kept. */
  written(offset: number): void {
    this.unwritten = Math.max(this.unwritten, offset);
    this.forget((piece) => piece.at + piece.length <= this.unwritten && this.end - piece.at > keepWritten);
  }

  /** Forgets the oldest text, written or not, until about `keep` bytes are left; how many bytes are thereby lost. */
  drop(keep: number): number {
    this.forget((piece) => piece !== this.last && this.end - piece.at > keep);
    const lost = Math.max(0, this.start - this.unwritten);
    this.unwritten += lost;
    return lost;
  }

  /** The text from `from` to `to`, both within `start`–`end`. Not a copy: it never changes any more. */
  slice(from: number, to: number): Buffer {
    const parts: Buffer[] = [];
    for (const piece of this.pieces) {
      if (piece.at >= to) break;
      if (piece.at + piece.length <= from) continue;
      parts.push(piece.buffer.subarray(Math.max(0, from - piece.at), Math.min(piece.length, to - piece.at)));
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  private setConsumed(consumed: Consumed): void {
    // An anchor is a place in one container's log.
    if (consumed.container !== this.container) this.logAnchor = null;
    this.container = consumed.container;
    this.stdout = consumed.stdout;
    this.stderr = consumed.stderr;
  }

  private block(least: number): Buffer {
    const size = Math.max(least, this.blockSize);
    this.blockSize = Math.min(largestBlock, this.blockSize * 2);
    return Buffer.allocUnsafeSlow(size);
  }

  private add(buffer: Buffer, length: number): Piece {
    const piece: Piece = {
      at: this.end,
      buffer,
      length,
      container: null,
      stdout: 0,
      stderr: 0,
      anchor: null,
    };
    this.pieces.push(piece);
    this.last = piece;
    return piece;
  }

  private forget(isPast: (piece: Piece) => boolean): void {
    let count = 0;
    for (const piece of this.pieces) {
      if (!isPast(piece)) break;
      count += 1;
    }
    if (count === 0) return;
    this.pieces.splice(0, count);
    if (this.pieces.length === 0) this.last = null;
    this.start = this.pieces[0]?.at ?? this.end;
  }
}
