import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { type Name, spellName } from './byte-name.ts';
import type { FsNode } from './fs-node.ts';

/** A name that was read from a folder. */
export interface RawEntry {
  /** For system calls: exactly what is there. */
  name: Name;
  /** The name as it is spelled in paths (A16). */
  text: string;
  /** As the folder tells it, which not every file system does; false may be wrong. */
  isFolder: boolean;
}

const batchSize = 256;

/** Streams a folder's names in batches, `.` and `..` left out. Whoever stops early has it closed. */
export async function* readFolder(folder: FsNode): AsyncGenerator<RawEntry[], void, undefined> {
  // latin1 keeps each byte as one character, so that nothing is lost of a name that is no UTF-8.
  const dir = await opendir(folder.self, { encoding: 'latin1', bufferSize: batchSize });
  let batch: RawEntry[] = [];
  for await (const entry of dir) {
    batch.push(rawEntry(entry));
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function rawEntry(entry: Dirent): RawEntry {
  const isFolder = entry.isDirectory();
  if (!/[\x80-\xff\\:]/.test(entry.name)) return { name: entry.name, text: entry.name, isFolder };
  const name = Buffer.from(entry.name, 'latin1');
  return { name, text: spellName(name), isFolder };
}
