import { statfsSync } from 'node:fs';
import { MiB } from '../../shared/units.ts';

/** Bytes of the host's disk that our own writes leave free: the host itself needs some. */
const reserve = 16 * MiB;
/** How long what was written to an image may wait in memory before the host's disk shows it, in ms (the kernel's own limit is 30 s). */
const dirtyMs = 40_000;

/**
 * The disk below all volumes. Images are sparse and can promise more than there is, so our own writes ask here, too.
 * What was taken lately counts once more, since the disk doesn't show it yet: near the end that refuses a little early.
 */
export class HostDisk {
  private readonly folder: string;
  private readonly now: () => number;
  private since = 0;
  private recent = 0;
  private older = 0;

  /** `now`: milliseconds of a clock that isn't set back. */
  constructor(options: { folder: string; now: () => number }) {
    this.folder = options.folder;
    this.now = options.now;
  }

  /** Bytes; Infinity where the system doesn't tell. */
  left(): number {
    this.age();
    return Math.max(0, this.free() - reserve - Math.max(0, this.recent + this.older));
  }

  /** Bytes that are free, nothing kept back. */
  free(): number {
    try {
      const { bavail, bsize } = statfsSync(this.folder);
      return bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }

  take(bytes: number): void {
    this.age();
    this.recent += bytes;
  }

  private age(): void {
    const now = this.now();
    if (now - this.since < dirtyMs) return;
    this.older = now - this.since < 2 * dirtyMs ? this.recent : 0;
    this.recent = 0;
    this.since = now;
  }
}
