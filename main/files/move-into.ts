import { link, unlink } from 'node:fs/promises';
import { patientRename } from '../lib/patient-rename.ts';
import { systemCode } from '../lib/system-error.ts';
import type { Name } from './byte-name.ts';
import type { FsNode } from './fs-node.ts';

interface Place {
  folder: FsNode;
  name: Name;
}

/**
 * Renames `from` to the place, over what is there. Where a folder can't be held it is looked at again afterwards: one that was
 * swapped for a link meanwhile gets what it got taken away again, as far as that can be done, and `traversal` is thrown.
 */
export async function moveInto(from: Place, to: Place): Promise<void> {
  const [source, target] = [from.folder.at(from.name), to.folder.at(to.name)];
  await patientRename(source, target);
  await orTakeBack(to.folder, () => patientRename(target, source));
}

/** What a file system without hard links, or one that doesn't want this one, answers. */
const noLinks = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'UNKNOWN']);

/**
 * Moves a regular file to a name that must be free, so that of two who do it at once one gets `EEXIST`: a second name first,
 * then the old one goes. Where that can't be done the caller's look before has to do.
 */
export async function moveFileToFree(from: Place, to: Place): Promise<void> {
  const [source, target] = [from.folder.at(from.name), to.folder.at(to.name)];
  try {
    await link(source, target);
  } catch (error) {
    if (!noLinks.has(systemCode(error))) throw error;
    return moveInto(from, to);
  }
  await orTakeBack(to.folder, () => unlink(target));
  await unlink(source);
}

async function orTakeBack(folder: FsNode, takeBack: () => Promise<void>): Promise<void> {
  try {
    await folder.confirm();
  } catch (error) {
    await takeBack().catch(() => {});
    throw error;
  }
}
