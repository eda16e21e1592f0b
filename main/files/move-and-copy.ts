import { LightdeckError } from '../../shared/errors.ts';
import type { Removal, UserPath } from './contract.ts';
import { copyFile, copyFolder, sizeOf } from './copy-tree.ts';
import { outOfSpace, shown, withFileErrors } from './file-errors.ts';
import { type FsNode, identityOf } from './fs-node.ts';
import { isRoot, type JailParts, refuseNew, there } from './jail-parts.ts';
import { moveFileToFree, moveInto } from './move-into.ts';
import { moveOver } from './move-over.ts';
import { Claim, existsAlready } from './new-file.ts';
import type { Slot } from './staging.ts';
import { roomFor } from './take-room.ts';
import type { ResolvedPath } from './volume-tree.ts';

interface Paths {
  source: UserPath;
  destination: UserPath;
}

/** `Jail.rename`. */
export function rename(
  parts: JailParts,
  paths: Paths & { replace: boolean; keepOld?: Removal | undefined },
): Promise<void> {
  const { tree } = parts;
  const { source, destination, replace, keepOld } = paths;
  const work = (from: ResolvedPath) =>
    withFileErrors(destination, () =>
      tree.at(destination, { follow: false }, async (to) => {
        const moved = there(from, source);
        if (isRoot(from)) throw new LightdeckError('invalid', "The volume's root can't be moved");
        refuseIntoItself(from, to, paths);
        const old = to.node;
        if (!old) refuseNew(to);
        if (!old) return moveToFree(moved, from, to);
        if (!replace || moved.kind !== 'file' || old.kind !== 'file') throw existsAlready(destination);
        if (identityOf(old.stats) === identityOf(moved.stats)) await moveInto(from, to);
        else await moveOver(parts, { from, to, keepOld });
      }),
    );
  return withFileErrors(source, () => tree.at(source, { follow: false }, work));
}

/** `Jail.copy`: into a slot of the staging folder, and then by one rename to its place. */
export function copy(
  parts: JailParts,
  paths: Paths & { signal: AbortSignal | undefined },
): Promise<{ leftOut: number }> {
  const { source, destination, signal } = paths;
  const { tree, fsRoot, ownership, staging, room } = parts;
  return withFileErrors(source, () =>
    tree.at(source, { follow: true }, async (from) => {
      const original = there(from, source);
      if (original.kind !== 'file' && original.kind !== 'directory')
        throw new LightdeckError('invalid', `${shown(source)} is neither a file nor a folder`);
      // Before anything is written, or a parent made.
      await tree.at(destination, { follow: false, parents: 'passed' }, async (to) =>
        checkFree(from, to, paths),
      );
      const needed = await sizeOf(original, { fsRoot, ownership, signal, isRoot: isRoot(from) });
      if (needed > (await roomFor(room(), needed))) throw outOfSpace();
      return staging.use(async (slot) => {
        const claim = new Claim(room());
        const options = { fsRoot, ownership, claim, signal, isRoot: isRoot(from) };
        try {
          const isFile = original.kind === 'file';
          const leftOut = isFile
            ? await copyFile(original, slot, options).then(() => 0)
            : await copyFolder(original, slot, options);
          await place(parts, { slot, from, isFile, paths });
          return { leftOut };
        } catch (error) {
          claim.dispose();
          throw error;
        }
      });
    }),
  );
}

async function place(
  { tree }: JailParts,
  { slot, from, isFile, paths }: { slot: Slot; from: ResolvedPath; isFile: boolean; paths: Paths },
): Promise<void> {
  await withFileErrors(paths.destination, () =>
    tree.at(paths.destination, { follow: false, parents: 'made' }, async (to) => {
      checkFree(from, to, paths);
      if (isFile) await moveFileToFree(slot, to);
      else await moveInto(slot, to);
    }),
  );
}

function moveToFree(moved: FsNode, from: ResolvedPath, to: ResolvedPath): Promise<void> {
  if (moved.kind === 'file') return moveFileToFree(from, to);
  return moveInto(from, to);
}

function checkFree(from: ResolvedPath, to: ResolvedPath, paths: Paths): void {
  refuseIntoItself(from, to, paths);
  if (to.node) throw existsAlready(paths.destination);
  refuseNew(to);
}

/** By the names without links, so that no link on the way can hide it. */
function refuseIntoItself(from: ResolvedPath, to: ResolvedPath, { source, destination }: Paths): void {
  if (to.names.length <= from.names.length) return;
  if (from.names.every((name, index) => name === to.names[index]))
    throw new LightdeckError('conflict', `${shown(source)} can't be put into itself (${shown(destination)})`);
}
