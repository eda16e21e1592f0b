import { nameBytes, spellName } from '../files/byte-name.ts';
import { traversal } from '../files/user-path.ts';

/** Paths are bytes in version 3. As latin1 each of them is one character, and those that matter here are ASCII. */
const partsOf = (path: Buffer): string[] =>
  path
    .toString('latin1')
    .split('/')
    .filter((name) => name !== '' && name !== '.');

/** The names along a path as SFTP clients write it, `.` and `..` worked out as text; null where `..` climbs above the root. */
function namesOf(path: Buffer): string[] | null {
  const names: string[] = [];
  for (const name of partsOf(path)) {
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names;
}

/**
 * A client's path as the jail takes it (A16): the root is the volume, relative paths begin there too. Clients write `..` for «one up»
 * (`ls ..`), so it is worked out here as text, and never reaches a file system. Above the root it throws A9's `invalid`.
 */
export function jailPath(path: Buffer): string {
  const names = namesOf(path);
  if (!names) throw traversal();
  return names.map((name) => spellName(Buffer.from(name, 'latin1'))).join('/');
}

/** The same as an absolute path to show, in the client's bytes. Like in any root, `..` of the root is the root. */
export function absolutePath(path: Buffer): Buffer {
  const names: string[] = [];
  for (const name of partsOf(path)) {
    if (name === '..') names.pop();
    else names.push(name);
  }
  return Buffer.from(`/${names.join('/')}`, 'latin1');
}

/** A name or a path of the jail as the bytes that clients get. */
export const clientBytes = (path: string): Buffer => nameBytes(path);

/** The container's name for the volume's root, with which absolute links in it begin. */
const home = '/home/container';

/** A link's target as clients can follow it: for them the volume is somewhere else, so an absolute one is told from where the link lies. */
export function clientTarget(path: string, target: string): string {
  if (target !== home && !target.startsWith(`${home}/`)) return target;
  const up = path
    .split('/')
    .slice(1)
    .map(() => '..');
  const names = target
    .slice(home.length)
    .split('/')
    .filter((name) => name !== '');
  return [...up, ...names].join('/') || '.';
}

/** The folder that a jail path is in, '' for the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
