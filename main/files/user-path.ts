import { LightdeckError } from '../../shared/errors.ts';
import { hasBackslash, isWellSpelled, nameBytes } from './byte-name.ts';

/** The folder in a volume's root that holds our own unfinished writes; nobody else's business. */
export const stagingName = '.lightdeck-unfinished';
/** The folder in a volume's root that holds what was deleted, until its time is over or its room is needed. */
export const trashName = '.lightdeck-trash';
/** Longest path in characters, and longest name in bytes of UTF-8 (what Linux, macOS and Windows have in common). */
export const maxPathLength = 32_768;
export const maxNameBytes = 255;

/** A9's published sentence, which clients compare. */
export function traversal(): LightdeckError {
  return new LightdeckError('invalid', 'Invalid path: path traversal detected');
}

/**
 * A9: the names along a user's path as they are spelled (A16), [] for the root itself. Refused: `..`, backslashes that spell
 * no byte, drive letters, a second leading slash, NUL, what is no valid Unicode, too long names. On a Windows host also what
 * Windows takes for something else. Throws LightdeckError `invalid`. It says nothing about links: that is the walk's work.
 */
export function parseUserPath(path: string, windows = process.platform === 'win32'): string[] {
  if (path.length > maxPathLength || /\p{Surrogate}/u.test(path)) throw traversal();
  if (path.includes('\0') || path.startsWith('//')) throw traversal();
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  // Asked of the first name, not of the text: `./C:` leads to the same place as `C:`.
  if (/^[a-z]:/i.test(names[0] ?? '')) throw traversal();
  for (const name of names) checkName(name, windows);
  return names;
}

/** A9 for HTTP and archives, where paths are relative: `/` alone is the root, `/etc/passwd` is refused. Gives the path back. */
export function refuseAbsolute(path: string): string {
  if (path.startsWith('/') && path !== '/') throw traversal();
  return path;
}

/** A9: a name with a backslash can be used where it is there already, and is never made. Throws LightdeckError `invalid`. */
export function refuseNewName(name: string): void {
  if (hasBackslash(name)) throw traversal();
}

/** True for the names in a volume's root that are ours, however a file system without case may write them. */
export function isOwnName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === stagingName || lower === trashName;
}

function checkName(name: string, windows: boolean): void {
  if (name === '..' || nameBytes(name).length > maxNameBytes) throw traversal();
  if (name.includes('\\') && (windows || !isWellSpelled(name))) throw traversal();
  if (windows && isOddOnWindows(name)) throw traversal();
}

/**
 * Devices (`NUL`, `COM1.txt`), alternate streams (`a:b`), wildcards, and the trailing dots and spaces that Windows drops. On
 * Linux these are plain names that a game server may well use (`world 12:30.zip`), so they are refused on Windows alone.
 */
function isOddOnWindows(name: string): boolean {
  return (
    /[<>:"|?*\x01-\x1f]|[. ]$/.test(name) ||
    /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i.test(name)
  );
}
