import { randomUUID } from 'node:crypto';
import { chown } from 'node:fs/promises';
import { errorText } from '../../shared/error-text.ts';
import type { Log } from '../lib/log.ts';
import type { OperationRun } from '../operations/operations.ts';
import type { SnapshotInfo, SnapshotStore, SnapshotTarget } from '../snapshots/contract.ts';
import type { StoredVolume } from '../store/contract.ts';
import type { VolumeManager } from '../volumes/contract.ts';
import type { BackupMemory } from './memory.ts';
import { asSnapshotRun } from './progress.ts';

export interface ScratchVolumesOptions {
  volumes: Pick<VolumeManager, 'create' | 'remove' | 'get'>;
  target: (volumeId: string) => SnapshotTarget;
  memory: Pick<BackupMemory, 'scratch' | 'putScratch' | 'removeScratch'>;
  log: Log;
}

/** Volumes that a backup is put into: for a while only, or until a server has taken them over. None outlives a host that was killed. */
export class ScratchVolumes {
  private readonly options: ScratchVolumesOptions;
  private readonly own = new Set<string>();

  constructor(options: ScratchVolumesOptions) {
    this.options = options;
  }

  /** A new volume with all of the snapshot in it; the caller drops it or keeps it. Throws LightdeckError, and then there is none. */
  async fill(
    info: SnapshotInfo,
    { store, quotaMb, why, run }: { store: SnapshotStore; quotaMb: number; why: string; run: OperationRun },
  ): Promise<StoredVolume> {
    const { volumes, target, memory } = this.options;
    const id = randomUUID();
    memory.putScratch(id, why);
    this.own.add(id);
    try {
      const volume = await volumes.create({ quotaMb, id });
      await giveRoot(volume.path, info.id, store);
      await store.restore(info.id, target(id), {}, asSnapshotRun(run));
      return volume;
    } catch (error) {
      await this.drop(id);
      throw error;
    }
  }

  /** A server has it now. Never throws: what can't be written down is found out at the next start, since no volume in use is removed. */
  keep(id: string): void {
    const { memory, log } = this.options;
    try {
      memory.removeScratch(id);
      this.own.delete(id);
    } catch (error) {
      log.warn(
        { volume: id, error: errorText(error) },
        "it could not be written down that a volume is a server's now",
      );
    }
  }

  /** Never rejects: what can't be removed now is removed at the next start. */
  async drop(id: string): Promise<void> {
    const { volumes, memory, log } = this.options;
    this.own.add(id);
    try {
      if (volumes.get(id)) await volumes.remove(id);
      memory.removeScratch(id);
    } catch (error) {
      log.warn({ volume: id, error: errorText(error) }, 'a volume of a rehearsal could not be removed yet');
    } finally {
      this.own.delete(id);
    }
  }

  /** Removes what a host before this one left behind. Never rejects. */
  async sweep(): Promise<void> {
    try {
      for (const id of this.options.memory.scratch()) if (!this.own.has(id)) await this.drop(id);
    } catch (error) {
      this.options.log.warn({ error: errorText(error) }, 'volumes of rehearsals could not be looked for');
    }
  }
}

/** As root, the new volume belongs to whom the old one did; everything in it follows from that. */
async function giveRoot(path: string, id: string, store: SnapshotStore): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  for await (const entry of store.walk(id)) {
    if (entry.path === '') await chown(path, entry.uid, entry.gid);
    break;
  }
}
