import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import type { Log } from '../lib/log.ts';
import type { Store, StoredVolume } from '../store/contract.ts';
import type { VolumeUsage } from './contract.ts';
import { type ImageDisk, tooSmall } from './image-disk.ts';
import { mayRun, usersOf } from './volume-users.ts';

export interface VolumeResizerOptions {
  store: Store;
  diskOf: (volume: StoredVolume) => ImageDisk;
  usageOf: (volume: StoredVolume) => Promise<VolumeUsage>;
  /** Told before an image is unmounted, and after it is mounted again. */
  onUnmount: (volume: StoredVolume) => void;
  onMount: (volume: StoredVolume) => Promise<void>;
  log: Log;
}

/** What goes beyond the estimate of the smallest size, in bytes. */
const margin = MiB;
const onlyStopped = 'A volume can only be made smaller while no server runs on it';

/** A10: gives a volume another size. The caller sees to it that nothing else is done with it meanwhile. */
export class VolumeResizer {
  private readonly options: VolumeResizerOptions;

  constructor(options: VolumeResizerOptions) {
    this.options = options;
  }

  /** As `Volumes.resize`. */
  async resize(volume: StoredVolume, sizeMb: number): Promise<void> {
    if (volume.kind === 'image') return this.resizeImage(volume, sizeMb);
    const { used } = await this.options.usageOf(volume);
    if (used > sizeMb * MiB) throw tooSmall(used);
    this.options.store.volumes.put({ ...volume, quota_mb: sizeMb });
  }

  private async resizeImage(volume: StoredVolume, sizeMb: number): Promise<void> {
    const { store, diskOf } = this.options;
    const disk = diskOf(volume);
    const smaller = sizeMb < volume.quota_mb;
    if (smaller) await this.requireFits(volume, disk, sizeMb);
    store.volumes.put({ ...volume, pending: { action: 'resize', quota_mb: sizeMb } });
    let quotaMb = volume.quota_mb;
    try {
      if (smaller) await this.rebuild(volume, sizeMb, onlyStopped);
      else await this.grow(volume, sizeMb);
      quotaMb = sizeMb;
    } finally {
      // It may have become smaller and then not been mounted again: its size is what it is.
      if (smaller && (await disk.size()) === sizeMb * MiB) quotaMb = sizeMb;
      store.volumes.put({ ...volume, quota_mb: quotaMb });
    }
  }

  private async requireFits(volume: StoredVolume, disk: ImageDisk, sizeMb: number): Promise<void> {
    this.refuseWhileUp(volume, onlyStopped);
    const { used } = await this.options.usageOf(volume);
    const least = Math.max(used, await disk.smallest()) + margin;
    if (sizeMb * MiB < least) throw tooSmall(least);
  }

  private async grow(volume: StoredVolume, sizeMb: number): Promise<void> {
    try {
      await this.options.diskOf(volume).growMounted(sizeMb);
    } catch (error) {
      if (error instanceof LightdeckError && error.code !== 'internal') throw error;
      const reason = errorText(error);
      this.options.log.info({ volume: volume.id, error: reason }, 'a mounted volume can not grow here');
      // Some systems don't let even root do it (it takes CAP_SYS_RESOURCE).
      await this.rebuild(volume, sizeMb, `This system can't enlarge a volume in use (${reason})`);
    }
  }

  /** The check and the start of the work in one turn: a server that is started from now on waits in `Volumes.ready`. */
  private async rebuild(volume: StoredVolume, sizeMb: number, why: string): Promise<void> {
    const { diskOf, onUnmount, onMount } = this.options;
    this.refuseWhileUp(volume, why);
    onUnmount(volume);
    try {
      await diskOf(volume).rebuild(sizeMb);
    } finally {
      await onMount(volume);
    }
  }

  private refuseWhileUp(volume: StoredVolume, why: string): void {
    const up = usersOf(volume, this.options.store.servers.all()).find(mayRun);
    if (up)
      throw new LightdeckError('conflict', `${why}. Stop the server ${up.definition.internal_id} first`);
  }
}
