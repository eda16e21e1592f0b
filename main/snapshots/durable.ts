import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { patientRename } from '../lib/patient-rename.ts';

/**
 * Replaces a small file so that a crash at any moment leaves the old or the new text: as `writeAtomically`, without keeping anybody waiting for
 * a slow disk. Readable by its owner alone (0600).
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await patientRename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await flushFolder(dirname(path));
}

/** A rename within one file system that survives a power cut. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await patientRename(from, to);
  await flushFolder(dirname(to));
}

/** Makes sure that what was renamed or removed in the folder stays so. */
export async function flushFolder(folder: string): Promise<void> {
  // Windows can't open a folder, and journals renames by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
