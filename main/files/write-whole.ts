import { constants } from 'node:fs';
import { access, type FileHandle } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { Removal, UserPath } from './contract.ts';
import { shown } from './file-errors.ts';
import { isRoot, type JailParts, permissions, refuseNew } from './jail-parts.ts';
import { moveOver } from './move-over.ts';
import { Claim, createFile, flushFolder, timeArgument, writeStream } from './new-file.ts';
import type { Slot } from './staging.ts';
import { traversal } from './user-path.ts';
import type { ResolvedPath } from './volume-tree.ts';

export interface WholeFile {
  source: AsyncIterable<Uint8Array>;
  mode?: number;
  modifiedAt?: number;
  signal?: AbortSignal;
  flush?: boolean;
  holes?: boolean;
  keepOld?: Removal | undefined;
}

/** `Jail.writeWhole`: into a slot of the staging folder, flushed, and then by one rename to its place. */
export async function writeWhole(parts: JailParts, path: UserPath, whole: WholeFile): Promise<number> {
  // Before the first byte is taken, so that nobody sends gigabytes to where they can't go.
  await parts.tree.at(path, { follow: true, parents: 'passed' }, async (resolved) => {
    checkWritable(resolved, path);
    // Windows knows no such bits of folders.
    if (process.platform !== 'win32') await access(resolved.folder.self, constants.W_OK | constants.X_OK);
  });
  return parts.staging.use(async (slot) => {
    const claim = new Claim(parts.room());
    const file = await createFile(slot.folder, slot.name);
    try {
      const { source, signal, holes = false } = whole;
      const size = await writeStream(file, source, { claim, signal, holes });
      await place(parts, path, { slot, file, whole });
      return size;
    } catch (error) {
      claim.dispose();
      throw error;
    } finally {
      await file.close();
    }
  });
}

async function place(
  parts: JailParts,
  path: UserPath,
  { slot, file, whole }: { slot: Slot; file: FileHandle; whole: WholeFile },
): Promise<void> {
  const { tree, ownership } = parts;
  const { mode = 0o644, modifiedAt, signal, flush = true, keepOld } = whole;
  await tree.at(path, { follow: true, parents: 'made' }, async (resolved) => {
    checkWritable(resolved, path);
    const { node } = resolved;
    await ownership.giveFile(file, (node ? Number(node.stats.mode) : mode) & permissions);
    if (modifiedAt !== undefined) await file.utimes(timeArgument(modifiedAt), timeArgument(modifiedAt));
    if (flush) await file.sync();
    signal?.throwIfAborted();
    await moveOver(parts, { from: slot, to: resolved, keepOld });
    if (flush) await flushFolder(resolved.folder);
  });
}

function checkWritable(resolved: ResolvedPath, path: UserPath): void {
  if (isRoot(resolved)) throw traversal();
  if (!resolved.node) refuseNew(resolved);
  if (resolved.node?.kind === 'directory') throw new LightdeckError('conflict', `${shown(path)} is a folder`);
  if (resolved.node && resolved.node.kind !== 'file')
    throw new LightdeckError('conflict', `${shown(path)} is no regular file: delete it first`);
}
