import { type BigIntStats, lstatSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { hasCode } from '../lib/system-error.ts';

export interface LooksParts {
  here: (path: string | Buffer) => BigIntStats | undefined;
  aside: (path: string | Buffer) => Promise<BigIntStats | undefined>;
  /** Ms, of any beginning. */
  now: () => number;
}

/** A look that took longer had to wait for a disk, in ms. */
const slowMs = 1;
/** How many looks go another way then. */
const asideCount = 500;

/** As the system sees them. */
export const systemLooks: LooksParts = {
  here: (path) => lstatSync(path, { bigint: true, throwIfNoEntry: false }),
  async aside(path) {
    try {
      return await lstat(path, { bigint: true });
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  },
  now: () => performance.now(),
};

/**
 * Looks at one thing after the other. Where what the system knows of them is in memory, that takes microseconds, a third of what the way to
 * another thread and back costs. Where a disk has to be asked, also one far away, each would hold up everything else in the process: after
 * one that was slow the next ones go aside.
 */
export class Looks {
  private readonly parts: LooksParts;
  private left = 0;

  constructor(parts: LooksParts = systemLooks) {
    this.parts = parts;
  }

  /** Of the thing itself, never of what a link leads to. Undefined: there is none. */
  async at(path: string | Buffer): Promise<BigIntStats | undefined> {
    const { here, aside, now } = this.parts;
    if (this.left > 0) {
      this.left -= 1;
      return aside(path);
    }
    const start = now();
    try {
      return here(path);
    } finally {
      if (now() - start > slowMs) this.left = asideCount;
    }
  }
}
