import { lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { sortInSlices } from '../lib/sort-in-slices.ts';
import type { FileInfo, FolderEntry } from './contract.ts';
import { isMissing } from './file-errors.ts';
import { type FsNode, fileInfoOf } from './fs-node.ts';
import { type RawEntry, readFolder } from './read-folder.ts';
import { isOwnName } from './user-path.ts';

export interface ReadEntry extends RawEntry {
  info: FileInfo;
}

/** How long looking at entries may hold up everything else in the process at a time, in ms. */
const sliceMs = 4;

/** Streams a folder with the facts of each entry, ours left out. What vanishes meanwhile is left out too. */
export async function* readEntries(
  folder: FsNode,
  isRoot: boolean,
): AsyncGenerator<ReadEntry[], void, undefined> {
  let sliceEnd = performance.now() + sliceMs;
  for await (const batch of readFolder(folder)) {
    const entries: ReadEntry[] = [];
    for (const entry of batch) {
      if (isRoot && isOwnName(entry.text)) continue;
      const info = statEntry(folder.at(entry.name));
      if (info) entries.push({ ...entry, info });
      if (performance.now() < sliceEnd) continue;
      await setImmediate();
      sliceEnd = performance.now() + sliceMs;
    }
    yield entries;
  }
}

/**
 * Null if it is gone. Synchronous: the folder was just read, so this takes microseconds, a third of what the way to another
 * thread and back costs, and folders are long.
 */
function statEntry(path: string | Buffer): FileInfo | null {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats ? fileInfoOf(stats) : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Folders first, then by name, as code points go. Names are spelled as paths take them (A16). */
export async function listFolder(folder: FsNode, isRoot: boolean, limit: number): Promise<FolderEntry[]> {
  const found: FolderEntry[] = [];
  for await (const batch of readEntries(folder, isRoot)) {
    for (const { text, info } of batch) found.push({ name: text, ...info });
    if (found.length > limit)
      throw new LightdeckError('too_large', `The folder has more than ${limit} entries: too many to list`);
  }
  return sortInSlices(found, byKindAndName);
}

function byKindAndName(a: FolderEntry, b: FolderEntry): number {
  const kinds = Number(b.kind === 'directory') - Number(a.kind === 'directory');
  if (kinds !== 0) return kinds;
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
