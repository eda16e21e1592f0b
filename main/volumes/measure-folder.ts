import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Entries that are looked at in one turn. */
const batchSize = 64;
/** Most entries of one measurement, and most names of files with several links that are remembered; what is beyond is not counted, or counted twice. */
const mostEntries = 5_000_000;
const mostLinks = 500_000;

interface Tally {
  bytes: number;
  entries: number;
  links: Set<number>;
  folders: string[];
  device: number;
}

/**
 * Bytes that a folder takes on the disk, as `du -x` counts them but without the folder itself: holes are free, a file with
 * several names counts once, links are not followed, other file systems are left out. A few entries a turn, so that
 * nobody waits for a big one. What vanishes meanwhile, or can't be read, counts nothing. Never rejects unless aborted.
 */
export async function measureFolder(path: string, signal?: AbortSignal): Promise<number> {
  const root = await lstat(path).catch(() => null);
  if (!root?.isDirectory()) return 0;
  const tally: Tally = { bytes: 0, entries: 0, links: new Set(), folders: [path], device: root.dev };
  for (;;) {
    const folder = tally.folders.pop();
    if (folder === undefined || tally.entries > mostEntries) return tally.bytes;
    await measureOne(folder, tally, signal);
  }
}

async function measureOne(path: string, tally: Tally, signal: AbortSignal | undefined): Promise<void> {
  const folder = await opendir(path, { bufferSize: batchSize }).catch(() => null);
  if (!folder) return;
  let batch: Dirent[] = [];
  try {
    for await (const entry of folder) {
      batch.push(entry);
      if (batch.length < batchSize) continue;
      signal?.throwIfAborted();
      await count(path, batch, tally);
      batch = [];
    }
  } catch (error) {
    // Removed while it was read.
    if (signal?.aborted) throw error;
  }
  signal?.throwIfAborted();
  await count(path, batch, tally);
}

async function count(folder: string, batch: Dirent[], tally: Tally): Promise<void> {
  const found = await Promise.all(
    batch.map(async ({ name }) => {
      const path = join(folder, name);
      return { path, info: await lstat(path).catch(() => null) };
    }),
  );
  for (const { path, info } of found) {
    if (!info || info.dev !== tally.device) continue;
    tally.entries += 1;
    if (info.isDirectory()) tally.folders.push(path);
    else if (info.nlink > 1) {
      if (tally.links.has(info.ino)) continue;
      if (tally.links.size < mostLinks) tally.links.add(info.ino);
    }
    tally.bytes += info.blocks * 512;
  }
}
