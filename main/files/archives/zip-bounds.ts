import type { FileHandle } from 'node:fs/promises';
import { LightdeckError } from '../../../shared/errors.ts';
import { damaged } from './entry.ts';
import { maxEntries } from './extraction-guard.ts';

/** Where in a file a zip lies, and how many entries its list really has. */
export interface ZipBounds {
  /** Bytes before it: a program that unpacks it, say. All that a zip says of places counts from here. */
  start: number;
  /** The byte behind its end record and the comment there. What follows is none of it. */
  end: number;
  count: number;
}

const endSize = 22;
const maxComment = 0xffff;
const zip64LocatorSize = 20;
const zip64EndSize = 56;
const entrySize = 46;
const windowSize = 64 * 1024;
const signature = { entry: 0x02014b50, end: 0x06054b50, zip64End: 0x06064b50, zip64Locator: 0x07064b50 };

/** What the end record says of the list. */
interface ListEnd {
  /** Where the list ends: there the first end record begins. */
  at: number;
  size: number;
  offset: number;
  count: number;
  /** Whether the count has only 16 bits, and began anew after 65,535. */
  wraps: boolean;
}

/**
 * Finds the zip in a file: its end record is looked for from the end, behind which zeros and up to 64 KiB of anything may
 * stand. Null if there is none. The list is gone through to its end, since not all programs count right in the end record (macOS
 * counts in 16 bits whatever there is). Throws LightdeckError `invalid` where list and end record contradict each other.
 */
export async function findZip(
  file: FileHandle,
  size: number,
  signal: AbortSignal,
): Promise<ZipBounds | null> {
  const last = await endOfContent(file, size, signal);
  // The end record may end in zeros itself.
  const to = Math.min(size, last + endSize);
  const from = Math.max(0, last - endSize - maxComment - windowSize);
  const tail = await readAt(file, from, to - from);
  let problem: unknown = null;
  for (let i = tail.length - endSize; i >= 0; i--) {
    if (tail.readUInt32LE(i) !== signature.end) continue;
    const end = from + i + endSize + tail.readUInt16LE(i + 20);
    if (end > size) continue;
    try {
      const list = await listEnd(file, tail.subarray(i), from + i);
      return { start: list.at - list.size - list.offset, end, count: await countEntries(file, list, signal) };
    } catch (error) {
      // These bytes may stand anywhere: the next ones before may be the right ones.
      problem ??= error;
    }
  }
  if (problem) throw problem;
  return null;
}

/** The byte behind the last one that is no zero. */
async function endOfContent(file: FileHandle, size: number, signal: AbortSignal): Promise<number> {
  for (let end = size; end > 0; ) {
    signal.throwIfAborted();
    const length = Math.min(windowSize, end);
    const bytes = await readAt(file, end - length, length);
    const last = bytes.findLastIndex((byte) => byte !== 0);
    if (last >= 0) return end - length + last + 1;
    end -= length;
  }
  return 0;
}

async function listEnd(file: FileHandle, record: Buffer, at: number): Promise<ListEnd> {
  const plain: ListEnd = {
    at,
    count: record.readUInt16LE(10),
    size: record.readUInt32LE(12),
    offset: record.readUInt32LE(16),
    wraps: true,
  };
  const locator = at >= zip64LocatorSize ? await readAt(file, at - zip64LocatorSize, zip64LocatorSize) : null;
  const list =
    locator?.readUInt32LE(0) === signature.zip64Locator ? await zip64End(file, locator, at) : plain;
  if (list.at - list.size - list.offset < 0) throw damaged('its list is not where its end says');
  return list;
}

async function zip64End(file: FileHandle, locator: Buffer, endAt: number): Promise<ListEnd> {
  const said = Number(locator.readBigUInt64LE(8));
  // Behind a program it is not where it says, but then right before.
  for (const at of [said, endAt - zip64LocatorSize - zip64EndSize]) {
    if (at < 0 || at + zip64EndSize > endAt) continue;
    const record = await readAt(file, at, zip64EndSize);
    if (record.readUInt32LE(0) !== signature.zip64End) continue;
    const [count = 0, size = 0, offset = 0] = [32, 40, 48].map((field) =>
      Number(record.readBigUInt64LE(field)),
    );
    return { at, count, size, offset, wraps: false };
  }
  throw damaged('its zip64 end record is missing');
}

async function countEntries(file: FileHandle, list: ListEnd, signal: AbortSignal): Promise<number> {
  let [at, count] = [list.at - list.size, 0];
  let window: { at: number; bytes: Buffer } = { at: 0, bytes: Buffer.alloc(0) };
  while (at < list.at) {
    if (at < window.at || at + entrySize > window.at + window.bytes.length) {
      signal.throwIfAborted();
      window = { at, bytes: await readAt(file, at, Math.min(windowSize, list.at - at)) };
    }
    const entry = window.bytes.subarray(at - window.at);
    if (entry.length < entrySize || entry.readUInt32LE(0) !== signature.entry)
      throw damaged(`its list breaks off after ${count} entries`);
    at += entrySize + entry.readUInt16LE(28) + entry.readUInt16LE(30) + entry.readUInt16LE(32);
    count += 1;
    if (count > maxEntries)
      throw new LightdeckError('invalid', `The archive has more than ${maxEntries} entries`);
  }
  const said = list.wraps ? count % 0x10000 : count;
  if (at !== list.at || said !== list.count)
    throw damaged(`its list has ${count} entries, its end says ${list.count}`);
  return count;
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  if (bytesRead < length) throw damaged('it is shorter than it was');
  return bytes;
}
