import { LightdeckError } from '../../../shared/errors.ts';
import { hasCode } from '../../lib/system-error.ts';
import type { TrashEntry, UserPath } from '../contract.ts';
import { withFileErrors } from '../file-errors.ts';
import type { FsNode } from '../fs-node.ts';
import { isRoot, type JailParts, refuseNew } from '../jail-parts.ts';
import { moveFileToFree, moveInto } from '../move-into.ts';
import { existsAlready } from '../new-file.ts';
import { maxNameBytes } from '../user-path.ts';

/** How many names are tried for something whose own is taken. */
const maxNames = 1000;

export interface RestoreOptions {
  folder: FsNode;
  entry: TrashEntry;
  /** Where it goes instead of its own place. */
  path?: UserPath | undefined;
  ifTaken: 'refuse' | 'rename';
}

/** Moves a thing out of the trash to its place, parents made. Gives the path that it has. */
export async function restoreItem(parts: JailParts, options: RestoreOptions): Promise<UserPath> {
  const { entry, ifTaken } = options;
  const wanted = options.path ?? entry.path;
  if (wanted === null)
    throw new LightdeckError('invalid', 'Nobody knows where this lay: say to which path it goes');
  const names = ifTaken === 'rename' ? maxNames : 1;
  for (let number = 0; number < names; number += 1) {
    const path = number === 0 ? wanted : otherName(wanted, number);
    if (await moveTo(parts, options, path)) return path;
  }
  throw existsAlready(wanted);
}

/** False if something is there. */
async function moveTo(parts: JailParts, { folder, entry }: RestoreOptions, path: UserPath): Promise<boolean> {
  return withFileErrors(path, () =>
    parts.tree.at(path, { follow: false, parents: 'made' }, async (to) => {
      if (isRoot(to)) throw new LightdeckError('invalid', 'Say to which path it goes, with its name');
      if (to.node) return false;
      // Its own name was there before, whatever is in it.
      if (path !== entry.path) refuseNew(to);
      const from = { folder, name: entry.id };
      try {
        if (entry.kind === 'file') await moveFileToFree(from, to);
        else await moveInto(from, to);
        return true;
      } catch (error) {
        if (hasCode(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR')) return false;
        throw error;
      }
    }),
  );
}

/** `a/b.txt` as `a/b (restored).txt`, `a/b (restored 2).txt`… */
function otherName(path: UserPath, number: number): UserPath {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  const mark = number === 1 ? ' (restored)' : ` (restored ${number})`;
  const dot = name.lastIndexOf('.');
  const at = dot > 0 ? dot : name.length;
  // Spelled bytes are longer than they are on the disk, so this is never too long.
  const stem = [...name.slice(0, at)];
  while (Buffer.byteLength(stem.join('') + mark + name.slice(at)) > maxNameBytes && stem.length > 1)
    stem.pop();
  return path.slice(0, slash) + stem.join('') + mark + name.slice(at);
}
