import { rmdir, unlink } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { patientRename } from '../lib/patient-rename.ts';
import type { UserPath } from './contract.ts';
import { emptyFolder } from './empty-folder.ts';
import type { FsNode } from './fs-node.ts';
import { bytesOf, isRoot, type JailParts, there } from './jail-parts.ts';
import type { Slot } from './staging.ts';
import type { ResolvedPath } from './volume-tree.ts';

/** `Jail.remove`, at a resolved path whose last part was not followed. */
export async function remove(
  parts: JailParts,
  { resolved, path, recursive }: { resolved: ResolvedPath; path: UserPath; recursive: boolean },
): Promise<void> {
  const node = there(resolved, path);
  if (isRoot(resolved)) throw new LightdeckError('invalid', "The volume's root can't be deleted");
  const own = resolved.folder.at(resolved.name);
  if (node.kind !== 'directory') {
    await unlink(own);
    parts.room().take(-bytesOf(node));
  } else if (!recursive) {
    await rmdir(own);
  } else {
    await parts.staging.use((slot) => removeTree(parts, resolved, slot));
  }
}

/**
 * First the whole tree goes out of sight by one rename: it is there or it isn't, also after a crash. What can't be deleted
 * comes back, so that nobody wonders where the room has gone.
 */
async function removeTree({ fsRoot, room }: JailParts, resolved: ResolvedPath, slot: Slot): Promise<void> {
  const [own, hidden] = [resolved.folder.at(resolved.name), slot.folder.at(slot.name)];
  await patientRename(own, hidden);
  let freed = 0;
  let tree: FsNode | null = null;
  try {
    tree = await fsRoot.openNode(slot.folder, slot.name);
    if (tree?.kind === 'directory') {
      await emptyFolder(tree, {
        fsRoot,
        freed: (bytes) => {
          freed += bytes;
        },
      });
      await rmdir(hidden);
    }
  } catch (error) {
    await patientRename(hidden, own).catch(() => {});
    throw error;
  } finally {
    await tree?.close();
    room().take(-freed);
  }
}
