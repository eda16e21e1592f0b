import { statfsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { VolumeQuota } from '../../shared/http/volumes.ts';
import { MiB } from '../../shared/units.ts';
import type { Room } from '../files/contract.ts';
import type { StoredVolume } from '../store/contract.ts';
import type { VolumeUsage } from './contract.ts';
import type { HostDisk } from './host-disk.ts';
import type { QuotaMeter } from './quota-meter.ts';

export interface VolumeUsagesOptions {
  meter: QuotaMeter;
  disk: HostDisk;
  /** The device that was mounted for this image volume; undefined while there is none. */
  deviceOf: (id: string) => number | undefined;
}

/** What our own writes leave of an image, in bytes: its file system needs some for folders and lists of blocks. */
const imageReserve = 64 * 1024;

/** How full volumes are (A10): an image's file system tells by itself, a plain folder is measured. */
export class VolumeUsages {
  private readonly options: VolumeUsagesOptions;

  constructor(options: VolumeUsagesOptions) {
    this.options = options;
  }

  /** Throws LightdeckError `busy` for an image that is not mounted. */
  async of(volume: StoredVolume): Promise<VolumeUsage> {
    const { meter, disk } = this.options;
    if (volume.kind === 'image') {
      this.requireMounted(volume);
      const { bsize, blocks, bfree, bavail } = await statfs(volume.path);
      return { used: (blocks - bfree) * bsize, available: Math.min(bavail * bsize, disk.free()) };
    }
    const used = await meter.current(volume.id, volume.path);
    return { used, available: Math.max(0, Math.min(volume.quota_mb * MiB - used, disk.free())) };
  }

  /** Bytes in use as far as they are known, at once; null if they aren't (yet). Never throws. */
  known(volume: StoredVolume): number | null {
    if (volume.kind === 'folder') return this.options.meter.known(volume.id, volume.path);
    try {
      this.requireMounted(volume);
      const { bsize, blocks, bfree } = statfsSync(volume.path);
      return (blocks - bfree) * bsize;
    } catch {
      return null;
    }
  }

  /** A10, for our own writes. Asks anew each time: the volume may have been resized. */
  room(find: () => StoredVolume): Room {
    return {
      left: () => this.left(find()),
      take: (bytes) => {
        const volume = find();
        const left = this.left(volume);
        if (bytes > 0 && bytes > left) throw noRoom(left);
        this.options.disk.take(bytes);
        if (volume.kind === 'folder') this.options.meter.take(volume.id, volume.path, bytes);
      },
    };
  }

  private left(volume: StoredVolume): number {
    const { meter, disk } = this.options;
    if (volume.kind === 'image') {
      this.requireMounted(volume);
      const { bsize, bavail } = statfsSync(volume.path);
      return Math.max(0, Math.min(bavail * bsize - imageReserve, disk.left()));
    }
    const inQuota = volume.quota_mb * MiB - meter.estimate(volume.id, volume.path);
    return Math.max(0, Math.min(inQuota, disk.left()));
  }

  /** Whatever is at its path, it must be the image, or a write would go to the host's own disk. */
  private requireMounted({ id, path }: StoredVolume): void {
    const device = this.options.deviceOf(id);
    if (device === undefined || statSync(path, { throwIfNoEntry: false })?.dev !== device) throw notMounted();
  }
}

/** In MiB: what is used is rounded up, what is left is rounded down, percent have two decimals. */
export function quotaReply(sizeMb: number, { used, available }: VolumeUsage): VolumeQuota {
  const all = used + available;
  return {
    size_mb: sizeMb,
    used_mb: Math.ceil(used / MiB),
    available_mb: Math.floor(available / MiB),
    percentage_used: all === 0 ? 100 : Math.round((used / all) * 10_000) / 100,
  };
}

/** S11, A10: under 10 MB left, or over 95 % used. */
export function isOutOfSpace({ used, available }: VolumeUsage): boolean {
  return available < leastFree || used / (used + available) > mostUsed;
}

/** Bytes that must be left for it not to be so. */
export function leastRoom({ used, available }: VolumeUsage): number {
  return Math.max(leastFree, Math.ceil((used + available) * (1 - mostUsed)));
}

const leastFree = 10 * MiB;
const mostUsed = 0.95;

/** An image's path without the image: while it is worked on, or after a failure that the log tells. */
export function notMounted(): LightdeckError {
  return new LightdeckError('busy', 'The volume is not mounted just now. Try again in a moment');
}

function noRoom(left: number): LightdeckError {
  const rest = left < MiB ? 'less than 1 MB is' : `${Math.floor(left / MiB)} MB are`;
  return new LightdeckError(
    'out_of_space',
    `The volume has no room for it: ${rest} left. Delete something, or make the volume larger`,
  );
}
