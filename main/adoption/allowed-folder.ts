import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import { isAllowed, isWithin } from '../volumes/mounts.ts';

export interface FolderRules {
  /** The configuration's present `storage.allowed_mounts`. */
  allowed: () => string[];
  /** The host's own: its data and its volumes. */
  own: readonly string[];
  /** What servers have already, by their folders. */
  taken: () => readonly { path: string; by: string }[];
}

/**
 * The folder that a path names, resolved. In words for people, LightdeckError `invalid`: nothing outside of the allowed folders is
 * looked at, and whether something is there is not told either.
 */
export function allowedPath(path: string, { allowed }: Pick<FolderRules, 'allowed'>): string {
  const real = isAbsolute(path) && !path.includes('\0') ? realPathOf(path) : null;
  if (real === null || !isAllowed(real, allowed()))
    throw new LightdeckError(
      'invalid',
      `${JSON.stringify(path)} is no folder in one of the allowed ones. Which are allowed is set in Settings (storage.allowed_mounts)`,
    );
  return real;
}

/** Why a resolved folder can't become a volume, in words; null: it can. */
export function folderProblem(real: string, { own, taken }: FolderRules): string | null {
  const stats = folderAt(real);
  if (stats === null) return 'it is no folder';
  if (own.some((folder) => overlaps(real, realPathOf(folder) ?? folder)))
    return "it is in the host's own data folder, or around it";
  const user = taken().find(({ path }) => overlaps(real, path));
  return user ? `${user.by} uses it already, or something in it or around it` : null;
}

/** Null unless the resolved path is a folder by itself. */
export function folderAt(real: string): BigIntStats | null {
  try {
    const stats = statSync(real, { bigint: true });
    return stats.isDirectory() && realPathOf(real) === real ? stats : null;
  } catch {
    return null;
  }
}

const overlaps = (a: string, b: string): boolean => isWithin(a, b) || isWithin(b, a);

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
