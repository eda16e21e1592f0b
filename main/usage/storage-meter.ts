import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Scope } from '../lib/scope.ts';
import { folderSize } from './folder-size.ts';

/** A volume that has to be counted file by file is counted again after that many times what the last count took, within bounds in ms. */
const recountShare = 100;
const soonestMs = 60_000;
const latestMs = 3_600_000;
/** Pause after each slice of entries (a few ms of work), in ms. */
const restMs = 50;

export interface StorageMeterOptions {
  /** Milliseconds of a clock that isn't set. */
  elapsed: () => number;
}

interface Known {
  /** Bytes; null until the first count is through. */
  used: number | null;
  due: number;
}

/**
 * How much each volume takes, without asking for it in the moment: `used` is what was found last. A volume that is a mount of
 * its own is asked for with one call each time, others are counted one after the other, in the background, slowly.
 */
export class StorageMeter {
  private readonly options: StorageMeterOptions;
  private readonly scope = new Scope();
  private readonly volumes = new Map<string, Known>();
  private working = false;

  constructor(options: StorageMeterOptions) {
    this.options = options;
  }

  /** The volumes that are of interest from now on; what is due of them is measured in the background. Never throws. */
  track(paths: readonly string[]): void {
    const wanted = new Set(paths);
    for (const path of this.volumes.keys()) if (!wanted.has(path)) this.volumes.delete(path);
    for (const path of wanted) {
      if (!this.volumes.has(path)) this.volumes.set(path, { used: null, due: Number.NEGATIVE_INFINITY });
    }
    if (!this.working) void this.work();
  }

  /** Bytes; null if it isn't known yet, or can't be. */
  used(path: string): number | null {
    return this.volumes.get(path)?.used ?? null;
  }

  close(): void {
    this.scope.close();
  }

  private async work(): Promise<void> {
    this.working = true;
    for (const path of [...this.volumes.keys()]) {
      const known = this.volumes.get(path);
      if (this.scope.isClosed) break;
      if (known && this.options.elapsed() >= known.due) await this.measure(path, known);
    }
    this.working = false;
  }

  private async measure(path: string, known: Known): Promise<void> {
    const began = this.options.elapsed();
    try {
      const ownMount = await mountUsage(path);
      if (ownMount !== null) {
        known.used = ownMount;
        return;
      }
      known.used = await folderSize(path, { rest: () => this.rest(path, known) });
    } catch {
      // Closed, or nobody asks for it any more. What was known of it stays.
    }
    const took = this.options.elapsed() - began;
    known.due = this.options.elapsed() + Math.min(latestMs, Math.max(soonestMs, took * recountShare));
  }

  private async rest(path: string, known: Known): Promise<void> {
    await this.scope.pause(restMs);
    if (this.scope.isClosed || this.volumes.get(path) !== known) throw new Error('called off');
  }
}

/** Bytes in use on the file system that begins at the path; null if none begins there. */
async function mountUsage(path: string): Promise<number | null> {
  const [own, parent] = await Promise.all([stat(path), stat(dirname(path))]);
  if (own.dev === parent.dev) return null;
  const { bsize, blocks, bfree } = await statfs(path);
  return (blocks - bfree) * bsize;
}
