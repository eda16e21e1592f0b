import { mkdir } from 'node:fs/promises';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { mountsUnder } from './mount-table.ts';

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
