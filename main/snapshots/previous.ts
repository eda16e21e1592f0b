import { errorText } from '../../shared/error-text.ts';
import type { UserPath } from '../files/contract.ts';
import type { Log } from '../lib/log.ts';
import type { FileMark } from './contract.ts';
import { type ManifestEntry, readManifest } from './manifest.ts';
import { comparePaths } from './paths.ts';

/**
 * The manifest before, read along with a walk: both have the same order, so that one entry of it is held at a time. One that is damaged
 * ends where it is: from there on everything is read.
 */
export class Previous {
  private readonly entries: AsyncGenerator<ManifestEntry, void, undefined> | null;
  private readonly log: Log;
  private next: ManifestEntry | null = null;
  private isOver: boolean;

  /** `path` null: there is none before. */
  constructor(path: string | null, log: Log) {
    this.entries = path === null ? null : readManifest(path);
    this.isOver = path === null;
    this.log = log;
  }

  /** What was there under this path. To be asked in the order of the walk. */
  async find(path: UserPath): Promise<ManifestEntry | null> {
    for (;;) {
      if (this.isOver) return null;
      if (!this.next) await this.advance();
      else {
        const order = comparePaths(this.next.path, path);
        if (order > 0) return null;
        if (order === 0) return this.next;
        await this.advance();
      }
    }
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.isOver = true;
    await this.entries?.return().catch(() => {});
  }

  private async advance(): Promise<void> {
    try {
      const { done, value } = (await this.entries?.next()) ?? { done: true, value: undefined };
      this.next = value ?? null;
      if (done) this.isOver = true;
    } catch (error) {
      this.isOver = true;
      this.log.warn(
        { error: errorText(error) },
        'the list of the last snapshot is damaged: all files are read',
      );
    }
  }
}

/** Whether nobody can have written to the file since it was read. */
export function isUnchanged(before: FileMark | undefined, now: FileMark): boolean {
  return (
    before !== undefined &&
    before.size === now.size &&
    before.mtime_ns === now.mtime_ns &&
    before.ctime_ns === now.ctime_ns &&
    before.ino === now.ino
  );
}
