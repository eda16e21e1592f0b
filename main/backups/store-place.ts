import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError, toLightdeckError } from '../../shared/errors.ts';
import type { BackupPlace } from '../../shared/model/backup.ts';
import type { Log } from '../lib/log.ts';
import type { SnapshotStore } from '../snapshots/contract.ts';
import { type OtherDisk, otherDisks } from './other-disks.ts';

export interface StorePlaceOptions {
  /** Absolute; asked anew each time, since it can be changed. */
  folder: () => string;
  /** Whether the folder may be made where it is missing: not on a disk that may only be unplugged. */
  mayCreate: () => boolean;
  /** Where the servers' files are. */
  volumesPath: string;
  open: (options: { folder: string; create: boolean }) => Promise<SnapshotStore>;
  log: Log;
}

/** The store of all backups: opened when it is first needed, and another one when the folder is. */
export class StorePlace {
  private readonly options: StorePlaceOptions;
  private opened: { folder: string; store: Promise<SnapshotStore> } | null = null;
  private isClosed = false;

  constructor(options: StorePlaceOptions) {
    this.options = options;
  }

  /** Throws LightdeckError in words: `not_found` where the folder is gone, `busy` where another host works in it. */
  async store(): Promise<SnapshotStore> {
    if (this.isClosed) throw new LightdeckError('busy', 'The host is ending; try again when it is back');
    const folder = this.options.folder();
    if (this.opened && this.opened.folder !== folder) await this.release();
    const opened = this.opened ?? { folder, store: this.open(folder) };
    this.opened = opened;
    try {
      const store = await opened.store;
      // A disk that was unplugged since.
      if (existsSync(folder)) return store;
    } catch (error) {
      if (this.opened === opened) this.opened = null;
      throw error;
    }
    await this.release();
    throw missing(folder);
  }

  /** How it stands with the folder. Never rejects. */
  async describe(): Promise<BackupPlace> {
    const folder = this.options.folder();
    const place = {
      folder,
      same_disk: isSameDisk(nearest(folder), nearest(this.options.volumesPath)),
      free: freeBytes(nearest(folder)),
    };
    try {
      const store = await this.store();
      return { ...place, state: 'ready', problem: null, size: await store.size() };
    } catch (thrown) {
      const error = toLightdeckError(thrown);
      const state = error.code === 'not_found' ? 'missing' : error.code === 'busy' ? 'locked' : 'trouble';
      return { ...place, state, problem: errorText(error), size: null };
    }
  }

  /** Makes or opens a store there, to see that it can be one. Throws LightdeckError in words. */
  async tryOut(folder: string): Promise<void> {
    const store = await this.options.open({ folder, create: true });
    await store.close();
  }

  /** Other disks where the backups could be. */
  proposals(): OtherDisk[] {
    return otherDisks(this.options.volumesPath);
  }

  /** Lets go of the store, so that the next one who asks opens it anew. */
  async release(): Promise<void> {
    const { opened } = this;
    this.opened = null;
    try {
      await (await opened?.store)?.close();
    } catch (error) {
      this.options.log.warn(
        { error: errorText(error) },
        'the store of the backups could not be closed in order',
      );
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.release();
  }

  private async open(folder: string): Promise<SnapshotStore> {
    const create = this.options.mayCreate();
    if (!create && !existsSync(folder)) throw missing(folder);
    return this.options.open({ folder, create });
  }
}

function missing(folder: string): LightdeckError {
  return new LightdeckError(
    'not_found',
    `The folder of the backups, ${folder}, is not there. If it is on a disk of its own, plug that in; else choose another folder`,
  );
}

/** The folder, or the first above it that is there. */
function nearest(folder: string): string {
  let path = folder;
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  return path;
}

function isSameDisk(one: string, other: string): boolean | null {
  try {
    return statSync(one).dev === statSync(other).dev;
  } catch {
    return null;
  }
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
