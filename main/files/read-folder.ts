import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import type { FsNode, Name } from './fs-node.ts';

/** A name that was read from a folder. */
export interface RawEntry {
  /** For system calls: exactly what is there. */
  name: Name;
  /** The name as text; null if it is no UTF-8. */
  text: string | null;
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
  if (!/[\x80-\xff]/.test(entry.name)) return { name: entry.name, text: entry.name, isFolder };
  const bytes = Buffer.from(entry.name, 'latin1');
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes);
  return { name: bytes, text: isText ? text : null, isFolder };
}
