import { LightdeckError } from '../../../shared/errors.ts';
import type { UserPath } from '../contract.ts';
import { parseUserPath } from '../user-path.ts';

/** Two user paths, one behind the other, in the shortest form. Throws LightdeckError `invalid` (A9). */
export function joinPath(base: UserPath, path: UserPath): UserPath {
  return [...parseUserPath(base), ...parseUserPath(path)].join('/');
}

/** For what may vanish at any time: `.catch(ifGone)` gives null for `not_found`. */
export function ifGone(error: unknown): null {
  if (error instanceof LightdeckError && error.code === 'not_found') return null;
  throw error;
}
