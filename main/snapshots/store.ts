import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { UserPath } from '../files/contract.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import { hasCode } from '../lib/system-error.ts';
import { BlockWriter } from './block-writer.ts';
import { Blocks, listPacks } from './blocks.ts';
import { type CheckedCopy, checkCopy } from './check-copy.ts';
import { checkSnapshots } from './check-snapshots.ts';
import type {
  CheckReport,
  CopyPlace,
  SnapshotAbout,
  SnapshotContent,
  SnapshotInfo,
  SnapshotRun,
  SnapshotSource,
  SnapshotStore,
  SnapshotTarget,
  TreeEntry,
} from './contract.ts';
import { listCopies } from './copy-reader.ts';
import { copySnapshot } from './copy-snapshot.ts';
import { createSnapshot } from './create-snapshot.ts';
import { writeDurably } from './durable.ts';
import { fetchSnapshot } from './fetch-snapshot.ts';
import { blockBytes, type StorePaths, storePaths } from './format.ts';
import { Gate } from './gate.ts';
import type { OpenLane } from './lane.ts';
import { defaultLanes, LanePool } from './lane-pool.ts';
import { type ManifestEntry, readManifest } from './manifest.ts';
import { Pace } from './pace.ts';
import { DamagedPack, encodeEntry } from './pack-format.ts';
import { folderOf, isWithin, namesOf } from './paths.ts';
import { prepareStore } from './prepare-store.ts';
import { prune } from './prune.ts';
import { Records, unknownState } from './records.ts';
import { removeCopies } from './remove-copies.ts';
import restoreProgram from './restore-program.ts?program=es';
import { restoreSnapshot } from './restore-snapshot.ts';
import { withStoreErrors } from './store-errors.ts';
import { StoreLock } from './store-lock.ts';
import { openThreadLane } from './thread-lane.ts';

export interface SnapshotStoreOptions {
  /** System path. */
  folder: string;
  /** Makes the store if the folder is missing or empty; else that is `not_found`. */
  create: boolean;
  /** This Lightdeck's id, for the lock. */
  hostId: string;
  /** Unix ms. */
  now: () => number;
  log: Log;
  /** For tests. */
  openLane?: OpenLane;
  lanes?: number;
}

/** Longest `meta`, in characters of JSON. */
const maxMeta = 256 * 1024;
const defaultLimit = 100_000;
const spareBytes = 256 * 1024;

/** Opens a store, which its opener closes. Throws LightdeckError: `not_found`, `conflict` (something else is in the folder), `disk_full`. */
export async function openSnapshotStore(options: SnapshotStoreOptions): Promise<SnapshotStore> {
  const paths = storePaths(options.folder);
  await withStoreErrors(options.folder, () => prepareStore(paths, options));
  return new Store(paths, options);
}

class Store implements SnapshotStore {
  readonly folder: string;
  private readonly paths: StorePaths;
  private readonly options: SnapshotStoreOptions;
  private readonly pool: LanePool;
  private readonly blocks: Blocks;
  private readonly records: Records;
  private readonly gate: Gate;
  /** Blocks are written by one after the other. */
  private readonly writers = new Limiter(1);
  /** For what works with others, and makes way for who wants to be alone. */
  private readonly inside = <T>(work: (makeWay: () => Promise<void>) => Promise<T>): Promise<T> =>
    this.gate.together(work);
  private lock: StoreLock | null = null;

  constructor(paths: StorePaths, options: SnapshotStoreOptions) {
    const { log, openLane = openThreadLane, lanes: count = defaultLanes() } = options;
    this.folder = paths.root;
    this.paths = paths;
    this.options = options;
    this.pool = new LanePool({ paths, openLane, count });
    this.blocks = new Blocks({ paths, pool: this.pool, log });
    this.records = new Records(paths, log);
    this.gate = new Gate({ enter: () => this.enter(), leave: () => this.leave() });
  }

  list(): Promise<SnapshotInfo[]> {
    return this.told(async () => {
      const records = await this.records.all();
      return Promise.all(records.map((record) => this.records.info(record)));
    });
  }

  create(source: SnapshotSource, about: SnapshotAbout, run: SnapshotRun): Promise<SnapshotInfo> {
    if (JSON.stringify(about.meta).length > maxMeta)
      throw new LightdeckError(
        'too_large',
        `What is kept beside a snapshot is longer than ${maxMeta} characters`,
      );
    return this.told(() =>
      this.writing(async () => {
        const parts = { ...this.parts, log: this.options.log };
        const record = await createSnapshot(parts, { source, about, pace: new Pace(run, 'reading') });
        return this.records.info(record);
      }),
    );
  }

  entries(
    id: string,
    folder: UserPath,
    { limit = defaultLimit }: { limit?: number } = {},
  ): Promise<TreeEntry[]> {
    return this.told(async () => {
      const found: TreeEntry[] = [];
      let isThere = false;
      for await (const entry of this.manifest(id)) {
        if (entry.path === folder) isThere = entry.kind === 'folder';
        else if (entry.path !== '' && folderOf(entry.path) === folder) found.push(treeEntry(entry));
        if (found.length > limit)
          throw new LightdeckError(
            'too_large',
            `The folder has more than ${limit} entries: too many to list`,
          );
      }
      if (!isThere) throw notThere();
      return found;
    });
  }

  async *walk(
    id: string,
    { paths }: { paths?: UserPath[] } = {},
  ): AsyncGenerator<TreeEntry & SnapshotContent, void, undefined> {
    for await (const entry of this.manifest(id))
      if (!paths || paths.some((path) => isWithin(entry.path, path)))
        yield { ...treeEntry(entry), read: () => this.content(entry) };
  }

  async *read(id: string, path: UserPath): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = await this.told(() => this.find(id, path));
    if (entry.kind !== 'file') throw new LightdeckError('invalid', 'It is no file');
    yield* this.content(entry);
  }

  private async *content({ size, blocks = [] }: ManifestEntry): AsyncGenerator<Uint8Array, void, undefined> {
    let left = size;
    for (const hash of blocks) {
      const bytes = await this.told(() => this.block(hash, left));
      left -= bytes.length;
      yield bytes;
    }
  }

  restore(
    id: string,
    target: SnapshotTarget,
    { paths, isUndo = false }: { paths?: UserPath[] | undefined; isUndo?: boolean },
    run: SnapshotRun,
  ): Promise<{ files: number; bytes: number }> {
    return this.told(() =>
      this.gate.together(async () => {
        const record = await this.records.get(id);
        const pace = new Pace(run, 'restoring');
        pace.phase('restoring', paths ? null : record.bytes);
        const entries = this.manifest(id);
        return restoreSnapshot({ entries, blocks: this.blocks, target, paths, isUndo, pace });
      }),
    );
  }

  check(
    ids: string[] | null,
    run: SnapshotRun,
    repairFrom?: (source: string) => SnapshotSource | null,
  ): Promise<CheckReport> {
    return this.told(async () => {
      const records = ids
        ? await Promise.all(ids.map((id) => this.records.get(id)))
        : await this.records.all();
      return checkSnapshots(
        { ...this.parts, inside: this.inside, repairing: (work) => this.repairing(work) },
        { records, whole: ids === null, pace: new Pace(run, 'checking'), repairFrom },
      );
    });
  }

  remove(
    ids: string[],
    run: SnapshotRun,
    { thorough = false }: { thorough?: boolean } = {},
  ): Promise<{ freed: number }> {
    return this.told(() =>
      this.gate.alone(async () => {
        for (const id of ids) await this.records.forget(id);
        await this.records.sweep();
        return { freed: await prune(this.parts, new Pace(run, 'removing'), { thorough }) };
      }),
    );
  }

  copy(id: string, place: CopyPlace, run: SnapshotRun): Promise<{ files: number; bytes: number }> {
    return this.told(() =>
      copySnapshot({ ...this.parts, inside: this.inside }, { id, place, pace: new Pace(run, 'copying') }),
    );
  }

  copies(place: CopyPlace, signal: AbortSignal): Promise<SnapshotInfo[]> {
    return this.told(async () => {
      const records = await listCopies(place, { signal, log: this.options.log });
      return records.map(({ format: _format, manifest: _manifest, ...facts }) => ({
        ...facts,
        ...unknownState,
      }));
    });
  }

  checkCopy(id: string, place: CopyPlace, run: SnapshotRun): Promise<CheckedCopy> {
    const pace = new Pace(run, 'checking');
    return this.told(() => checkCopy({ ...this.parts, inside: this.inside }, { id, place, pace }));
  }

  fetch(id: string, place: CopyPlace, run: SnapshotRun): Promise<{ files: number; bytes: number }> {
    const pace = new Pace(run, 'copying');
    return this.told(() =>
      fetchSnapshot({ ...this.parts, inside: this.inside }, { id, place, pace, keep: true }),
    );
  }

  removeCopies(ids: readonly string[], place: CopyPlace, run: SnapshotRun): Promise<{ freed: number }> {
    const { paths, inside } = this;
    return this.told(() => removeCopies({ paths, inside }, { ids, place, pace: new Pace(run, 'removing') }));
  }

  markRehearsed(id: string, at: number): Promise<void> {
    return this.told(async () => {
      await this.records.get(id);
      await this.records.mark(id, { rehearsed_at: at });
    });
  }

  size(): Promise<number> {
    return this.told(async () => {
      let bytes = 0;
      for (const id of await listPacks(this.paths)) bytes += await sizeOf(this.paths.pack(id));
      for (const name of await readdir(this.paths.snapshots))
        bytes += await sizeOf(join(this.paths.snapshots, name));
      return bytes;
    });
  }

  async close(): Promise<void> {
    this.writers.close();
    await this.pool.close();
    await this.lock?.release();
  }

  private get parts() {
    const { paths, blocks, records } = this;
    return { paths, blocks, records, now: this.options.now };
  }

  private told<T>(work: () => Promise<T>): Promise<T> {
    return withStoreErrors(this.folder, work);
  }

  private writing<T>(work: () => Promise<T>): Promise<T> {
    return this.writers.run(() => this.gate.together(work));
  }

  private repairing<T>(work: (writer: BlockWriter) => Promise<T>): Promise<T> {
    return this.writing(async () => {
      const writer = new BlockWriter({ blocks: this.blocks, now: this.options.now });
      try {
        return await work(writer);
      } finally {
        await writer.abandon();
      }
    });
  }

  /** Nobody works in the store yet: what unfinished things lie there are left of somebody who is gone. */
  private async enter(): Promise<void> {
    this.lock = await this.acquire();
    try {
      for (const name of await readdir(this.paths.unfinished))
        await rm(join(this.paths.unfinished, name), { force: true, recursive: true });
      await this.keepProgram();
      await this.blocks.refresh();
    } catch (error) {
      await this.leave();
      throw error;
    }
  }

  /** The program that restores without us. Not having it is no reason to do nothing at all: on a full disk room can still be freed. */
  private async keepProgram(): Promise<void> {
    try {
      const kept = await readFile(this.paths.restoreProgram, 'utf8').catch(() => null);
      if (kept !== restoreProgram) await writeDurably(this.paths.restoreProgram, restoreProgram);
    } catch (error) {
      this.options.log.warn(
        { error: errorText(error) },
        'the restore program of a snapshot store could not be written',
      );
    }
  }

  /** A little room is kept, for the day when the disk is full and some is to be freed: even the lock takes a little. */
  private async acquire(): Promise<StoreLock> {
    const { hostId, now } = this.options;
    const options = { path: this.paths.lock, hostId, now };
    try {
      return await StoreLock.acquire(options);
    } catch (error) {
      if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
      await rm(this.paths.spare, { force: true });
      return StoreLock.acquire(options);
    }
  }

  private async leave(): Promise<void> {
    await writeFile(this.paths.spare, Buffer.alloc(spareBytes, 1), { flag: 'wx' }).catch(() => {});
    await this.lock?.release();
    this.lock = null;
  }

  private async *manifest(id: string): AsyncGenerator<ManifestEntry, void, undefined> {
    await this.records.get(id);
    yield* readManifest(this.paths.manifest(id));
  }

  private async find(id: string, path: UserPath): Promise<ManifestEntry> {
    namesOf(path);
    for await (const entry of this.manifest(id)) if (entry.path === path) return entry;
    throw notThere();
  }

  /** One block, or as many zeros as are left. */
  private async block(hash: string | null, left: number): Promise<Uint8Array> {
    if (hash === null) return new Uint8Array(Math.min(blockBytes, left));
    for (let isAgain = false; ; isAgain = true) {
      const place = this.blocks.placeOf(hash);
      try {
        if (!place) throw new DamagedPack('a block of it is missing in the store');
        return await this.pool.use((lane) => lane.read(this.blocks.packOf(place), encodeEntry(place)));
      } catch (error) {
        // Nobody looked yet, or it was moved meanwhile.
        if (isAgain) throw error;
        await this.blocks.refresh();
      }
    }
  }
}

const notThere = (): LightdeckError => new LightdeckError('not_found', 'That is not in the snapshot');

function treeEntry({ mark: _mark, linked: _linked, blocks: _blocks, ...entry }: ManifestEntry): TreeEntry {
  return entry;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}
