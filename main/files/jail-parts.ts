import { LightdeckError } from '../../shared/errors.ts';
import type { Room, UserPath } from './contract.ts';
import { shown } from './file-errors.ts';
import type { Held, Holder } from './fs-node.ts';
import type { Ownership } from './ownership.ts';
import type { Staging } from './staging.ts';
import type { Spot, VolumeTree } from './volume-tree.ts';

/** What the operations on one volume share. */
export interface JailParts {
  tree: VolumeTree;
  holder: Holder;
  ownership: Ownership;
  staging: Staging;
  /** Asked anew each time: the volume may have been made larger. */
  room: () => Room;
}

/** The mode's bits that a user may set: no set-id, no sticky bit. */
export const permissions = 0o777;

/** Only the root has no name in a folder. */
export const isRoot = (spot: Spot): boolean => spot.name === '';

export function there(spot: Spot, path: UserPath): Held {
  if (!spot.held) throw new LightdeckError('not_found', `${shown(path)} is not there`);
  return spot.held;
}

export function folderAt(spot: Spot, path: UserPath): Held {
  const held = there(spot, path);
  if (held.kind !== 'directory') throw new LightdeckError('invalid', `${shown(path)} is not a folder`);
  return held;
}

/** The bytes that go when a held thing loses its name: a file's, if it has no other name. */
export function bytesOf(held: Held): number {
  return held.kind === 'file' && held.stats.nlink === 1n ? Number(held.stats.size) : 0;
}
