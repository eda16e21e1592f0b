import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { blockBytes } from './format.ts';

/**
 * A pack: `LDPACK01`, then records (a head of 48 bytes: the entry, with its offset; then the block as it is stored), then the index (all
 * entries again), then an end of 48 bytes: SHA-256 of the index, number of entries, 0, `LDPACKED`. All numbers are unsigned, 32 bits,
 * little endian. Its name is the SHA-256 of its index, so a pack that was written twice is one file. Without its end it can still be read
 * record by record.
 */
export const packStart = Buffer.from('LDPACK01');
const packEnd = Buffer.from('LDPACKED');
export const entryBytes = 48;
const endBytes = 48;
/** A pack without blocks; each one adds twice `entryBytes`, and what is stored. */
export const emptyPackBytes = packStart.length + endBytes;

/** How a block is stored: as it is, or by brotli. */
export const codecs = { plain: 0, brotli: 1 } as const;

/** One block in a pack. */
export interface PackEntry {
  /** SHA-256 of the content, 32 bytes. */
  hash: Buffer;
  /** Where its stored bytes begin. */
  offset: number;
  /** Bytes as stored, and of the content. */
  stored: number;
  raw: number;
  codec: number;
}

export class DamagedPack extends Error {}

export function encodeEntry({ hash, offset, stored, raw, codec }: PackEntry): Buffer {
  const bytes = Buffer.alloc(entryBytes);
  hash.copy(bytes);
  for (const [index, value] of [offset, stored, raw, codec].entries())
    bytes.writeUInt32LE(value, 32 + index * 4);
  return bytes;
}

/**
 * Throws DamagedPack for what can't be an entry. `at`: where in `bytes`, whose memory the hash shares. A pack of small files has thousands of
 * them, and a host looks at all packs of a store: so nothing is made here that isn't kept.
 */
export function decodeEntry(bytes: Buffer, at: number): PackEntry {
  if (bytes.length < at + entryBytes) throw new DamagedPack('an entry is cut');
  const offset = bytes.readUInt32LE(at + 32);
  const stored = bytes.readUInt32LE(at + 36);
  const raw = bytes.readUInt32LE(at + 40);
  const codec = bytes.readUInt32LE(at + 44);
  const isSound = raw > 0 && raw <= blockBytes && stored > 0 && stored <= raw && (codec === 0 || codec === 1);
  if (!isSound) throw new DamagedPack('an entry of its index makes no sense');
  return { hash: bytes.subarray(at, at + 32), offset, stored, raw, codec };
}

/** What follows the last record, and the pack's id. */
export function encodeIndex(entries: readonly PackEntry[]): { id: string; bytes: Buffer } {
  const index = Buffer.concat(entries.map(encodeEntry));
  const hash = createHash('sha256').update(index).digest();
  const end = Buffer.alloc(endBytes);
  hash.copy(end);
  end.writeUInt32LE(entries.length, 32);
  packEnd.copy(end, 40);
  return { id: hash.toString('hex'), bytes: Buffer.concat([index, end]) };
}

/** The index of a pack file. Throws DamagedPack in words, or as the system does. */
export function readPackIndex(path: string, id: string): { size: number; entries: PackEntry[] } {
  const fd = openSync(path, 'r');
  try {
    const size = fstatSync(fd).size;
    const end = readExactly(fd, size - endBytes, endBytes);
    if (!end.subarray(40).equals(packEnd)) throw new DamagedPack('its end is missing');
    const count = end.readUInt32LE(32);
    const start = size - endBytes - count * entryBytes;
    if (start < packStart.length) throw new DamagedPack('its index is cut');
    const index = readExactly(fd, start, count * entryBytes);
    const hash = createHash('sha256').update(index).digest();
    if (!hash.equals(end.subarray(0, 32)) || hash.toString('hex') !== id)
      throw new DamagedPack('its index is damaged');
    return { size, entries: Array.from({ length: count }, (_, at) => decodeEntry(index, at * entryBytes)) };
  } finally {
    closeSync(fd);
  }
}

/** Where a pack's end lies in a file of that size; null: it is too short to be one. */
export function packEndOf(size: number): { at: number; length: number } | null {
  return size < emptyPackBytes ? null : { at: size - endBytes, length: endBytes };
}

/** Where a pack's index lies, by its end, and the hashes in it; null: it makes no sense. */
export function packIndexOf(
  end: Buffer,
  size: number,
): { at: number; length: number; hashes: (index: Buffer) => string[] } | null {
  if (end.length !== endBytes || !end.subarray(40).equals(packEnd)) return null;
  const count = end.readUInt32LE(32);
  const length = count * entryBytes;
  const at = size - endBytes - length;
  const hashes = (index: Buffer): string[] =>
    Array.from({ length: count }, (_, entry) =>
      index.toString('hex', entry * entryBytes, entry * entryBytes + 32),
    );
  return at < packStart.length ? null : { at, length, hashes };
}

/** So many bytes of an open file, from there. Throws DamagedPack where it ends before. */
export function readExactly(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, length));
  if (at < 0 || readFully(fd, bytes, at) < length) throw new DamagedPack('it is cut');
  return bytes;
}

/** Fills the buffer as far as the file goes; how many bytes that were. */
export function readFully(fd: number, into: Uint8Array, at: number): number {
  let done = 0;
  while (done < into.length) {
    const read = readSync(fd, into, done, into.length - done, at + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
