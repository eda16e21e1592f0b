import { lchown, symlink } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { nameBytes } from './byte-name.ts';
import type { UserPath } from './contract.ts';
import { shown } from './file-errors.ts';
import { isRoot, type JailParts, refuseNew, there } from './jail-parts.ts';
import { moveInto } from './move-into.ts';
import { existsAlready } from './new-file.ts';
import { traversal } from './user-path.ts';
import { readTarget, type VolumeTree } from './volume-tree.ts';

/** `Jail.readLink`. */
export async function readLink({ tree }: JailParts, path: UserPath): Promise<string> {
  return tree.at(path, { follow: false }, async (resolved) => {
    if (there(resolved, path).kind !== 'link')
      throw new LightdeckError('invalid', `${shown(path)} is no link`);
    const target = await readTarget(resolved.folder, resolved.name);
    await refuseLeadingOut(tree, resolved.names.slice(0, -1), target);
    return target;
  });
}

/** `Jail.makeLink`: in a slot of the staging folder, and then by one rename to its place. */
export async function makeLink(parts: JailParts, path: UserPath, target: string): Promise<void> {
  const { tree, staging, fsRoot } = parts;
  if (target === '' || target.includes('\0')) throw traversal();
  await staging.use(async (slot) => {
    await symlink(nameBytes(target), slot.folder.at(slot.name));
    await tree.at(path, { follow: false, parents: 'made' }, async (resolved) => {
      const { node } = resolved;
      if (isRoot(resolved)) throw traversal();
      if (node?.kind === 'directory' || node?.kind === 'other') throw existsAlready(path);
      if (!node) refuseNew(resolved);
      await refuseLeadingOut(tree, resolved.names.slice(0, -1), target);
      if (process.geteuid?.() === 0) {
        const root = await fsRoot.root();
        const { uid, gid } = root.stats;
        await root.close();
        await lchown(slot.folder.at(slot.name), Number(uid), Number(gid));
      }
      await moveInto(slot, resolved);
    });
  });
}

/** Where it leads need not be there, but must be inside as far as it is there. */
async function refuseLeadingOut(tree: VolumeTree, folder: string[], target: string): Promise<void> {
  try {
    await tree.release(await tree.findTarget(folder, target));
  } catch (error) {
    if (!(error instanceof LightdeckError) || error.code !== 'not_found') throw error;
  }
}
