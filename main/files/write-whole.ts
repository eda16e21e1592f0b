import { type FileHandle, rename } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { UserPath } from './contract.ts';
import { shown } from './file-errors.ts';
import { bytesOf, isRoot, type JailParts, permissions } from './jail-parts.ts';
import { Claim, createFile, flushFolder, writeStream } from './new-file.ts';
import type { Slot } from './staging.ts';
import { traversal } from './user-path.ts';
import type { Spot } from './volume-tree.ts';

export interface WholeFile {
  source: AsyncIterable<Uint8Array>;
  mode?: number;
  modifiedAt?: number;
  signal?: AbortSignal;
  flush?: boolean;
}

/** `Jail.writeWhole`: into a slot of the staging folder, flushed, and then by one rename to its place. */
export async function writeWhole(parts: JailParts, path: UserPath, whole: WholeFile): Promise<number> {
  // Before the first byte is taken, so that nobody sends gigabytes to where they can't go.
  await parts.tree.at(path, { follow: true, parents: 'passed' }, async (spot) => checkWritable(spot, path));
  return parts.staging.use(async (slot) => {
    const claim = new Claim(parts.room());
    const file = await createFile(slot.folder, slot.name);
    try {
      const size = await writeStream(file, whole.source, { claim, signal: whole.signal });
      await place(parts, path, { slot, file, whole });
      return size;
    } catch (error) {
      claim.undo();
      throw error;
    } finally {
      await file.close();
    }
  });
}

async function place(
  { tree, ownership, room }: JailParts,
  path: UserPath,
  { slot, file, whole }: { slot: Slot; file: FileHandle; whole: WholeFile },
): Promise<void> {
  const { mode = 0o644, modifiedAt, signal, flush = true } = whole;
  await tree.at(path, { follow: true, parents: 'made' }, async (spot) => {
    checkWritable(spot, path);
    const { held } = spot;
    await ownership.giveFile(file, (held ? Number(held.stats.mode) : mode) & permissions);
    if (modifiedAt !== undefined) await file.utimes(modifiedAt / 1000, modifiedAt / 1000);
    if (flush) await file.sync();
    signal?.throwIfAborted();
    await rename(slot.folder.at(slot.name), spot.folder.at(spot.name));
    if (held) room().take(-bytesOf(held));
    if (flush) await flushFolder(spot.folder);
  });
}

function checkWritable(spot: Spot, path: UserPath): void {
  if (isRoot(spot)) throw traversal();
  if (spot.held?.kind === 'directory') throw new LightdeckError('conflict', `${shown(path)} is a folder`);
  if (spot.held && spot.held.kind !== 'file')
    throw new LightdeckError('conflict', `${shown(path)} is no regular file: delete it first`);
}
