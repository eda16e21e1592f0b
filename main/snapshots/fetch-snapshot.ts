import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Blocks } from './blocks.ts';
import type { CopyPlace } from './contract.ts';
import {
  blocksOfPack,
  damagedCopy,
  downloadCopy,
  looksAtOnce,
  packName,
  packsOfPlace,
  readRecord,
} from './copy-reader.ts';
import { renameDurably } from './durable.ts';
import { packBytes, type StorePaths } from './format.ts';
import { manifestHash, readManifest } from './manifest.ts';
import type { Pace } from './pace.ts';
import type { Records } from './records.ts';
import type { SnapshotRecord } from './schemas.ts';

/** A pack may exceed its size by a block and an index. */
const maxPack = 2 * packBytes;

export interface FetchParts {
  paths: StorePaths;
  blocks: Blocks;
  records: Records;
  /** Unix ms. */
  now: () => number;
  /** Whatever uses the store here; `makeWay` lets in who wants it alone. */
  inside: <T>(work: (makeWay: () => Promise<void>) => Promise<T>) => Promise<T>;
}

export interface FetchOptions {
  id: string;
  place: CopyPlace;
  pace: Pace;
  keep: boolean;
  /** Gets the names of the files there that aren't what they should be: of all that are read, unless something is kept. */
  damaged?: Set<string>;
}

/** How often what is missing here is looked up anew: others may free room meanwhile. */
const maxPasses = 5;

/**
 * Reads all of a copy and compares every block with its hash. `keep`: what the store here hasn't got is kept, and then the snapshot is one
 * of the store; else nothing is. Others work in the store meanwhile; who wants it alone waits for one file at most. Throws LightdeckError
 * `not_found`, `invalid` where the copy is damaged or something of it is missing.
 */
export async function fetchSnapshot(
  parts: FetchParts,
  { id, place, pace, keep, damaged = new Set() }: FetchOptions,
): Promise<{ files: number; bytes: number }> {
  const record = await readRecord(place, id, pace.signal);
  const fetch = new Fetch(parts, place, { pace, keep, damaged });
  try {
    for (let pass = 1; pass <= maxPasses; pass += 1) {
      await fetch.packsOf(record);
      if (!keep || (await fetch.enter(record))) return fetch.done;
    }
  } finally {
    fetch.end();
  }
  throw new LightdeckError('conflict', 'Room was freed here again and again meanwhile: try it once more');
}

class Fetch {
  readonly done = { files: 0, bytes: 0 };
  private readonly parts: FetchParts;
  private readonly place: CopyPlace;
  private readonly pace: Pace;
  private readonly keep: boolean;
  private readonly damaged: Set<string>;
  /** Packs that were kept: nothing refers to them until the end. */
  private readonly kept = new Set<string>();

  constructor(
    parts: FetchParts,
    place: CopyPlace,
    { pace, keep, damaged }: Required<Pick<FetchOptions, 'pace' | 'keep' | 'damaged'>>,
  ) {
    this.parts = parts;
    this.place = place;
    this.pace = pace;
    this.keep = keep;
    this.damaged = damaged;
  }

  /** Reads the packs with what is needed. */
  packsOf(record: SnapshotRecord): Promise<void> {
    return this.parts.inside(async (makeWay) => {
      const manifest = await this.manifest(record);
      const needed = await this.neededBlocks(manifest);
      await rm(manifest, { force: true });
      const packs = await this.packsWith(needed);
      this.pace.phase(this.keep ? 'copying' : 'checking', await this.sizeOf(packs));
      let problem: unknown = null;
      for (const pack of packs) {
        await makeWay();
        try {
          await this.pack(pack);
        } catch (error) {
          // Whoever only looks wants to know of all that is damaged.
          if (this.keep || !this.damaged.has(packName(pack))) throw error;
          problem ??= error;
        }
      }
      if (problem !== null) throw problem;
    });
  }

  /** Makes it a snapshot of the store. False: something that it needs was removed meanwhile. */
  enter(record: SnapshotRecord): Promise<boolean> {
    const { paths, blocks, records, now } = this.parts;
    return this.parts.inside(async () => {
      const manifest = await this.manifest(record);
      try {
        if ((await this.neededBlocks(manifest)).size > 0) return false;
        await renameDurably(manifest, paths.manifest(record.id));
      } finally {
        await rm(manifest, { force: true });
      }
      await blocks.saveHealth();
      await records.mark(record.id, { checked_at: now(), damaged: 0 });
      await records.add(record);
      return true;
    });
  }

  /** Whether it came to a good end or not: from now on only what refers to its packs keeps them. */
  end(): void {
    for (const pack of this.kept) this.parts.blocks.awaited.delete(pack);
  }

  /** The copy's list of files, in a file of ours that whoever asked for it removes. */
  private async manifest({ id, manifest }: SnapshotRecord): Promise<string> {
    const path = this.unfinished(`${id}.gz`);
    const name = `snapshots/${id}.manifest.gz`;
    try {
      await this.download(name, path, manifest.bytes);
      if ((await manifestHash(path)) === manifest.sha256) return path;
      this.damaged.add(name);
      throw damagedCopy('its list of files is another one than was sent');
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  private unfinished(name: string): string {
    return join(this.parts.paths.unfinished, `${randomBytes(4).toString('hex')}.${name}`);
  }

  /** Hashes of the blocks that are to be read: all, or (`keep`) those that the store here hasn't got. */
  private async neededBlocks(manifest: string): Promise<Set<string>> {
    const needed = new Set<string>();
    for await (const { blocks = [] } of readManifest(manifest)) {
      this.pace.signal.throwIfAborted();
      for (const hash of blocks) {
        if (hash !== null && !(this.keep && this.parts.blocks.placeOf(hash))) needed.add(hash);
      }
    }
    return needed;
  }

  /** Packs of the place that have these blocks together. */
  private async packsWith(needed: Set<string>): Promise<string[]> {
    if (needed.size === 0) return [];
    const missing = new Set(needed);
    const limiter = new Limiter(looksAtOnce);
    const chosen: string[] = [];
    const look = async (pack: string): Promise<void> => {
      let hashes: string[] = [];
      try {
        if (missing.size > 0) hashes = await blocksOfPack(this.place, pack, this.pace.signal);
      } catch (error) {
        this.pace.signal.throwIfAborted();
        if (!(error instanceof LightdeckError)) throw error;
        this.damaged.add(packName(pack));
      }
      // One that can't be read is told by the blocks that are missing then.
      const own = hashes.filter((hash) => missing.delete(hash));
      if (own.length > 0) chosen.push(pack);
    };
    for await (const packs of packsOfPlace(this.place))
      await Promise.all(packs.map((pack) => limiter.run(() => look(pack))));
    if (missing.size > 0) throw damagedCopy(`${missing.size} blocks of it are missing there`);
    return chosen;
  }

  private async sizeOf(packs: string[]): Promise<number> {
    let bytes = 0;
    for (const pack of packs) bytes += (await this.place.size(packName(pack))) ?? 0;
    return bytes;
  }

  /** Reads a pack as a whole, and compares. */
  private async pack(id: string): Promise<void> {
    const { paths, blocks, now } = this.parts;
    const path = this.unfinished(`${id}.fetched`);
    try {
      await this.download(packName(id), path, maxPack);
      const lane = blocks.laneFor(this.done.files);
      const { problem, damaged: bad } = await lane.verify(id, path);
      if (problem !== null || bad.length > 0) {
        this.damaged.add(packName(id));
        throw damagedCopy(
          problem === null ? `${bad.length} blocks of it are damaged` : `a pack of it is damaged: ${problem}`,
        );
      }
      if (!this.keep) return;
      blocks.awaited.add(id);
      this.kept.add(id);
      await mkdir(paths.packFolder(id), { recursive: true, mode: 0o700 });
      await renameDurably(path, paths.pack(id));
      blocks.add(await lane.index(id));
      blocks.markChecked(id, now());
    } finally {
      await rm(path, { force: true });
    }
  }

  private async download(name: string, path: string, most: number): Promise<void> {
    this.done.bytes += await downloadCopy(this.place, { name, path, most }, this.pace);
    this.done.files += 1;
  }
}
