import { rename, rmdir, unlink } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { UserPath } from './contract.ts';
import { emptyFolder } from './empty-folder.ts';
import type { Held } from './fs-node.ts';
import { bytesOf, isRoot, type JailParts, there } from './jail-parts.ts';
import type { Slot } from './staging.ts';
import type { Spot } from './volume-tree.ts';

/** `Jail.remove`, at a spot whose last part was not followed. */
export async function remove(
  parts: JailParts,
  { spot, path, recursive }: { spot: Spot; path: UserPath; recursive: boolean },
): Promise<void> {
  const held = there(spot, path);
  if (isRoot(spot)) throw new LightdeckError('invalid', "The volume's root can't be deleted");
  const own = spot.folder.at(spot.name);
  if (held.kind !== 'directory') {
    await unlink(own);
    parts.room().take(-bytesOf(held));
  } else if (!recursive) {
    await rmdir(own);
  } else {
    await parts.staging.use((slot) => removeTree(parts, spot, slot));
  }
}

/**
 * First the whole tree goes out of sight by one rename: it is there or it isn't, also after a crash. What can't be deleted
 * comes back, so that nobody wonders where the room has gone.
 */
async function removeTree({ holder, room }: JailParts, spot: Spot, slot: Slot): Promise<void> {
  const [own, hidden] = [spot.folder.at(spot.name), slot.folder.at(slot.name)];
  await rename(own, hidden);
  let freed = 0;
  let tree: Held | null = null;
  try {
    tree = await holder.hold(slot.folder, slot.name);
    if (tree?.kind === 'directory') {
      await emptyFolder(tree, {
        holder,
        freed: (bytes) => {
          freed += bytes;
        },
      });
      await rmdir(hidden);
    }
  } catch (error) {
    await rename(hidden, own).catch(() => {});
    throw error;
  } finally {
    await tree?.close();
    room().take(-freed);
  }
}
