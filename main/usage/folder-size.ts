import type { Dir } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** A volume with more entries is counted that far; the rest is taken for nothing. */
const maxEntries = 2_000_000;
/** Folders open at a time, each in the one before it; deeper ones are taken for nothing. */
const maxDepth = 200;
/** Entries looked at in one go. */
const slice = 200;

export interface FolderSizeOptions {
  /** Called after each slice, so that a large volume doesn't take the machine from the games. Rejecting ends the count. */
  rest: () => Promise<void>;
}

/**
 * Bytes on disk of all files in a folder: memory and open files stay bounded, whatever is in it. Links aren't followed, other
 * file systems not entered, and a file with several names counts once (where all of them are inside). What vanishes
 * meanwhile is left out. Null if the folder can't be read.
 */
export async function folderSize(root: string, { rest }: FolderSizeOptions): Promise<number | null> {
  const device = (await lstat(root).catch(() => null))?.dev;
  const first = await opendir(root).catch(() => null);
  if (first === null) return null;
  const open: { dir: Dir; path: string }[] = [{ dir: first, path: root }];
  let [total, seen] = [0, 0];
  try {
    for (let top = open.at(-1); top && seen < maxEntries; top = open.at(-1)) {
      const entry = await top.dir.read();
      if (entry === null) {
        open.pop();
        await top.dir.close();
        continue;
      }
      seen += 1;
      if (seen % slice === 0) await rest();
      const path = join(top.path, entry.name);
      const info = await lstat(path).catch(() => null);
      if (info === null || info.dev !== device) continue;
      total += info.isDirectory() ? bytesOf(info) : bytesOf(info) / info.nlink;
      if (!info.isDirectory() || open.length >= maxDepth) continue;
      const dir = await opendir(path).catch(() => null);
      if (dir) open.push({ dir, path });
    }
  } finally {
    await Promise.all(open.map(({ dir }) => dir.close().catch(() => {})));
  }
  return Math.round(total);
}

/** Blocks, since a file with holes takes less than its length; where they aren't known, the length. */
function bytesOf({ blocks, size }: { blocks?: number; size: number }): number {
  return blocks === undefined ? size : blocks * 512;
}
