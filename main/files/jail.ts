import { chmod, utimes } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { Jail, UserPath } from './contract.ts';
import { fileError, shown, withFileErrors } from './file-errors.ts';
import { fileInfoOf } from './fs-node.ts';
import { folderAt, isRoot, type JailParts, permissions, refuseNew, there } from './jail-parts.ts';
import { makeLink, readLink } from './links.ts';
import { listFolder } from './list-folder.ts';
import { copy, rename } from './move-and-copy.ts';
import { existsAlready, timeArgument } from './new-file.ts';
import { openFile } from './open-file.ts';
import { remove } from './remove.ts';
import type { Trash } from './trash/trash.ts';
import { walkTree } from './visit-tree.ts';
import type { VolumeTree } from './volume-tree.ts';
import { writeWhole } from './write-whole.ts';

const defaultListLimit = 100_000;

/** The jail of one volume (A9). See the contract for each call. */
export function createJail(parts: JailParts, trash: Trash): Jail {
  const { tree } = parts;
  const at: VolumeTree['at'] = (path, how, work) => withFileErrors(path, () => tree.at(path, how, work));

  return {
    stat: (path) => at(path, { follow: true }, async (resolved) => fileInfoOf(there(resolved, path).stats)),
    lstat: (path) => at(path, { follow: false }, async (resolved) => fileInfoOf(there(resolved, path).stats)),
    list: (path, { limit = defaultListLimit } = {}) =>
      at(path, { follow: true }, (resolved) => listFolder(folderAt(resolved, path), isRoot(resolved), limit)),
    open: (path, mode) => withFileErrors(path, () => openFile(parts, path, mode)),
    writeWhole: (path, source, options = {}) =>
      withFileErrors(path, () => writeWhole(parts, path, { source, ...options })),
    makeFolder: (path, options = {}) => withFileErrors(path, () => makeFolder(parts, path, options)),
    rename: (source, destination, { replace = false, keepOld } = {}) =>
      rename(parts, { source, destination, replace, keepOld }),
    copy: (source, destination, { signal } = {}) => copy(parts, { source, destination, signal }),
    readLink: (path) => withFileErrors(path, () => readLink(parts, path)),
    makeLink: (path, target) => withFileErrors(path, () => makeLink(parts, path, target)),
    remove: (path, { recursive = false } = {}) =>
      at(path, { follow: false }, (resolved) => remove(parts, { resolved, path, recursive })),
    discard: (path, removal) =>
      at(path, { follow: false }, (resolved) => trash.discard(resolved, path, removal)),
    trash,
    change: (path, changes) => withFileErrors(path, () => change(parts, path, changes)),
    walk: (path, { signal } = {}) => walk(parts, path, signal),
  };
}

async function makeFolder(
  { tree, fsRoot }: JailParts,
  path: UserPath,
  { exclusive = false, mode = 0o755 }: { exclusive?: boolean; mode?: number },
): Promise<void> {
  await tree.at(path, { follow: true, parents: 'made' }, async (resolved) => {
    if (resolved.node === null) refuseNew(resolved);
    if (resolved.node === null && (await tree.makeFolder(resolved.folder, resolved.name, mode & permissions)))
      return;
    if (exclusive) throw existsAlready(path);
    const node = resolved.node ?? (await fsRoot.openNode(resolved.folder, resolved.name));
    const kind = node?.kind;
    if (node !== resolved.node) await node?.close();
    if (kind !== 'directory') throw existsAlready(path);
  });
}

async function change(
  { tree }: JailParts,
  path: UserPath,
  changes: Parameters<Jail['change']>[1],
): Promise<void> {
  await tree.at(path, { follow: false }, async (resolved) => {
    const node = there(resolved, path);
    if (node.kind !== 'file' && node.kind !== 'directory')
      throw new LightdeckError('invalid', `${shown(path)} is a link or a device: it can't be changed`);
    const { mode, modifiedAt, accessedAt } = changes;
    if (mode !== undefined) await chmod(node.self, mode & permissions);
    if (modifiedAt === undefined && accessedAt === undefined) return;
    const now = fileInfoOf(node.stats);
    await utimes(
      node.self,
      timeArgument(accessedAt ?? now.accessedAt),
      timeArgument(modifiedAt ?? now.modifiedAt),
    );
  });
}

async function* walk(
  { tree, fsRoot }: JailParts,
  path: UserPath,
  signal: AbortSignal | undefined,
): ReturnType<typeof walkTree> {
  try {
    const resolved = await tree.find(path, { follow: true });
    try {
      yield* walkTree(folderAt(resolved, path), { fsRoot, isRoot: isRoot(resolved), signal });
    } finally {
      await tree.release(resolved);
    }
  } catch (error) {
    throw fileError(error, path);
  }
}
