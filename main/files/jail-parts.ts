import { LightdeckError } from '../../shared/errors.ts';
import type { Removal, Room, UserPath } from './contract.ts';
import { shown } from './file-errors.ts';
import type { FsNode, FsRoot } from './fs-node.ts';
import type { Ownership } from './ownership.ts';
import type { Staging } from './staging.ts';
import { refuseNewName } from './user-path.ts';
import type { ResolvedPath, VolumeTree } from './volume-tree.ts';

/** What the operations on one volume share. */
export interface JailParts {
  tree: VolumeTree;
  fsRoot: FsRoot;
  ownership: Ownership;
  staging: Staging;
  /** Asked anew each time: the volume may have been made larger. */
  room: () => Room;
  /** Keeps a file that is about to be replaced in the trash; see `Trash.keepOld`. */
  keepOld(resolved: ResolvedPath, removal: Removal): Promise<(() => Promise<void>) | null>;
}

/** The mode's bits that a user may set: no set-id, no sticky bit. */
export const permissions = 0o777;

/** Only the root has no name in a folder. */
export const isRoot = (resolved: ResolvedPath): boolean => resolved.name === '';

/** A9, before something is made at the resolved path. */
export function refuseNew({ names }: ResolvedPath): void {
  refuseNewName(names.at(-1) ?? '');
}

export function there(resolved: ResolvedPath, path: UserPath): FsNode {
  if (!resolved.node) throw new LightdeckError('not_found', `${shown(path)} is not there`);
  return resolved.node;
}

export function folderAt(resolved: ResolvedPath, path: UserPath): FsNode {
  const node = there(resolved, path);
  if (node.kind !== 'directory') throw new LightdeckError('invalid', `${shown(path)} is not a folder`);
  return node;
}

/** The bytes that go when a held thing loses its name: a file's, if it has no other name. */
export function bytesOf(node: FsNode): number {
  if (node.kind !== 'file' || node.stats.nlink !== 1n) return 0;
  // Holes never counted.
  return Math.min(Number(node.stats.size), Number(node.stats.blocks) * 512);
}
