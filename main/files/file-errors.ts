import { LightdeckError } from '../../shared/errors.ts';
import { hasCode, systemCode } from '../lib/system-error.ts';
import { traversal } from './user-path.ts';

/** True for «there is nothing», also where a part of the way is not even a folder. */
export function isMissing(thrown: unknown): boolean {
  return hasCode(thrown, 'ENOENT', 'ENOTDIR');
}

const shownLength = 200;

/** A path as it is put into a sentence: quoted, and shortened from the left. */
export function shown(path: string): string {
  const short = path.length > shownLength ? `…${path.slice(-shownLength)}` : path;
  return JSON.stringify(short === '' ? '/' : short);
}

export function outOfSpace(cause?: unknown): LightdeckError {
  return new LightdeckError(
    'out_of_space',
    'System out of storage: the volume has no room for this. Delete files or make the volume larger',
    { cause },
  );
}

/** What the system refused as the LightdeckError for it. `path` is the user's. What isn't one of the system's known refusals stays as it is. */
export function fileError(thrown: unknown, path: string): unknown {
  const fail = (code: LightdeckError['code'], message: string) =>
    new LightdeckError(code, message, { cause: thrown });
  const code = systemCode(thrown);
  switch (code) {
    case 'ENOENT':
      return fail('not_found', `${shown(path)} is not there`);
    case 'EEXIST':
      return fail('conflict', `${shown(path)} exists already`);
    case 'ENOTEMPTY':
      return fail('conflict', `${shown(path)} is not empty`);
    case 'EISDIR':
      return fail('conflict', `${shown(path)} is a folder`);
    case 'ENOTDIR':
      return fail('invalid', `a part of ${shown(path)} is a file, not a folder`);
    case 'ENAMETOOLONG':
      return traversal();
    case 'ENOSPC':
    case 'EDQUOT':
      return outOfSpace(thrown);
    case 'EFBIG':
      return fail('too_large', `${shown(path)} would be larger than the file system allows`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return fail('conflict', `the host is not allowed to do this with ${shown(path)} (${code})`);
    case 'EBUSY':
    case 'EMFILE':
    case 'ENFILE':
    case 'ETXTBSY':
      return fail('busy', `${shown(path)} can't be used at the moment (${code}): try again`);
    case 'EINVAL':
    case 'EXDEV':
      return fail('conflict', `this can't be done with ${shown(path)} (${code})`);
    default:
      return thrown;
  }
}

/** Runs the work, and throws the system's refusals as LightdeckErrors. */
export async function withFileErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, path);
  }
}
