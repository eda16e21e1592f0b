import { realpathSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { StoredVolume } from '../store/contract.ts';
import { mountsUnder } from './mount-table.ts';
import { isAllowed } from './mounts.ts';

/** Throws LightdeckError `internal`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const why = errorText(error);
    throw new LightdeckError('internal', `The volume's folder can't be made: ${why}`, { cause: error });
  }
}

/** Throws `conflict` if something is mounted in the folder: removing it would empty what an administrator has put there. */
export async function refuseMounts(path: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const [mount] = await mountsUnder(path);
  if (mount) throw new LightdeckError('conflict', `The volume is in use: something is mounted at ${mount}`);
}

/** A26: whether a volume is a folder that was there before it and is used where it lies: ours are called by their ids. It is never deleted. */
export const isInPlace = ({ id, path }: Pick<StoredVolume, 'id' | 'path'>): boolean => basename(path) !== id;

/** Before a container is started on it: whoever can write above it may have put a link in its place. Throws LightdeckError `conflict`. */
export function checkPlace(path: string, allowed: string[]): void {
  let isThere = false;
  try {
    isThere = realpathSync(path) === path && statSync(path).isDirectory();
  } catch {
    // It is gone.
  }
  if (!isThere)
    throw new LightdeckError(
      'conflict',
      `The volume's folder ${path} is not there any more, or is a link now`,
    );
  if (!isAllowed(path, allowed))
    throw new LightdeckError(
      'conflict',
      `The volume's folder ${path} is no longer in one of the host's allowed folders`,
    );
}
