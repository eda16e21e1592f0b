import { LightdeckError } from '../../../shared/errors.ts';
import { nameBytes, spellName } from '../byte-name.ts';
import type { UserPath } from '../contract.ts';
import { parseUserPath } from '../user-path.ts';

/** Two user paths, one behind the other, in the shortest form. Throws LightdeckError `invalid` (A9). */
export function joinPath(base: UserPath, path: UserPath): UserPath {
  return [...parseUserPath(base), ...parseUserPath(path)].join('/');
}

/** The bytes of a path as an archive has it, spelled (A16): one part after the other, and nothing else changed or checked. */
export function spellPath(bytes: Uint8Array): string {
  const parts = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').split('/');
  return parts.map((part) => spellName(Buffer.from(part, 'latin1'))).join('/');
}

/** The other way round. */
export const pathBytes = (path: string): Buffer => nameBytes(path);

/** For what may vanish at any time: `.catch(ifGone)` gives null for `not_found`. */
export function ifGone(error: unknown): null {
  if (error instanceof LightdeckError && error.code === 'not_found') return null;
  throw error;
}

/** A path as it is below a folder, '' for the folder itself; null: it is not in it. Without a folder all is. */
export function insideOf(path: UserPath, folder: UserPath = ''): UserPath | null {
  if (folder === '') return path;
  if (path === folder) return '';
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}
