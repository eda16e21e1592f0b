import { lstat, rmdir, unlink } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode, systemCode } from '../lib/system-error.ts';
import type { Name } from './byte-name.ts';
import { isMissing, shown } from './file-errors.ts';
import type { FsNode, FsRoot } from './fs-node.ts';
import { type RawEntry, readFolder } from './read-folder.ts';
import { TreeCursor } from './tree-cursor.ts';

export interface EmptyOptions {
  fsRoot: FsRoot;
  signal?: AbortSignal;
  /** Names in the folder itself that stay. */
  keep?: (name: string) => boolean;
  /** Told the size of each file that is gone for good, in bytes. */
  freed?: (bytes: number) => void;
}

/** How often in a row something may be a folder that is not empty, and then no folder at all. */
const maxMisses = 100;

/**
 * Deletes all that is in a held folder; links themselves, never what they point to. Needs the same little memory however many
 * entries and levels there are: what is deleted is not there any more when the folder is read again.
 */
export async function emptyFolder(top: FsNode, options: EmptyOptions): Promise<void> {
  const cursor = new TreeCursor(options.fsRoot, top);
  let misses = 0;
  try {
    for (;;) {
      const full = await deleteEntries(cursor, options);
      if (full !== null) {
        const entered = await cursor.enter(full);
        misses = entered ? 0 : misses + 1;
        if (misses > maxMisses)
          throw new LightdeckError('conflict', `${shown(full.toString())} can't be deleted`);
      } else if (cursor.depth === 0) return;
      else await cursor.leave();
    }
  } finally {
    await cursor.close();
  }
}

/** Deletes what can be deleted in the current folder. Gives the first folder that is not empty, or null at the end. */
async function deleteEntries(cursor: TreeCursor, options: EmptyOptions): Promise<Name | null> {
  const { keep } = options;
  const folder = cursor.current;
  for await (const batch of readFolder(folder)) {
    options.signal?.throwIfAborted();
    for (const entry of batch) {
      if (keep && cursor.depth === 0 && keep(entry.text)) continue;
      if (!(await deleteEntry(folder, entry, options))) return entry.name;
    }
  }
  return null;
}

/** False for a folder that is not empty. */
async function deleteEntry(folder: FsNode, entry: RawEntry, options: EmptyOptions): Promise<boolean> {
  const path = folder.at(entry.name);
  try {
    if (!entry.isFolder) await deleteFile(path, options);
    return !entry.isFolder || (await deleteFolder(path));
  } catch (error) {
    if (isMissing(error)) return true;
    // The folder's own word on what it is can be missing or old.
    if (entry.isFolder || !hasCode(error, 'EISDIR', 'EPERM')) throw error;
    return await deleteFolder(path).catch((second: unknown) => {
      throw hasCode(second, 'ENOTDIR') ? error : second;
    });
  }
}

async function deleteFile(path: string | Buffer, { freed }: EmptyOptions): Promise<void> {
  const stats = freed ? await lstat(path) : null;
  await unlink(path);
  if (freed && stats?.isFile() && stats.nlink === 1) freed(stats.size);
}

async function deleteFolder(path: string | Buffer): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    if (code === 'ENOENT') return true;
    throw error;
  }
}
