import type { Name } from './byte-name.ts';
import type { Removal } from './contract.ts';
import type { FsNode } from './fs-node.ts';
import { bytesOf, type JailParts } from './jail-parts.ts';
import { moveInto } from './move-into.ts';
import type { ResolvedPath } from './volume-tree.ts';

/** Renames `from` to the resolved place, over the file that may be there; that one goes to the trash where it is to be kept and can be. */
export async function moveOver(
  parts: JailParts,
  {
    from,
    to,
    keepOld,
  }: { from: { folder: FsNode; name: Name }; to: ResolvedPath; keepOld: Removal | undefined },
): Promise<void> {
  const letGo = keepOld && to.node ? await parts.keepOld(to, keepOld) : null;
  try {
    await moveInto(from, to);
  } catch (error) {
    await letGo?.();
    throw error;
  }
  if (to.node && !letGo) parts.room().take(-bytesOf(to.node));
}
