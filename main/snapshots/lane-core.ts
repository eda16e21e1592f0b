import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { decodeBlock, hashOf } from './block-codec.ts';
import { blockBytes, type StorePaths } from './format.ts';
import { isZeros, solidParts } from './holes.ts';
import {
  DamagedPack,
  decodeEntry,
  encodeEntry,
  entryBytes,
  type PackEntry,
  readExactly,
  readFully,
  readPackIndex,
} from './pack-format.ts';
import { PackWriter, type SealedPack } from './pack-writer.ts';

/** Part of an open file: at most one block. Descriptors are the process's: any thread may read through them. */
export interface Piece {
  fd: number;
  at: number;
  length: number;
}

/** `length`: what was there. `hash` null: all zeros, or nothing. */
export interface HashedPiece {
  length: number;
  hash: Uint8Array | null;
}

/** As SealedPack, with the entries as they stand in the index: so it goes from thread to thread. */
export interface SealedIndex {
  id: string;
  size: number;
  index: Uint8Array;
}

/** A block on its way into an open file. `holes`: long runs of zeros in it are skipped. */
export interface BlockCopy {
  pack: string;
  entry: Uint8Array;
  fd: number;
  at: number;
  holes: boolean;
}

/** Buffers of one lane: while the answer for one is on its way, the next one is filled. */
export const laneSlots = 3;

/**
 * The heavy work on blocks, one thing at a time: reading, hashing, compressing, writing, reading back. Synchronous, since it has a thread
 * of its own, with the lowest rank for processor and disk that the system has (lane-thread.ts).
 */
export class LaneCore {
  private readonly paths: StorePaths;
  private readonly writer: PackWriter;
  private readonly slots: { buffer: Buffer; pieces: { start: number; piece: HashedPiece }[] }[];
  /** What is read of a pack, for as long as one call lasts: new memory for each block costs as much as hashing it. */
  private stored = Buffer.alloc(0);

  constructor(paths: StorePaths) {
    this.paths = paths;
    this.writer = new PackWriter(paths);
    this.slots = Array.from({ length: laneSlots }, () => ({ buffer: Buffer.alloc(0), pieces: [] }));
  }

  /** Reads pieces (together at most one block) into a slot and hashes them. */
  hash(slotNumber: number, pieces: Piece[]): HashedPiece[] {
    const slot = this.slotOf(slotNumber);
    if (slot.buffer.length === 0) slot.buffer = Buffer.allocUnsafeSlow(blockBytes);
    let start = 0;
    slot.pieces = pieces.map(({ fd, at, length }) => {
      const bytes = slot.buffer.subarray(start, start + length);
      const read = bytes.subarray(0, readFully(fd, bytes, at));
      const hash = read.length === 0 || isZeros(read) ? null : hashOf(read);
      const done = { start, piece: { length: read.length, hash } };
      start += length;
      return done;
    });
    return slot.pieces.map(({ piece }) => piece);
  }

  /** Stores these of a slot's pieces, by their numbers. Packs that became full by it. */
  put(slotNumber: number, which: number[]): SealedIndex[] {
    const slot = this.slotOf(slotNumber);
    const sealed: SealedIndex[] = [];
    for (const number of which) {
      const { start, piece } = slot.pieces[number] ?? { start: 0, piece: { length: 0, hash: null } };
      if (!piece.hash) continue;
      const bytes = slot.buffer.subarray(start, start + piece.length);
      const full = this.writer.put(Buffer.from(piece.hash), bytes);
      if (full) sealed.push(asIndex(full));
    }
    return sealed;
  }

  /** Puts the pack that is open on the disk. */
  seal(): SealedIndex | null {
    const sealed = this.writer.seal();
    return sealed && asIndex(sealed);
  }

  discard(): void {
    this.writer.discard();
  }

  /** The index of a pack. Throws DamagedPack. */
  index(id: string): SealedIndex {
    return asIndex({ id, ...readPackIndex(this.paths.pack(id), id) });
  }

  /** Reads a pack back and compares every block with its hash. Why it can't be read at all, or the entries that are damaged. `path`: where it lies, if not in its place. */
  verify(
    id: string,
    path = this.paths.pack(id),
  ): { bytes: number; problem: string | null; damaged: { hash: string; why: string }[] } {
    const damaged: { hash: string; why: string }[] = [];
    try {
      const { size, entries } = readPackIndex(path, id);
      withFile(path, (fd) => {
        for (const entry of entries) {
          try {
            decodeBlock(entry, this.storedOf(fd, entry));
          } catch (error) {
            damaged.push({ hash: entry.hash.toString('hex'), why: wordsOf(error) });
          }
        }
      });
      return { bytes: size, problem: null, damaged };
    } catch (error) {
      return { bytes: 0, problem: wordsOf(error), damaged };
    }
  }

  /** Writes one block into an open file. Throws DamagedPack. */
  copy({ pack, entry: bytes, fd, at, holes }: BlockCopy): void {
    const entry = decodeEntry(Buffer.from(bytes), 0);
    const content = this.withPack(pack, (from) => decodeBlock(entry, this.storedOf(from, entry)));
    if (!holes) {
      writeFullyAt(fd, content, at);
      return;
    }
    for (const { from, bytes: part } of solidParts(content)) writeFullyAt(fd, part, at + from);
  }

  /** Zeros that are no hole. */
  zero(fd: number, at: number, length: number): void {
    writeFullyAt(fd, Buffer.alloc(length), at);
  }

  /** The size of a restored file, where it ends in a hole. */
  truncate(fd: number, size: number): void {
    ftruncateSync(fd, size);
  }

  /** One block's content. Throws DamagedPack. */
  read(pack: string, entry: Uint8Array): Uint8Array {
    const place = decodeEntry(Buffer.from(entry), 0);
    // It goes to another thread as it is, so its memory is its own.
    return this.withPack(pack, (fd) => decodeBlock(place, readExactly(fd, place.offset, place.stored)));
  }

  /** Takes blocks of a pack over into the open one, as they are. Throws DamagedPack; what was taken over until then stays. */
  take(pack: string, index: Uint8Array): SealedIndex[] {
    const sealed: SealedIndex[] = [];
    this.withPack(pack, (fd) => {
      for (const entry of entriesOf(index)) {
        const stored = this.storedOf(fd, entry);
        decodeBlock(entry, stored);
        const full = this.writer.append(entry, stored);
        if (full) sealed.push(asIndex(full));
      }
    });
    return sealed;
  }

  private storedOf(fd: number, { offset, stored }: PackEntry): Buffer {
    if (this.stored.length === 0) this.stored = Buffer.allocUnsafeSlow(blockBytes);
    const bytes = this.stored.subarray(0, stored);
    if (readFully(fd, bytes, offset) < stored) throw new DamagedPack('it is cut');
    return bytes;
  }

  private withPack<T>(id: string, work: (fd: number) => T): T {
    return withFile(this.paths.pack(id), work);
  }

  private slotOf(number: number): LaneCore['slots'][number] {
    const slot = this.slots[number];
    if (!slot) throw new RangeError('no such slot');
    return slot;
  }
}

function withFile<T>(path: string, work: (fd: number) => T): T {
  const fd = openSync(path, 'r');
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

/** The entries of an index as it stands in a pack. Throws DamagedPack. */
export function entriesOf(index: Uint8Array): PackEntry[] {
  const bytes = Buffer.from(index.buffer, index.byteOffset, index.length);
  return Array.from({ length: bytes.length / entryBytes }, (_, at) => decodeEntry(bytes, at * entryBytes));
}

function asIndex({ id, size, entries }: SealedPack): SealedIndex {
  return { id, size, index: Buffer.concat(entries.map(encodeEntry)) };
}

function writeFullyAt(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

function wordsOf(error: unknown): string {
  if (error instanceof DamagedPack) return error.message;
  return error instanceof Error ? error.message : String(error);
}
