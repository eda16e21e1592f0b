import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const shared = '/dev/shm';
/** What tests may need of it at a time, in bytes. */
const needed = 2 * 2 ** 30;

/** A folder for temporary files that is in memory where there is one with enough room, else the system's. */
export function folderInMemory(): string {
  try {
    const { bavail, bsize } = statfsSync(shared);
    return bavail * bsize >= needed ? shared : tmpdir();
  } catch {
    return tmpdir();
  }
}
