import { rm } from 'node:fs/promises';
import { MiB } from '../../shared/units.ts';
import type { Log } from '../lib/log.ts';
import { hasCode } from '../lib/system-error.ts';
import type { Store, StoredVolume } from '../store/contract.ts';
import type { ImageDisk } from './image-disk.ts';
import { isInPlace } from './plain-folder.ts';
import { mayRun, usersOf } from './volume-users.ts';

export interface VolumeRepairOptions {
  store: Store;
  diskOf: (volume: StoredVolume) => ImageDisk;
  /** A19. */
  takeOver?: ((volumeId: string) => Promise<void>) | undefined;
  log: Log;
}

/** Ends what a host that was killed has begun with a volume: each action's intent was written down before it. */
export class VolumeRepair {
  private readonly options: VolumeRepairOptions;

  constructor(options: VolumeRepairOptions) {
    this.options = options;
  }

  /**
   * A half-made volume goes (nobody was told of it), a half-deleted one too, a half-done change of size is finished or
   * dropped; an image that is left is mounted. Null if the volume is gone. Throws when it can't be used for now.
   */
  async repair(volume: StoredVolume): Promise<StoredVolume | null> {
    const { pending } = volume;
    if (pending?.action === 'create' || pending?.action === 'delete') {
      await this.remove(volume);
      return null;
    }
    if (volume.kind === 'folder') return this.keep(volume, pending?.quota_mb ?? volume.quota_mb);
    const disk = this.options.diskOf(volume);
    await rm(`${disk.image}.new`, { force: true });
    await disk.attach();
    return pending ? this.finishResize(volume, disk, pending.quota_mb) : volume;
  }

  /** Leaves nothing of it. Throws LightdeckError `conflict` when it is in use; then the intent stays. */
  async remove(volume: StoredVolume): Promise<void> {
    if (volume.kind === 'image') await this.options.diskOf(volume).destroy();
    else if (!isInPlace(volume)) await this.removeFolder(volume);
    this.options.store.volumes.remove(volume.id);
  }

  private async removeFolder({ id, path }: StoredVolume): Promise<void> {
    const { takeOver } = this.options;
    const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
    try {
      await remove();
    } catch (error) {
      if (!takeOver || !hasCode(error, 'EACCES', 'EPERM')) throw error;
      await takeOver(id);
      await remove();
    }
  }

  private async finishResize(volume: StoredVolume, disk: ImageDisk, sizeMb: number): Promise<StoredVolume> {
    const { log, store } = this.options;
    // A rebuilt image takes the old one's place in one step: its size says whether that was done.
    if (sizeMb < volume.quota_mb) {
      const done = (await disk.size()) === sizeMb * MiB;
      return this.keep(volume, done ? sizeMb : volume.quota_mb);
    }
    try {
      await disk.growMounted(sizeMb).catch(async (error) => {
        if (usersOf(volume, store.servers.all()).some(mayRun)) throw error;
        await disk.rebuild(sizeMb);
      });
      return this.keep(volume, sizeMb);
    } catch (error) {
      log.warn(
        { volume: volume.id, error: String(error) },
        'the volume could not be made larger after a restart; it keeps its old size',
      );
      return this.keep(volume, volume.quota_mb);
    }
  }

  private keep(volume: StoredVolume, quotaMb: number): StoredVolume {
    const kept: StoredVolume = { ...volume, quota_mb: quotaMb, pending: null };
    this.options.store.volumes.put(kept);
    return kept;
  }
}
