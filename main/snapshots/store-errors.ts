import { LightdeckError } from '../../shared/errors.ts';
import { systemCode } from '../lib/system-error.ts';
import { DamagedPack } from './pack-format.ts';

/** Runs work on a store, and throws what its disk refuses as LightdeckErrors, in words. */
export async function withStoreErrors<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error, folder);
  }
}

function storeError(thrown: unknown, folder: string): unknown {
  if (thrown instanceof LightdeckError) return thrown;
  const fail = (code: LightdeckError['code'], words: string) =>
    new LightdeckError(code, words, { cause: thrown });
  if (thrown instanceof DamagedPack)
    return fail('invalid', `The snapshot store in ${folder} is damaged: ${thrown.message}. Have it checked`);
  switch (systemCode(thrown)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fail(
        'disk_full',
        `The disk of the snapshot store in ${folder} is full: free some space on it, or remove old snapshots, then try again`,
      );
    case 'ENOENT':
    case 'ENOTDIR':
      return fail(
        'not_found',
        `The snapshot store in ${folder} is not there, or parts of it are missing: is its disk connected?`,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return fail(
        'conflict',
        `The host is not allowed to write to the snapshot store in ${folder} (${systemCode(thrown)})`,
      );
    case 'EIO':
      return fail(
        'internal',
        `The disk of the snapshot store in ${folder} answers with errors: copy what is on it to another one`,
      );
    default:
      return thrown;
  }
}
