import { nameBytes, spellName } from '../files/byte-name.ts';
import type { UserPath } from '../files/contract.ts';
import { parseUserPath } from '../files/user-path.ts';

/** The names of a path that a manifest holds, [] for the root. Throws LightdeckError `invalid` for one that no walk gives. */
export function namesOf(path: UserPath): string[] {
  // As on Linux: what Windows can't have fails when it is made, not when it is read.
  return path === '' ? [] : parseUserPath(path, false);
}

export const folderOf = (path: UserPath): UserPath => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const nameOf = (path: UserPath): string => path.slice(path.lastIndexOf('/') + 1);
export const joinPath = (folder: UserPath, name: string): UserPath =>
  folder === '' ? name : `${folder}/${name}`;

const plain = /^[\x20-\x5b\x5d-\x7e]*$/;

/** The order of names in a folder: that of their bytes. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  if (plain.test(a) && plain.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(nameBytes(a), nameBytes(b));
}

/** The order of a walk: a folder, then all that is in it. */
export function comparePaths(a: UserPath, b: UserPath): number {
  if (a === b) return 0;
  const [left, right] = [a === '' ? [] : a.split('/'), b === '' ? [] : b.split('/')];
  for (const [index, name] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareNames(name, other);
    if (order !== 0) return order;
  }
  return -1;
}

/** Whether `path` is `top` or in it. */
export const isWithin = (path: UserPath, top: UserPath): boolean =>
  top === '' || path === top || path.startsWith(`${top}/`);

/** A link's target, as it is spelled: each part as a name. */
export function spellTarget(bytes: Buffer): string {
  // One byte is one character in latin1, so that nothing is lost of a name that is no text.
  return bytes
    .toString('latin1')
    .split('/')
    .map((part) => spellName(Buffer.from(part, 'latin1')))
    .join('/');
}
