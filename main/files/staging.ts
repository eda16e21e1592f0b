import { randomBytes } from 'node:crypto';
import { mkdir, rmdir, unlink } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import { emptyFolder } from './empty-folder.ts';
import { isMissing } from './file-errors.ts';
import type { FsNode, FsRoot } from './fs-node.ts';
import { stagingName } from './user-path.ts';
import { maxTries } from './volume-tree.ts';

/** A free name in the folder of unfinished writes. */
export interface Slot {
  folder: FsNode;
  name: string;
}

/**
 * One volume's folder of unfinished writes. It lies in the volume, so that moving out of it is one rename, and the guard hides
 * it. It is there only while it is needed. Names carry this host's mark: what has another one is left of a crash.
 */
export class Staging {
  private readonly fsRoot: FsRoot;
  private readonly mark: string;
  private count = 0;
  private users = 0;
  /** The removal of the folder by its last user, which the next one waits for. */
  private leaving: Promise<void> = Promise.resolve();

  constructor(fsRoot: FsRoot, mark: string) {
    this.fsRoot = fsRoot;
    this.mark = mark;
  }

  /** Hands a slot to `work`. What is still in it afterwards is removed. */
  async use<T>(work: (slot: Slot) => Promise<T>): Promise<T> {
    this.users += 1;
    let folder: FsNode | null = null;
    try {
      await this.leaving;
      folder = await this.open();
      this.count += 1;
      const slot = { folder, name: `${this.mark}-${this.count}` };
      try {
        return await work(slot);
      } finally {
        await this.discard(slot);
      }
    } finally {
      await folder?.close();
      await this.release();
    }
  }

  /** Removes what an earlier host left behind. Nothing there is no failure. */
  async sweep(signal: AbortSignal): Promise<void> {
    this.users += 1;
    try {
      await this.leaving;
      const root = await this.fsRoot.root();
      const folder = await this.fsRoot.openNode(root, stagingName).finally(() => root.close());
      if (folder?.kind === 'directory') {
        const options = {
          fsRoot: this.fsRoot,
          signal,
          keep: (name: string) => name.startsWith(`${this.mark}-`),
        };
        await emptyFolder(folder, options);
      }
      await folder?.close();
    } finally {
      await this.release();
    }
  }

  private async open(): Promise<FsNode> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const root = await this.fsRoot.root();
      try {
        await mkdir(root.at(stagingName), { mode: 0o700 }).catch((error: unknown) => {
          if (!hasCode(error, 'EEXIST')) throw error;
        });
        const folder = await this.fsRoot.openNode(root, stagingName);
        if (folder?.kind === 'directory') return folder;
        await folder?.close();
        // A container put something else there.
        if (folder) await unlink(root.at(stagingName)).catch(ignoreMissing);
      } finally {
        await root.close();
      }
    }
    throw new LightdeckError('conflict', `${stagingName} in the volume's root can't be used: delete it`);
  }

  /** Never throws: what can't be removed now is removed at the next start. */
  private async discard({ folder, name }: Slot): Promise<void> {
    try {
      const left = await this.fsRoot.openNode(folder, name);
      if (left?.kind === 'directory') await emptyFolder(left, { fsRoot: this.fsRoot });
      await left?.close();
      if (left) await (left.kind === 'directory' ? rmdir(folder.at(name)) : unlink(folder.at(name)));
    } catch {
      // Hidden, and of no use to anybody.
    }
  }

  private async release(): Promise<void> {
    this.users -= 1;
    if (this.users > 0) return;
    this.leaving = this.leave();
    await this.leaving;
  }

  private async leave(): Promise<void> {
    try {
      const root = await this.fsRoot.root();
      await rmdir(root.at(stagingName)).finally(() => root.close());
    } catch {
      // Not empty, or gone with its volume: both are fine.
    }
  }
}

/** Of this host and this start alone. */
export const newMark = (): string => randomBytes(6).toString('hex');

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
