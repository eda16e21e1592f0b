import { errorText } from '../../shared/error-text.ts';
import type { BlockWriter } from './block-writer.ts';
import type { Blocks } from './blocks.ts';
import type { CheckReport, DamagedBlock, SnapshotSource } from './contract.ts';
import { blockBytes, type StorePaths } from './format.ts';
import type { Lane } from './lane.ts';
import { type ManifestEntry, manifestHash, readManifest } from './manifest.ts';
import type { Pace } from './pace.ts';
import type { Records } from './records.ts';
import type { SnapshotRecord } from './schemas.ts';

export interface CheckParts {
  paths: StorePaths;
  blocks: Blocks;
  records: Records;
  /** Whatever uses the store; `makeWay` lets in who wants it alone. */
  inside: <T>(work: (makeWay: () => Promise<void>) => Promise<T>) => Promise<T>;
  /** The same, when it is this one's turn to write. */
  repairing: <T>(work: (writer: BlockWriter) => Promise<T>) => Promise<T>;
  /** Unix ms. */
  now: () => number;
}

export interface CheckOptions {
  records: SnapshotRecord[];
  /** Whether all packs are read, not only those that these snapshots need. */
  whole: boolean;
  pace: Pace;
  repairFrom: ((source: string) => SnapshotSource | null) | undefined;
}

const maxNamed = 1000;
const maxFiles = 20;
const maxProblems = 100;
/** Blocks that are followed to their files; of more only the number is told. */
const maxFollowed = 100_000;

/**
 * Reads blocks, names what is damaged, and makes good what living files still have. Others make snapshots meanwhile, and remove some: what is gone
 * by then is no damage.
 */
export async function checkSnapshots(parts: CheckParts, options: CheckOptions): Promise<CheckReport> {
  return new Check(parts, options).run();
}

interface Bad extends DamagedBlock {
  /** Where its content was: file and number of the block in it. At most `maxFiles`. */
  places: { source: string; path: string; number: number }[];
}

class Check {
  private readonly parts: CheckParts;
  private readonly options: CheckOptions;
  private readonly problems: string[] = [];
  private readonly bad = new Map<string, Bad>();
  private bytes = 0;

  constructor(parts: CheckParts, options: CheckOptions) {
    this.parts = parts;
    this.options = options;
  }

  async run(): Promise<CheckReport> {
    const { records, repairFrom } = this.options;
    const { inside, repairing } = this.parts;
    let readable: SnapshotRecord[] = [];
    const packs = await inside(async () => {
      readable = await this.readableOf(records);
      return this.packsOf(readable);
    });
    await this.readPacks(packs);
    await inside(async () => {
      readable = await this.stillThere(readable);
      for (const record of readable) await this.follow(record);
    });
    if (repairFrom && this.bad.size > 0) await repairing((writer) => this.repair(writer, repairFrom));
    return inside(async () => this.report(await this.stillThere(records), readable));
  }

  private async stillThere(records: SnapshotRecord[]): Promise<SnapshotRecord[]> {
    const ids = new Set(await this.parts.records.ids());
    return records.filter(({ id }) => ids.has(id));
  }

  private async report(records: SnapshotRecord[], readable: SnapshotRecord[]): Promise<CheckReport> {
    // Also where another pack had it all the time.
    for (const block of this.bad.values()) block.repaired = this.parts.blocks.placeOf(block.hash) !== null;
    const snapshots: CheckReport['snapshots'] = [];
    for (const record of records) {
      const damaged_files = readable.includes(record) ? await this.countDamaged(record) : record.files;
      await this.parts.records.mark(record.id, { checked_at: this.parts.now(), damaged: damaged_files });
      snapshots.push({ id: record.id, damaged_files });
    }
    await this.parts.blocks.saveHealth();
    const damaged = [...this.bad.values()].map(({ places: _places, ...block }) => block);
    return {
      snapshots,
      bytes: this.bytes,
      damaged: damaged.slice(0, maxNamed),
      damaged_count: damaged.length,
      problems: this.problems,
    };
  }

  private async readableOf(records: SnapshotRecord[]): Promise<SnapshotRecord[]> {
    const readable: SnapshotRecord[] = [];
    for (const record of records) {
      const hash = await manifestHash(this.parts.paths.manifest(record.id));
      if (hash === record.manifest.sha256) readable.push(record);
      else
        this.problem(
          `the list of files of snapshot ${record.id} is ${hash === null ? 'missing' : 'damaged'}`,
        );
    }
    return readable;
  }

  private problem(words: string): void {
    if (this.problems.length < maxProblems) this.problems.push(words);
  }

  private async packsOf(records: SnapshotRecord[]): Promise<string[]> {
    const { blocks } = this.parts;
    if (this.options.whole) return [...blocks.packs.keys()];
    const packs = new Set<string>();
    for (const record of records) {
      for await (const { blocks: hashes = [] } of this.entries(record)) {
        for (const hash of hashes) {
          const place = hash === null ? null : blocks.placeOf(hash);
          if (place) packs.add(blocks.packOf(place));
        }
      }
    }
    return [...packs];
  }

  private async readPacks(ids: string[]): Promise<void> {
    const { blocks, inside } = this.parts;
    const { pace } = this.options;
    const total = ids.reduce((sum, id) => sum + (blocks.packs.get(id) ?? 0), 0);
    pace.phase('checking', total);
    const queue = ids.values();
    const work = blocks.pool.lanes.map((lane) =>
      inside(async (makeWay) => {
        for (const id of queue) {
          await makeWay();
          const size = blocks.packs.get(id);
          if (size === undefined) continue;
          await pace.take(size);
          await this.readPack(id, lane);
        }
      }),
    );
    await Promise.all(work);
  }

  private async readPack(id: string, lane: Lane): Promise<void> {
    const { blocks, now } = this.parts;
    const { bytes, problem, damaged } = await lane.verify(id);
    this.bytes += bytes;
    this.options.pace.count(0, bytes);
    if (problem !== null) {
      this.problem(`the pack ${id} can't be read: ${problem}`);
      blocks.markGone(id);
    }
    blocks.markChecked(
      id,
      now(),
      damaged.map(({ hash }) => hash),
    );
    for (const { hash, why } of damaged) this.badBlock(hash, why);
  }

  private badBlock(hash: string, why: string): Bad | null {
    const known = this.bad.get(hash);
    if (known) return known;
    if (this.bad.size >= maxFollowed) return null;
    const block = { hash, why, repaired: false, files: [], file_count: 0, places: [] };
    this.bad.set(hash, block);
    return block;
  }

  /** Which files need what is missing. */
  private async follow({ id, source }: SnapshotRecord): Promise<void> {
    for await (const { path, blocks = [] } of this.entries({ id })) {
      for (const [number, hash] of blocks.entries()) {
        if (hash === null || this.parts.blocks.placeOf(hash)) continue;
        const bad = this.badBlock(hash, 'it is in no pack');
        if (!bad) continue;
        bad.file_count += 1;
        if (bad.files.length < maxFiles) bad.files.push({ snapshot: id, path });
        if (bad.places.length < maxFiles) bad.places.push({ source, path, number });
      }
    }
  }

  private entries({ id }: Pick<SnapshotRecord, 'id'>): AsyncIterable<ManifestEntry> {
    this.options.pace.signal.throwIfAborted();
    return readManifest(this.parts.paths.manifest(id));
  }

  private async repair(
    writer: BlockWriter,
    repairFrom: (source: string) => SnapshotSource | null,
  ): Promise<void> {
    const { blocks } = this.parts;
    for (const block of this.bad.values()) {
      for (const { source, path, number } of block.places) {
        this.options.pace.signal.throwIfAborted();
        if (blocks.placeOf(block.hash)) break;
        const living = repairFrom(source);
        if (living) await this.tryFrom(writer, living, { path, number, hash: block.hash });
      }
    }
    await writer.finish();
  }

  private async tryFrom(
    writer: BlockWriter,
    living: SnapshotSource,
    { path, number, hash }: { path: string; number: number; hash: string },
  ): Promise<void> {
    try {
      const file = await living.open(path);
      try {
        const { size } = (await file?.stat()) ?? { size: 0 };
        const at = number * blockBytes;
        if (!file || size <= at) return;
        await writer.store({ fd: file.fd, at, length: Math.min(blockBytes, size - at) }, { only: hash });
      } finally {
        await file?.close();
      }
    } catch (error) {
      this.problem(`${path} could not be read to make a block good: ${errorText(error)}`);
    }
  }

  private async countDamaged(record: SnapshotRecord): Promise<number> {
    if (this.bad.size === 0) return 0;
    let count = 0;
    for await (const { blocks = [] } of this.entries(record))
      if (blocks.some((hash) => hash !== null && !this.parts.blocks.placeOf(hash))) count += 1;
    return count;
  }
}
