import { renameSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from './system-error.ts';

/**
 * C12: on Windows a virus scanner or an indexer has a file open for moments after it was written, and a rename of it, or over it,
 * fails meanwhile. So it is tried again for up to two seconds, and then fails as the system says. Elsewhere a rename fails at once.
 */
const waits: readonly number[] = [10, 20, 50, 100, 200, 300, 400, 500, 500];

/** For a caller that can't wait in turns: half as long. */
const shortWaits = waits.slice(0, 7);

const isHeld = (error: unknown): boolean => hasCode(error, 'EPERM', 'EACCES', 'EBUSY');

export interface RenameParts<R> {
  platform: NodeJS.Platform;
  rename: (from: string | Buffer, to: string | Buffer) => R;
  wait: (ms: number) => R;
}

/** `fs.promises.rename` that waits for whoever holds a file on Windows. */
export async function patientRename(
  from: string | Buffer,
  to: string | Buffer,
  parts: RenameParts<Promise<void>> = {
    platform: process.platform,
    rename,
    wait: (ms) => pause(ms, undefined, { ref: false }),
  },
): Promise<void> {
  for (const ms of parts.platform === 'win32' ? waits : []) {
    try {
      return await parts.rename(from, to);
    } catch (error) {
      if (!isHeld(error)) throw error;
      await parts.wait(ms);
    }
  }
  await parts.rename(from, to);
}

/** The same for `fs.renameSync`; blocks for a second and a bit at most. */
export function patientRenameSync(
  from: string,
  to: string,
  parts: RenameParts<void> = { platform: process.platform, rename: renameSync, wait: block },
): void {
  for (const ms of parts.platform === 'win32' ? shortWaits : []) {
    try {
      parts.rename(from, to);
      return;
    } catch (error) {
      if (!isHeld(error)) throw error;
      parts.wait(ms);
    }
  }
  parts.rename(from, to);
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
