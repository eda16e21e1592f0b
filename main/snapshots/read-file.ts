import type { FileHandle } from 'node:fs/promises';
import { pause } from '../lib/pause.ts';
import type { BlockWriter, StoredPiece } from './block-writer.ts';
import type { FileMark } from './contract.ts';
import { blockBytes } from './format.ts';
import type { Pace } from './pace.ts';

/** How a file was read. `mark`: as it was, if it held still; `touched_at`: its last change, Unix ms. */
export interface ReadFile {
  size: number;
  blocks: (string | null)[];
  mtime_ns: bigint;
  sparse: boolean;
  mark: FileMark | null;
  touchedAt: number;
}

/** Pauses before a file that was changed meanwhile is read again, in ms. */
const retryPauses = [50, 200, 1000];
/** Blocks of one file that are under way. */
const window = 4;

/** Reads an open file into the store; again, if it was written to meanwhile. Throws the signal's reason. */
export async function readFileInto(writer: BlockWriter, file: FileHandle, pace: Pace): Promise<ReadFile> {
  for (let tries = 0; ; tries += 1) {
    const before = await file.stat({ bigint: true });
    const { size, blocks } = await readOnce(writer, { file, size: Number(before.size) }, pace);
    const after = await file.stat({ bigint: true });
    const isSteady =
      BigInt(size) === after.size &&
      before.size === after.size &&
      before.mtimeNs === after.mtimeNs &&
      before.ctimeNs === after.ctimeNs;
    const waitMs = retryPauses[tries];
    if (isSteady || waitMs === undefined) {
      const { mtimeNs: mtime_ns, ctimeNs: ctime_ns, ino } = after;
      return {
        size,
        blocks,
        mtime_ns,
        sparse: after.blocks * 512n < after.size,
        mark: isSteady ? { size, mtime_ns, ctime_ns, ino } : null,
        touchedAt: Number((ctime_ns > mtime_ns ? ctime_ns : mtime_ns) / 1_000_000n),
      };
    }
    await pause(waitMs, { signal: pace.signal, keepsAlive: true });
    pace.signal.throwIfAborted();
  }
}

/** As far as the file goes, at most `size` bytes. */
async function readOnce(
  writer: BlockWriter,
  { file, size }: { file: FileHandle; size: number },
  pace: Pace,
): Promise<{ size: number; blocks: (string | null)[] }> {
  const blocks: (string | null)[] = [];
  const underWay: Promise<StoredPiece>[] = [];
  let done = 0;
  let isShort = false;
  const takeOne = async (): Promise<void> => {
    const at = blocks.length * blockBytes;
    const { length, hash } = (await underWay.shift()) ?? { length: 0, hash: null };
    if (isShort) return;
    isShort = length < Math.min(blockBytes, size - at);
    if (length > 0) blocks.push(hash);
    done += length;
    pace.count(0, length);
  };
  try {
    for (let at = 0; at < size && !isShort; at += blockBytes) {
      const length = Math.min(blockBytes, size - at);
      await pace.take(length);
      const piece = writer.store({ fd: file.fd, at, length });
      piece.catch(() => {});
      underWay.push(piece);
      if (underWay.length >= window) await takeOne();
    }
    while (underWay.length > 0) await takeOne();
  } finally {
    // The descriptor must stay open as long as a thread may read from it.
    await Promise.allSettled(underWay);
  }
  return { size: done, blocks };
}
