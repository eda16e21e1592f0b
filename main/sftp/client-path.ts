import { traversal } from '../files/user-path.ts';

/** The names along a path as SFTP clients write it, `.` and `..` worked out as text; null where `..` climbs above the root. */
function namesOf(path: string): string[] | null {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names;
}

/**
 * A client's path as the jail takes it: the root is the volume, relative paths begin there too. Clients write `..` for «one up»
 * (`ls ..`), so it is worked out here as text, and never reaches a file system. Above the root it throws A9's `invalid`.
 */
export function jailPath(path: string): string {
  const names = namesOf(path);
  if (!names) throw traversal();
  return names.join('/');
}

/** The same as an absolute path to show. Like in any root, `..` of the root is the root. */
export function absolutePath(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/** The folder that a jail path is in, '' for the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
