import { BlockPool } from '../lib/block-pool.ts';
import type { Consumed, LogAnchor } from './contract.ts';
import type { HistoryRecord } from './history-journal.ts';

/** Appends from this size on go into blocks of the pool, in bytes. */
const pooledFrom = 8 * 1024;
const smallestBlock = 1024;
const largestBlock = 16 * 1024;
/** For floods, of all histories together: 2 MiB at rest. Larger blocks would have more left unused in each history. */
const pool = new BlockPool({ blockSize: 64 * 1024, most: 32 });
/** Text that stays in memory after it was written, in bytes. */
const keepWritten = 64 * 1024;

interface Piece {
  at: number;
  buffer: Buffer;
  /** The buffer goes back to the pool when its text is on disk and forgotten. */
  isPooled: boolean;
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
 * An append is a copy and a few numbers: no promise, no string, no object unless a block is full.
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
    if (piece === null || piece.buffer.length - piece.length < length) piece = this.addBlock(length);
    piece.buffer.set(text, piece.length);
    piece.length += length;
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
    const isPast = (piece: Piece): boolean =>
      piece.at + piece.length <= this.unwritten && this.end - piece.at > keepWritten;
    for (const { isPooled, buffer } of this.forget(isPast)) if (isPooled) pool.give(buffer);
  }

  /** Forgets the oldest text, written or not, until about `keep` bytes are left; how many bytes are thereby lost. */
  drop(keep: number): number {
    // Not back to the pool: some of it may be on its way to the disk just now.
    this.forget((piece) => piece !== this.last && this.end - piece.at > keep);
    const lost = Math.max(0, this.start - this.unwritten);
    this.unwritten += lost;
    return lost;
  }

  /** A copy of the text from `from` to `to`, both within `start`–`end`. */
  slice(from: number, to: number): Buffer {
    const parts: Buffer[] = [];
    for (const piece of this.pieces) {
      if (piece.at >= to) break;
      if (piece.at + piece.length <= from) continue;
      parts.push(piece.buffer.subarray(Math.max(0, from - piece.at), Math.min(piece.length, to - piece.at)));
    }
    return Buffer.concat(parts);
  }

  private setConsumed(consumed: Consumed): void {
    // An anchor is a place in one container's log.
    if (consumed.container !== this.container) this.logAnchor = null;
    this.container = consumed.container;
    this.stdout = consumed.stdout;
    this.stderr = consumed.stderr;
  }

  /** A new last piece, with room for an append of `least` bytes, which is never parted: its counts are true of the whole only. */
  private addBlock(least: number): Piece {
    const isPooled = least >= pooledFrom && least <= pool.blockSize;
    const piece: Piece = {
      at: this.end,
      buffer: isPooled ? pool.take() : this.block(least),
      isPooled,
      length: 0,
      container: null,
      stdout: 0,
      stderr: 0,
      anchor: null,
    };
    this.pieces.push(piece);
    this.last = piece;
    return piece;
  }

  private block(least: number): Buffer {
    const size = Math.max(least, this.blockSize);
    this.blockSize = Math.min(largestBlock, this.blockSize * 2);
    return Buffer.allocUnsafeSlow(size);
  }

  private forget(isPast: (piece: Piece) => boolean): Piece[] {
    let count = 0;
    for (const piece of this.pieces) {
      if (!isPast(piece)) break;
      count += 1;
    }
    if (count === 0) return [];
    const forgotten = this.pieces.splice(0, count);
    if (this.pieces.length === 0) this.last = null;
    this.start = this.pieces[0]?.at ?? this.end;
    return forgotten;
  }
}
