import { chmod, chown, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import { pause } from '../lib/pause.ts';
import { hasCode } from '../lib/system-error.ts';
import type { StoredVolume } from '../store/contract.ts';
import { imageOf } from './image-place.ts';
import { makeSparse } from './image-support.ts';
import { type ImageTools, MountBusy } from './image-tools.ts';
import { isLoopOf, loopsOf, mountsAt } from './mount-table.ts';
import { mountHolders, openHolders } from './volume-holders.ts';

/** How long we wait for who uses a volume, in ms. */
export interface ImagePatience {
  /** For who has a file open just now. */
  openMs: number;
  /** For other namespaces to let go: a container that is being started has all of the host's mounts for a moment, under load for seconds. */
  mountedMs: number;
}

const usualPatience: ImagePatience = { openMs: 3000, mountedMs: 20_000 };
const lookMs = 50;

type Disk = Pick<StoredVolume, 'id' | 'path'>;

/**
 * A10: one volume as an ext4 image on a loop device. While it is not mounted there is no folder at its path, so that
 * nobody can take the empty folder below for the volume. Calls for one volume must not overlap.
 */
export class ImageDisk {
  readonly image: string;
  private readonly draft: string;
  private readonly path: string;
  private readonly tools: ImageTools;
  private readonly patience: ImagePatience;

  constructor(volume: Disk, tools: ImageTools, patience: ImagePatience = usualPatience) {
    this.path = volume.path;
    this.image = imageOf(volume);
    this.draft = `${this.image}.new`;
    this.tools = tools;
    this.patience = patience;
  }

  /** Makes it, empty, and mounts it. A failure leaves what `destroy` removes. */
  async make(sizeMb: number): Promise<void> {
    await refuseHugeFile(makeSparse(this.draft, sizeMb * MiB));
    await this.tools.format(this.draft);
    await this.finishDraft();
    await this.makePoint();
    // Its root is as a plain folder at this place would be.
    const { mode, uid, gid } = await stat(this.path);
    await this.tools.mount(this.image, this.path);
    await chmod(this.path, mode & 0o7777);
    await chown(this.path, uid, gid);
    await this.hideLostAndFound();
  }

  async isMounted(): Promise<boolean> {
    // At each start all volumes ask: with many of them, asking every loop device each time would take half a second.
    for (const { source } of await mountsAt(this.path)) if (await isLoopOf(source, this.image)) return true;
    return false;
  }

  /** Bytes of the image file, holes included; null if there is none. */
  async size(): Promise<number | null> {
    return stat(this.image).then(
      ({ size }) => size,
      () => null,
    );
  }

  /** Mounts it unless it is mounted, repaired where needed. Throws LightdeckError `internal` that says why it can't be. */
  async attach(): Promise<void> {
    if (await this.isMounted()) return;
    if ((await this.size()) === null)
      throw new LightdeckError('internal', `The volume's image ${this.image} is missing`);
    // A container that outlived its mount here has it in use: then it is in order, and must not be touched.
    const isFree = (await loopsOf(this.image)).length === 0;
    const repaired = isFree && (await this.tools.check(this.image));
    await this.makePoint();
    await this.tools.mount(this.image, this.path);
    if (repaired) await this.hideLostAndFound();
  }

  /** Unmounts it everywhere. Throws LightdeckError `conflict` if somebody uses it; then it is mounted as before. */
  async detach({ patient = true } = {}): Promise<void> {
    const deadline = performance.now() + (patient ? this.patience.openMs : 0);
    for (;;) {
      try {
        await this.unmountAll();
        break;
      } catch (error) {
        if (!(error instanceof MountBusy)) throw error;
        if (performance.now() > deadline)
          throw inUse(await openHolders(this.path), 'has a file or folder in it open');
        await pause(lookMs, { keepsAlive: true });
      }
    }
    if (patient) await this.waitForLoops();
    await rmdir(this.path).catch(() => {});
  }

  private async waitForLoops(): Promise<void> {
    const deadline = performance.now() + this.patience.mountedMs;
    for (;;) {
      const [loop] = await loopsOf(this.image);
      if (loop === undefined) return;
      if (performance.now() > deadline) {
        const holders = await mountHolders(loop);
        await this.attach();
        throw inUse(holders, 'still has it mounted');
      }
      await pause(lookMs, { keepsAlive: true });
    }
  }

  /** Grows it while it is mounted and used. What has not grown in the end is as usable as before. */
  async growMounted(sizeMb: number): Promise<void> {
    const [loop] = await loopsOf(this.image);
    if (loop === undefined) throw new LightdeckError('internal', 'The volume is not mounted');
    // Never smaller: an attempt that failed may have left it bigger than what is in it.
    if (((await this.size()) ?? 0) < sizeMb * MiB) await refuseHugeFile(truncate(this.image, sizeMb * MiB));
    await this.tools.fitLoop(loop);
    await this.tools.resize(loop, sizeMb, { inUse: true });
  }

  /**
   * Gives it another size while nobody uses it, and mounts it again, in any case. It works on a copy that takes the place of
   * the image in one step: a power cut in the middle of moving blocks about would cost the files. Throws `invalid`
   * when what is in it needs more.
   */
  async rebuild(sizeMb: number): Promise<void> {
    await this.detach();
    try {
      await rm(this.draft, { force: true });
      await this.tools.copy(this.image, this.draft);
      await this.tools.check(this.draft, { thorough: true });
      const smallest = await this.tools.smallest(this.draft);
      if (smallest > sizeMb * MiB) throw tooSmall(smallest);
      const { size } = await stat(this.draft);
      if (size < sizeMb * MiB) await refuseHugeFile(truncate(this.draft, sizeMb * MiB));
      await this.tools.resize(this.draft, sizeMb);
      await truncate(this.draft, sizeMb * MiB);
      await this.finishDraft();
    } finally {
      await rm(this.draft, { force: true });
      await this.attach();
      await this.hideLostAndFound();
    }
  }

  /** Bytes that what is in it needs at least; mounted. */
  async smallest(): Promise<number> {
    const [loop] = await loopsOf(this.image);
    return loop === undefined ? 0 : this.tools.smallest(loop);
  }

  /** Leaves nothing: not in the mount table, no loop device, no file. Throws `conflict` as `detach` does. */
  async destroy(): Promise<void> {
    await this.detach();
    await rm(this.draft, { force: true });
    await rm(this.image, { force: true });
    await syncFolder(dirname(this.image));
  }

  private async unmountAll(): Promise<void> {
    for (;;) {
      const loops = await loopsOf(this.image);
      const mounts = await mountsAt(this.path);
      const ours = mounts.some(({ source }) => loops.includes(source));
      if (!ours) return;
      const top = mounts.at(-1);
      if (top && !loops.includes(top.source)) throw inUse([top.source], 'is mounted over it');
      await this.tools.unmount(this.path);
    }
  }

  private async makePoint(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    if ((await readdir(this.path)).length > 0) {
      throw new LightdeckError(
        'conflict',
        `The volume can't be mounted: the folder ${this.path} is not empty. Move what is in it away`,
      );
    }
  }

  /** After this the draft is the image, whatever happens to the power. */
  private async finishDraft(): Promise<void> {
    const file = await open(this.draft, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(this.draft, this.image);
    await syncFolder(dirname(this.image));
  }

  /** An empty volume is empty. One with something in it stays: these are files that a repair has saved. */
  private async hideLostAndFound(): Promise<void> {
    await rmdir(join(this.path, 'lost+found')).catch(() => {});
  }
}

/** The 400 of a size below what is in use (A10). */
export function tooSmall(bytes: number): LightdeckError {
  const least = Math.ceil(bytes / MiB);
  return new LightdeckError(
    'invalid',
    `size: the volume needs at least ${least} MB for what is in it. Choose a larger size, or delete files first`,
  );
}

function inUse(holders: string[], what: string): LightdeckError {
  const who = holders.length === 0 ? 'a program' : holders.join(', ');
  return new LightdeckError('conflict', `The volume is in use: ${who} ${what}. End that and try again`);
}

async function refuseHugeFile(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (hasCode(error, 'EFBIG', 'EINVAL'))
      throw new LightdeckError('invalid', "size: the host's file system can't hold a file of that size");
    throw error;
  }
}

async function truncate(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
