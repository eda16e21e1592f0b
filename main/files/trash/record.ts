import { constants as fsConstants } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { z } from 'zod';
import { patientRename } from '../../lib/patient-rename.ts';
import type { TrashEntry } from '../contract.ts';
import { isMissing } from '../file-errors.ts';
import { type FsNode, type FsRoot, fileInfoOf } from '../fs-node.ts';
import { createFile, writeAll } from '../new-file.ts';
import { maxPathLength } from '../user-path.ts';

/** What is on the disk beside each thing in the trash. A container can reach it, so nothing in it is believed beyond this. */
const recordSchema = z.object({
  path: z.string().min(1).max(maxPathLength),
  kind: z.enum(['file', 'directory', 'link', 'other']),
  size: z.number().int().min(0),
  deleted_at: z.number().int().min(0).max(8.64e15),
  by: z.string().max(200),
  cause: z.enum(['deleted', 'replaced']),
});

/** Bytes of the largest record that is read: a path in JSON can be six times as long as its characters. */
const maxRecordBytes = 6 * maxPathLength + 4096;
const ending = '.json';
const idPattern = /^[0-9a-f]{12}-[0-9]{1,9}$/;

export const isEntryId = (name: string): boolean => idPattern.test(name);
/** The id of a record by its file's name, or null. */
export const idOfRecord = (name: string): string | null =>
  name.endsWith(ending) && isEntryId(name.slice(0, -ending.length)) ? name.slice(0, -ending.length) : null;

/** Writes the record of an entry whole. `flush`: it is on the disk when this resolves. */
export async function writeRecord(folder: FsNode, entry: TrashEntry, flush: boolean): Promise<void> {
  const { id, path, kind, size, deletedAt, by, cause } = entry;
  const unfinished = `${id}.new`;
  const text = JSON.stringify({ path, kind, size, deleted_at: deletedAt, by: by.slice(0, 200), cause });
  const file = await createFile(folder, unfinished);
  try {
    await writeAll(file, Buffer.from(text), 0);
    if (flush) await file.datasync();
  } catch (error) {
    await unlink(folder.at(unfinished)).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
  await patientRename(folder.at(unfinished), folder.at(`${id}${ending}`));
}

export async function dropRecord(folder: FsNode, id: string): Promise<void> {
  await unlink(folder.at(`${id}${ending}`)).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** The entry of a thing that lies in the trash. Without a record that can be read it has no path, and its time is that of its inode. */
export async function readEntry(
  { fsRoot, folder }: { fsRoot: FsRoot; folder: FsNode },
  id: string,
): Promise<TrashEntry | null> {
  const item = await fsRoot.openNode(folder, id);
  if (!item) return null;
  try {
    const info = fileInfoOf(item.stats);
    const record = await readRecord({ fsRoot, folder }, id).catch(() => null);
    if (record)
      return {
        id,
        path: record.path,
        kind: info.kind,
        size: info.kind === 'directory' ? record.size : info.allocated,
        deletedAt: record.deleted_at,
        by: record.by,
        cause: record.cause,
      };
    const deletedAt = Number(item.stats.ctimeMs);
    const size = info.kind === 'directory' ? 0 : info.allocated;
    return { id, path: null, kind: info.kind, size, deletedAt, by: '', cause: 'deleted' };
  } finally {
    await item.close();
  }
}

async function readRecord(
  { fsRoot, folder }: { fsRoot: FsRoot; folder: FsNode },
  id: string,
): Promise<z.infer<typeof recordSchema> | null> {
  const node = await fsRoot.openNode(folder, `${id}${ending}`);
  try {
    if (node?.kind !== 'file' || node.stats.size > maxRecordBytes) return null;
    const file = await fsRoot.open(node, fsConstants.O_RDONLY);
    try {
      return recordSchema.parse(JSON.parse(await file.readFile('utf8')));
    } finally {
      await file.close();
    }
  } finally {
    await node?.close();
  }
}
