import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, posix, relative, sep } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';

const systemFolders = ['/bin', '/boot', '/dev', '/etc', '/lib', '/proc', '/sys'];
/** Where the server's volume is (A7). */
const home = '/home/container';

/**
 * A8: checks custom mounts (container folder → host folder) and gives them back with both sides resolved, links on the host
 * side included. Throws LightdeckError `invalid`: a system folder inside, or a host folder that is not under `allowed`.
 */
export function checkMounts(mounts: Record<string, string>, allowed: string[]): Record<string, string> {
  const roots = allowed.flatMap((folder) => realPath(folder) ?? []);
  const checked = new Map<string, string>();
  for (const [inside, outside] of Object.entries(mounts)) {
    const target = containerSide(inside);
    if (checked.has(target)) throw new LightdeckError('invalid', `mount: ${target} is named twice`);
    checked.set(target, hostSide(outside, roots));
  }
  return Object.fromEntries(checked);
}

/** The container folders that can only be read, resolved; each must be one of the checked `mounts`. Throws LightdeckError `invalid`. */
export function checkReadOnly(folders: readonly string[], mounts: Record<string, string>): string[] {
  const targets = new Set(folders.map(containerSide));
  for (const target of targets) {
    if (!Object.hasOwn(mounts, target))
      throw new LightdeckError('invalid', `read_only_mounts: ${target} is not one of the mounts`);
  }
  return [...targets].sort();
}

/** Throws LightdeckError `invalid` if the volume's second place (`data_path`) is one of the custom mounts. */
export function checkDataPath(dataPath: string | null, mounts: Record<string, string>): void {
  if (dataPath !== null && dataPath in mounts)
    throw new LightdeckError('invalid', `data_path: ${dataPath} is a custom mount; choose one of the two`);
}

function containerSide(path: string): string {
  // A colon would end the path in the engine's own notation.
  if (!path.startsWith('/') || /[\0:]/.test(path)) {
    throw new LightdeckError(
      'invalid',
      `mount: ${JSON.stringify(path)} must be an absolute path without colons`,
    );
  }
  const normal = posix.normalize(`/${path}/`).slice(0, -1);
  if (normal === '' || systemFolders.some((folder) => normal === folder || normal.startsWith(`${folder}/`))) {
    throw systemPath();
  }
  if (normal === home) throw new LightdeckError('invalid', `mount: ${home} is the server's own volume`);
  return normal;
}

function hostSide(path: string, roots: string[]): string {
  const real = isAbsolute(path) && !path.includes('\0') ? realPath(path) : null;
  // A folder that doesn't exist is refused in the same words, so that nobody can find out what is on the host.
  if (real === null || !roots.some((root) => isWithin(real, root)) || !statSync(real).isDirectory())
    throw systemPath();
  return real;
}

/** Whether a resolved host folder is one of the allowed folders, or in one. */
export function isAllowed(path: string, allowed: string[]): boolean {
  return allowed.flatMap((folder) => realPath(folder) ?? []).some((root) => isWithin(path, root));
}

/** Whether a path is the folder itself or in it; both absolute. */
export function isWithin(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Null if there is nothing, or nothing that can be reached. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** The published sentence (A8), which clients compare. */
function systemPath(): LightdeckError {
  return new LightdeckError('invalid', 'Cannot mount to system path');
}
