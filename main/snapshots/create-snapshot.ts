import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { isMissing } from '../files/file-errors.ts';
import type { Log } from '../lib/log.ts';
import { BlockWriter } from './block-writer.ts';
import type { Blocks } from './blocks.ts';
import type { SnapshotAbout, SnapshotSource, SourceEntry } from './contract.ts';
import { renameDurably } from './durable.ts';
import { type StorePaths, storeFormat } from './format.ts';
import { InOrder } from './in-order.ts';
import { type ManifestEntry, ManifestWriter, manifestHash } from './manifest.ts';
import { NamedList } from './named-list.ts';
import type { Pace } from './pace.ts';
import { isUnchanged, Previous } from './previous.ts';
import { readFileInto } from './read-file.ts';
import { newSnapshotId, type Records } from './records.ts';
import type { SnapshotRecord } from './schemas.ts';

export interface CreateParts {
  paths: StorePaths;
  blocks: Blocks;
  records: Records;
  /** Unix ms. */
  now: () => number;
  log: Log;
}

/** Older packs that nobody has read for so long are read back with the snapshot that needs them, in ms. */
const trustMs = 14 * 24 * 3600_000;
/** A file that was changed so shortly before it was read may be changed again without another time: it is read again next time, in ms. */
const freshMs = 2000;
/** Entries that are under way: as many files are open. */
const atOnce = 64;
/** Files with several names that are remembered. What is met beyond is kept as files of their own. */
const maxIdentities = 200_000;
/** How often it is begun anew: after a folder was moved under its hands, or an older block turned out to be damaged. */
const maxPasses = 3;

/** Makes a snapshot: see SnapshotStore.create. */
export async function createSnapshot(
  parts: CreateParts,
  { source, about, pace }: { source: SnapshotSource; about: SnapshotAbout; pace: Pace },
): Promise<SnapshotRecord> {
  for (let pass = 1; ; pass += 1) {
    const creation = new Creation(parts, source, pace);
    try {
      return await creation.run(about);
    } catch (error) {
      await creation.abandon();
      const canMend = error instanceof DamagedBefore || isMoved(error);
      if (!canMend || pass === maxPasses || pace.signal.aborted) throw error;
    }
  }
}

/** A folder was moved while it was read. */
const isMoved = (error: unknown): boolean => error instanceof LightdeckError && error.code === 'conflict';

/** An older pack that this snapshot needs is damaged; that is known now, so the next pass stores its blocks anew. */
class DamagedBefore extends LightdeckError {
  constructor() {
    super('invalid', "Older blocks of the snapshot store are damaged, again and again: don't trust its disk");
  }
}

/** One pass. */
class Creation {
  private readonly parts: CreateParts;
  private readonly source: SnapshotSource;
  private readonly pace: Pace;
  private readonly id: string;
  private readonly at: number;
  private readonly writer: BlockWriter;
  private readonly unsteady = new NamedList();
  private readonly leftOut = new NamedList();
  /** Files with several names, by what they are. */
  private readonly identities = new Map<string, Promise<ManifestEntry | null>>();
  private readonly order: InOrder<ManifestEntry | null>;
  private manifest: ManifestWriter | null = null;
  private readonly totals = { files: 0, bytes: 0 };

  constructor(parts: CreateParts, source: SnapshotSource, pace: Pace) {
    this.parts = parts;
    this.source = source;
    this.pace = pace;
    this.at = parts.now();
    this.id = newSnapshotId(this.at);
    this.writer = new BlockWriter({ blocks: parts.blocks, now: parts.now });
    this.order = new InOrder(atOnce, (entry) => this.take(entry));
  }

  async run(about: SnapshotAbout): Promise<SnapshotRecord> {
    const { paths, records, blocks, now } = this.parts;
    const unfinished = join(paths.unfinished, `${this.id}.manifest.gz`);
    this.manifest = await ManifestWriter.open(unfinished);
    await this.readAll(about.source);
    await this.writer.finish();
    await this.checkOlder();
    const manifest = await this.manifest.end();
    if ((await manifestHash(unfinished)) !== manifest.sha256)
      throw new LightdeckError(
        'invalid',
        "The disk gives back another list of files than was written: don't trust it",
      );
    this.pace.signal.throwIfAborted();
    await renameDurably(unfinished, paths.manifest(this.id));
    await blocks.saveHealth();
    await records.mark(this.id, { checked_at: now(), damaged: 0 });
    const record: SnapshotRecord = {
      format: storeFormat,
      id: this.id,
      at: this.at,
      source: about.source,
      kind: about.kind,
      meta: about.meta,
      ...this.totals,
      new_bytes: this.writer.newBytes + manifest.bytes,
      unsteady: this.unsteady.list(),
      left_out: this.leftOut.list(),
      manifest,
    };
    await records.add(record);
    return record;
  }

  /** Never rejects. */
  async abandon(): Promise<void> {
    await this.order.settle();
    await this.writer.abandon();
    await this.manifest?.discard();
  }

  private async readAll(sourceName: string): Promise<void> {
    const { records, paths, log } = this.parts;
    const last = (await records.all()).find(({ source }) => source === sourceName);
    this.pace.phase('reading', last?.bytes ?? null);
    const before = new Previous(last ? paths.manifest(last.id) : null, log);
    const options = {
      signal: this.pace.signal,
      leftOut: (path: string, why: string) => this.leftOut.add(path, why),
    };
    try {
      for await (const entry of this.source.walk(options)) {
        this.pace.signal.throwIfAborted();
        await this.begin(entry, before);
      }
      await this.order.end();
    } finally {
      await before.close();
    }
  }

  /** Begins with an entry; what takes long goes on while the walk does. */
  private async begin(entry: SourceEntry, before: Previous): Promise<void> {
    const { kind, identity } = entry;
    if (kind !== 'file') return this.order.add(Promise.resolve(plainEntry(entry)));
    const first = identity === null ? undefined : this.identities.get(identity);
    if (first) return this.order.add(first.then((found) => found && furtherName(entry, found)));
    const known = this.unchanged(entry, await before.find(entry.path));
    const file = known ? null : await this.open(entry);
    const work = known ? Promise.resolve(known) : this.read(entry, file);
    if (identity !== null && this.identities.size < maxIdentities) this.identities.set(identity, work);
    await this.order.add(work);
  }

  /** The entry with the content that it had last time, if it was not written to since then and the store has all of that. */
  private unchanged(entry: SourceEntry, before: ManifestEntry | null): ManifestEntry | null {
    if (before?.kind !== 'file' || !isUnchanged(before.mark, entry.mark)) return null;
    const { blocks = [] } = before;
    if (!blocks.every((hash) => hash === null || this.writer.refer(hash))) return null;
    this.pace.count(0, entry.size);
    return { ...plainEntry(entry), mark: before.mark, blocks };
  }

  /** Null: it is gone, or can't be read. */
  private async open(entry: SourceEntry): Promise<FileHandle | null> {
    try {
      return await entry.open();
    } catch (error) {
      if (!isMissing(error)) this.leftOut.add(entry.path, errorText(error));
      return null;
    }
  }

  private async read(entry: SourceEntry, file: FileHandle | null): Promise<ManifestEntry | null> {
    if (!file) return null;
    try {
      const { touchedAt, mark, ...content } = await readFileInto(this.writer, file, this.pace);
      if (!mark) this.unsteady.add(entry.path, 'it was written to as often as it was read');
      const isFresh = this.parts.now() - touchedAt < freshMs;
      const { sparse, ...rest } = content;
      return {
        ...plainEntry(entry),
        ...rest,
        sparse: sparse || undefined,
        mark: isFresh ? undefined : (mark ?? undefined),
      };
    } finally {
      await file.close();
    }
  }

  private async take(entry: ManifestEntry | null): Promise<void> {
    if (!entry) return;
    if (entry.kind === 'file') {
      this.totals.files += 1;
      this.totals.bytes += entry.size;
      this.pace.count(1, 0);
    }
    await this.manifest?.add(entry);
  }

  /** Everything that was stored before and is needed now is known to be good, too. */
  private async checkOlder(): Promise<void> {
    const { blocks, now } = this.parts;
    const suspects = this.writer.suspects(now() - trustMs);
    this.pace.phase(
      'verifying',
      suspects.reduce((sum, id) => sum + (blocks.packs.get(id) ?? 0), 0),
    );
    let isSound = true;
    for (const [turn, id] of suspects.entries()) {
      this.pace.signal.throwIfAborted();
      const { bytes, problem, damaged } = await blocks.laneFor(turn).verify(id);
      blocks.markChecked(
        id,
        now(),
        damaged.map(({ hash }) => hash),
      );
      if (problem !== null) blocks.markGone(id);
      if (problem !== null || damaged.length > 0) isSound = false;
      this.pace.count(0, bytes);
    }
    if (!isSound) throw new DamagedBefore();
  }
}

function plainEntry({ mark: _mark, identity, open: _open, ...entry }: SourceEntry): ManifestEntry {
  return identity === null ? entry : { ...entry, linked: true };
}

/** A further name of a file: it has the content that was read for the first one. */
function furtherName(entry: SourceEntry, first: ManifestEntry): ManifestEntry {
  const { size, blocks, sparse, mtime_ns } = first;
  return {
    ...plainEntry(entry),
    size,
    blocks,
    sparse,
    mtime_ns,
    linked: undefined,
    hard_link_to: first.path,
  };
}
