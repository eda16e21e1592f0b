import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { hasCode } from '../../main/lib/system-error.ts';
import type { OnEnd } from './cleanup.ts';
import { tempDir } from './temp.ts';

export interface SmallDisk {
  /** The folder that is the whole of it. */
  path: string;
  /** Takes all of its room, down to the last byte. Again: what has become free. */
  fill(): void;
  /** Gives it back. */
  free(): void;
}

/** A file system of its own of so many MiB, in memory; needs root (`has('small-disk')`). Unmounted at the end. */
export function smallDisk(mib: number, onEnd: OnEnd = onTestFinished): SmallDisk {
  const path = tempDir(onEnd);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m,mode=755`, 'tmpfs', path]);
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast, { force: true }),
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const size of [64 * 1024, 4096]) writeUntilFull(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if (!hasCode(error, 'ENOSPC')) throw error;
  }
}
