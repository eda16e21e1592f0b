import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import type { UnknownVolume } from '../../shared/http/unknown.ts';
import type { VolumeQuota } from '../../shared/http/volumes.ts';
import type { Room } from '../files/contract.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import { settlesWithin } from '../lib/pause.ts';
import { type RunProgram, runProgram } from '../lib/run-program.ts';
import type { Store, StoredVolume } from '../store/contract.ts';
import type { VolumeManager, VolumeUsage } from './contract.ts';
import { HostDisk } from './host-disk.ts';
import { ImageDisk, type ImagePatience } from './image-disk.ts';
import { imagesFolder } from './image-place.ts';
import { clearProbe, findSupport, type ImageSupport } from './image-support.ts';
import { ImageTools } from './image-tools.ts';
import { checkPlace, isInPlace, makeFolder, refuseMounts } from './plain-folder.ts';
import { QuotaMeter } from './quota-meter.ts';
import { unknownVolumes } from './unknown-volumes.ts';
import { VolumeRepair } from './volume-repair.ts';
import { VolumeResizer } from './volume-resizer.ts';
import { notMounted, quotaReply, VolumeUsages } from './volume-usage.ts';
import { mayRun, usersOf } from './volume-users.ts';

export interface VolumesOptions {
  store: Store;
  /** Absolute; made when it is missing. */
  volumesPath: string;
  /** Unix milliseconds. */
  now: () => number;
  /** `measured` makes no images; those that are there stay. */
  quota: 'auto' | 'measured';
  log: Log;
  /** A26: the configuration's present `storage.allowed_mounts`; none: nothing outside is used. */
  allowedMounts?: () => string[];
  /** A19: makes all of a volume the host's, where its user may not delete it; none: it may. Throws in words. */
  takeOver?: ((volumeId: string) => Promise<void>) | undefined;
  /** How the system's programs are run; replaced in tests. */
  run?: RunProgram;
  /** How long an image is waited for that somebody uses; shorter in tests. */
  patience?: ImagePatience;
}

/** How long a server's start waits for a volume that is worked on, in ms. */
const readyMs = 10_000;
/** Volumes that are mounted or unmounted at the same time. */
const atOnce = 4;
/** How long our start waits for volumes that need a long repair, in ms; servers on them can't start until it is done. */
const openMs = 20_000;

export function createVolumes(options: VolumesOptions): VolumeManager {
  return new VolumeSet(options);
}

class VolumeSet implements VolumeManager {
  private readonly options: VolumesOptions;
  private readonly folder: string;
  private readonly tools: ImageTools;
  private readonly meter: QuotaMeter;
  private readonly usages: VolumeUsages;
  private readonly repairer: VolumeRepair;
  private readonly resizer: VolumeResizer;
  private readonly limiter = new Limiter(atOnce);
  /** Volumes that something is done with, and when that ends. */
  private readonly actions = new Map<string, Promise<unknown>>();
  /** Device numbers of the images that are mounted. */
  private readonly devices = new Map<string, number>();
  private support: Promise<ImageSupport> | null = null;

  constructor(options: VolumesOptions) {
    const { store, volumesPath, log, run = runProgram } = options;
    const clock = () => performance.now();
    this.options = options;
    this.folder = imagesFolder(volumesPath);
    this.tools = new ImageTools({ run, folder: this.folder });
    this.meter = new QuotaMeter({ now: clock });
    this.usages = new VolumeUsages({
      meter: this.meter,
      disk: new HostDisk({ folder: volumesPath, now: clock }),
      deviceOf: (id) => this.devices.get(id),
    });
    const diskOf = (volume: StoredVolume): ImageDisk => this.disk(volume);
    this.repairer = new VolumeRepair({ store, log, diskOf, takeOver: options.takeOver });
    this.resizer = new VolumeResizer({
      store,
      log,
      diskOf,
      usageOf: (volume) => this.usages.of(volume),
      onUnmount: ({ id }) => void this.devices.delete(id),
      onMount: (volume) => this.noteDevice(volume),
    });
  }

  get(id: string): StoredVolume | null {
    const volume = this.options.store.volumes.get(id);
    return volume && isUsable(volume) ? volume : null;
  }

  list(): StoredVolume[] {
    return this.options.store.volumes.all().filter(isUsable);
  }

  async create({ quotaMb, id = randomUUID() }: { quotaMb: number; id?: string }): Promise<StoredVolume> {
    const { store, volumesPath, now, log } = this.options;
    const path = join(volumesPath, id);
    const volume = { id, path, created_at: Math.floor(now() / 1000), quota_mb: quotaMb, pending: null };
    if ((await this.images()).works) {
      try {
        return await this.createImage({ ...volume, kind: 'image' });
      } catch (error) {
        const code = error instanceof LightdeckError ? error.code : null;
        if (code === 'out_of_space' || code === 'invalid') throw error;
        log.warn(
          { volume: id, error: String(error) },
          'no image could be made: the volume is a plain folder',
        );
      }
    }
    const folder: StoredVolume = { ...volume, kind: 'folder' };
    await makeFolder(path);
    try {
      store.volumes.put(folder);
    } catch (error) {
      await rmdir(path);
      throw error;
    }
    return folder;
  }

  private async createImage(volume: StoredVolume): Promise<StoredVolume> {
    const { store } = this.options;
    store.volumes.put({ ...volume, pending: { action: 'create' } });
    return this.exclusive(volume.id, async () => {
      try {
        await this.disk(volume).make(volume.quota_mb);
        await this.noteDevice(volume);
        store.volumes.put(volume);
        return volume;
      } catch (error) {
        // What can't be removed now is removed at the next start.
        await this.repairer.remove(volume).catch(() => {});
        throw error;
      }
    });
  }

  async quota(id: string): Promise<VolumeQuota> {
    const volume = this.find(id);
    return quotaReply(volume.quota_mb, await this.usages.of(volume));
  }

  async usage(id: string): Promise<VolumeUsage | null> {
    const volume = this.get(id);
    return volume && this.usages.of(volume).catch(() => null);
  }

  used(id: string): number | null {
    const volume = this.get(id);
    return volume && this.usages.known(volume);
  }

  room(id: string): Room {
    this.find(id);
    return this.usages.room(() => this.find(id));
  }

  accept(id: string, device: bigint | null): void {
    if (this.find(id).kind === 'folder') return;
    const mounted = this.devices.get(id);
    if (mounted === undefined || device !== BigInt(mounted)) throw notMounted();
  }

  async resize(id: string, sizeMb: number): Promise<void> {
    const volume = this.find(id);
    await this.exclusive(id, async () => {
      if (sizeMb !== volume.quota_mb) await this.resizer.resize(volume, sizeMb);
    });
  }

  async remove(id: string): Promise<void> {
    const volume = this.find(id);
    await this.exclusive(id, async () => {
      const [user] = usersOf(volume, this.options.store.servers.all());
      if (user) {
        const server = user.definition.internal_id;
        throw new LightdeckError(
          'conflict',
          `The volume is in use by the server ${server}. Delete that first`,
        );
      }
      // From here on nobody finds it any more, so no server comes to use it.
      this.options.store.volumes.put({ ...volume, pending: { action: 'delete' } });
      try {
        if (volume.kind === 'folder') await refuseMounts(volume.path);
        this.devices.delete(id);
        await this.repairer.remove(volume);
        this.meter.forget(id);
      } catch (error) {
        // Else some of it may be gone: it stays hidden, and the next start tries again.
        if (error instanceof LightdeckError && error.code === 'conflict') {
          await this.noteDevice(volume);
          this.options.store.volumes.put(volume);
        }
        throw error;
      }
    });
  }

  unknown(): Promise<UnknownVolume[]> {
    const { store, volumesPath } = this.options;
    const onRecord = new Set(store.volumes.all().map(({ id }) => id));
    return unknownVolumes(volumesPath, (id) => onRecord.has(id));
  }

  async adopt({ id, known }: Parameters<VolumeManager['adopt']>[0]): Promise<void> {
    const { store, volumesPath, now } = this.options;
    const found = (await this.unknown()).find((volume) => volume.id === id);
    if (!found) throw new LightdeckError('not_found', `The volume ${id} is gone, or is on record already`);
    const { kind, size_mb } = found;
    const volume: StoredVolume = {
      id,
      kind,
      path: join(volumesPath, id),
      created_at: known?.created_at ?? Math.floor(now() / 1000),
      quota_mb: kind === 'image' ? size_mb : (known?.quota_mb ?? size_mb + 1024),
      pending: null,
    };
    store.volumes.put(volume);
    // What can't be mounted now is told by whoever wants it.
    await this.recover(volume);
  }

  async ready(id: string): Promise<void> {
    const deadline = performance.now() + readyMs;
    for (let under = this.actions.get(id); under; under = this.actions.get(id)) {
      if (performance.now() > deadline) break;
      await settlesWithin(
        under.catch(() => {}),
        readyMs,
      );
    }
    const volume = this.find(id);
    if (volume.kind === 'image') await this.exclusive(id, () => this.attach(volume));
    else if (isInPlace(volume)) checkPlace(volume.path, this.options.allowedMounts?.() ?? []);
  }

  place({ path, quotaMb }: { path: string; quotaMb: number }): StoredVolume {
    const { store, now } = this.options;
    const created_at = Math.floor(now() / 1000);
    const volume: StoredVolume = {
      ...{ id: randomUUID(), path, created_at, quota_mb: quotaMb },
      ...{ kind: 'folder', pending: null },
    };
    store.volumes.put(volume);
    return volume;
  }

  occupy<T>(id: string, work: () => Promise<T>): Promise<T> {
    const volume = this.find(id);
    return this.exclusive(id, async () => {
      if (volume.kind === 'image') await this.attach(volume);
      return work();
    });
  }

  async open(): Promise<void> {
    const { store, log, quota } = this.options;
    if (existsSync(this.folder)) {
      try {
        await this.tools.settle();
        await clearProbe(this.folder, this.tools);
      } catch (error) {
        log.error({ error: String(error) }, 'the images of volumes can not be looked after');
      }
    }
    // All of them count as worked on from now on, those that wait for their turn, too.
    const all = Promise.all(store.volumes.all().map((volume) => this.recover(volume)));
    if (!(await settlesWithin(all, openMs)))
      log.warn({}, 'some volumes need a longer repair; servers on them can start when it is done');
    // Nobody waits for it but the first who makes a volume. Images that are mounted show that it works.
    if (this.devices.size > 0) this.support ??= Promise.resolve({ works: true });
    if (quota === 'auto') void this.images();
  }

  async retryDeletes(): Promise<void> {
    const waiting = this.options.store.volumes.all().filter(({ pending }) => pending?.action === 'delete');
    for (const volume of waiting) if (!this.actions.has(volume.id)) await this.recover(volume);
  }

  private async recover(volume: StoredVolume): Promise<void> {
    try {
      const kept = await this.exclusive(volume.id, () => this.limiter.run(() => this.repair(volume)));
      if (kept?.kind === 'folder') this.meter.estimate(kept.id, kept.path);
    } catch (error) {
      this.options.log.error(
        { volume: volume.id, error: String(error) },
        volume.pending?.action === 'delete'
          ? 'the volume could not be deleted; the next start tries again'
          : 'the volume could not be mounted; servers on it will not start',
      );
    }
  }

  private async repair(volume: StoredVolume): Promise<StoredVolume | null> {
    const kept = await this.repairer.repair(volume);
    if (kept) await this.noteDevice(kept);
    return kept;
  }

  async close(): Promise<void> {
    this.meter.close();
    await this.support;
    const { store, log } = this.options;
    const servers = store.servers.all();
    const idle = this.list().filter(
      (volume) =>
        volume.kind === 'image' && !this.actions.has(volume.id) && !usersOf(volume, servers).some(mayRun),
    );
    const unmount = async (volume: StoredVolume): Promise<void> => {
      this.devices.delete(volume.id);
      await this.disk(volume)
        .detach({ patient: false })
        .catch((error) => log.warn({ volume: volume.id, error: String(error) }, 'the volume stays mounted'));
    };
    await Promise.all(idle.map((volume) => this.limiter.run(() => unmount(volume))));
  }

  /** Found out once, told once. */
  private images(): Promise<ImageSupport> {
    const { quota, log } = this.options;
    if (quota === 'measured') return Promise.resolve({ works: false, reason: 'the configuration says so' });
    this.support ??= findSupport({ folder: this.folder, tools: this.tools, log });
    return this.support;
  }

  private find(id: string): StoredVolume {
    const volume = this.get(id);
    if (!volume) throw new LightdeckError('not_found', 'Volume not found');
    return volume;
  }

  private disk(volume: StoredVolume): ImageDisk {
    return new ImageDisk(volume, this.tools, this.options.patience);
  }

  private async attach(volume: StoredVolume): Promise<void> {
    await this.disk(volume).attach();
    await this.noteDevice(volume);
  }

  private async noteDevice(volume: StoredVolume): Promise<void> {
    if (volume.kind === 'folder' || !(await this.disk(volume).isMounted())) this.devices.delete(volume.id);
    else this.devices.set(volume.id, (await stat(volume.path)).dev);
  }

  /** One action at a time per volume: a second one is refused, not queued, since it was decided on what was. */
  private exclusive<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (this.actions.has(id))
      return Promise.reject(
        new LightdeckError('busy', 'The volume is being changed already. Try again in a moment'),
      );
    const action = work().finally(() => this.actions.delete(id));
    this.actions.set(id, action);
    return action;
  }
}

function isUsable({ pending }: StoredVolume): boolean {
  return pending === null || pending.action === 'resize';
}
