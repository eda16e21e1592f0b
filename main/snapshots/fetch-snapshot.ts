import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import type { Blocks } from './blocks.ts';
import type { CopyPlace } from './contract.ts';
import { renameDurably } from './durable.ts';
import { packBytes, type StorePaths } from './format.ts';
import { manifestHash, readManifest } from './manifest.ts';
import type { Pace } from './pace.ts';
import { packEndOf, packIndexOf } from './pack-format.ts';
import { listRecordNames, type Records } from './records.ts';
import { type SnapshotRecord, snapshotRecordSchema } from './schemas.ts';

/** A record has its server's definition in it; a pack may exceed its size by a block and an index. */
const maxRecord = MiB;
const maxPack = 2 * packBytes;
/** Packs of a place that are looked into at the same time. */
const looksAtOnce = 8;

export interface FetchParts {
  paths: StorePaths;
  blocks: Blocks;
  records: Records;
  /** Unix ms. */
  now: () => number;
}

/** The records of all copies in a place, newest first. What can't be read is logged and left out. */
export async function listCopies(
  place: CopyPlace,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<SnapshotRecord[]> {
  const found: SnapshotRecord[] = [];
  const limiter = new Limiter(looksAtOnce);
  const read = async (id: string): Promise<void> => {
    try {
      found.push(await readRecord(place, id, signal));
    } catch (error) {
      log.warn({ snapshot: id, error: errorText(error) }, 'a copy can not be read');
    }
  };
  const ids = listRecordNames(await place.list('snapshots'));
  await Promise.all(ids.map((id) => limiter.run(() => read(id))));
  signal.throwIfAborted();
  return found.sort((a, b) => b.at - a.at);
}

/**
 * Reads all of a copy and compares every block with its hash. `keep`: what the store here hasn't got is kept, and then the snapshot is one
 * of the store; else nothing is. Throws LightdeckError `not_found`, `invalid` where the copy is damaged or something of it is missing.
 */
export async function fetchSnapshot(
  parts: FetchParts,
  { id, place, pace, keep }: { id: string; place: CopyPlace; pace: Pace; keep: boolean },
): Promise<{ record: SnapshotRecord; files: number; bytes: number }> {
  const fetch = new Fetch(parts, place, pace);
  const record = await readRecord(place, id, pace.signal);
  const manifest = await fetch.manifest(record);
  try {
    const needed = await fetch.neededBlocks(manifest, keep);
    const packs = await fetch.packsWith(needed);
    pace.phase(keep ? 'copying' : 'checking', await fetch.sizeOf(packs));
    for (const pack of packs) await fetch.pack(pack, keep);
    if (keep) {
      await renameDurably(manifest, parts.paths.manifest(id));
      await parts.blocks.saveHealth();
      await parts.records.mark(id, { checked_at: parts.now(), damaged: 0 });
      await parts.records.add(record);
    }
    return { record, ...fetch.done };
  } finally {
    await rm(manifest, { force: true });
  }
}

async function readRecord(place: CopyPlace, id: string, signal: AbortSignal): Promise<SnapshotRecord> {
  const name = `snapshots/${id}.json`;
  const size = await place.size(name);
  if (size === null || listRecordNames([`${id}.json`]).length === 0)
    throw new LightdeckError('not_found', 'There is no such copy (any more)');
  if (size > maxRecord) throw damaged(`${name} is too long`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of place.get(name, signal)) chunks.push(chunk);
  try {
    const record = snapshotRecordSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    if (record.id === id) return record;
  } catch (error) {
    throw damaged(`${name} can't be read`, error);
  }
  throw damaged(`${name} is of another snapshot`);
}

class Fetch {
  readonly done = { files: 0, bytes: 0 };
  private readonly parts: FetchParts;
  private readonly place: CopyPlace;
  private readonly pace: Pace;

  constructor(parts: FetchParts, place: CopyPlace, pace: Pace) {
    this.parts = parts;
    this.place = place;
    this.pace = pace;
  }

  /** The copy's list of files, in a file of ours. */
  async manifest({ id, manifest }: SnapshotRecord): Promise<string> {
    const path = join(this.parts.paths.unfinished, `${id}.fetched.gz`);
    await this.download(`snapshots/${id}.manifest.gz`, path, manifest.bytes);
    if ((await manifestHash(path)) === manifest.sha256) return path;
    await rm(path, { force: true });
    throw damaged('its list of files is another one than was sent');
  }

  /** Hashes of the blocks that are to be read: all, or (`keep`) those that the store here hasn't got. */
  async neededBlocks(manifest: string, keep: boolean): Promise<Set<string>> {
    const needed = new Set<string>();
    for await (const { blocks = [] } of readManifest(manifest)) {
      this.pace.signal.throwIfAborted();
      for (const hash of blocks) {
        if (hash !== null && !(keep && this.parts.blocks.placeOf(hash))) needed.add(hash);
      }
    }
    return needed;
  }

  /** Packs of the place that have these blocks together. */
  async packsWith(needed: Set<string>): Promise<string[]> {
    if (needed.size === 0) return [];
    const missing = new Set(needed);
    const limiter = new Limiter(looksAtOnce);
    const chosen: string[] = [];
    const look = async (pack: string): Promise<void> => {
      let hashes: string[] = [];
      try {
        if (missing.size > 0) hashes = await this.hashesIn(pack);
      } catch (error) {
        this.pace.signal.throwIfAborted();
        if (!(error instanceof LightdeckError)) throw error;
      }
      // One that can't be read is told by the blocks that are missing then.
      const own = hashes.filter((hash) => missing.delete(hash));
      if (own.length > 0) chosen.push(pack);
    };
    const folders = (await this.place.list('packs')).filter((name) => /^[0-9a-f]{2}$/.test(name));
    for (const folder of folders) {
      const packs = (await this.place.list(`packs/${folder}`)).flatMap(
        (name) => /^([0-9a-f]{64})\.pack$/.exec(name)?.[1] ?? [],
      );
      await Promise.all(packs.map((pack) => limiter.run(() => look(pack))));
    }
    if (missing.size > 0) throw damaged(`${missing.size} blocks of it are missing there`);
    return chosen;
  }

  async sizeOf(packs: string[]): Promise<number> {
    let bytes = 0;
    for (const pack of packs) bytes += (await this.place.size(nameOf(pack))) ?? 0;
    return bytes;
  }

  /** Reads a pack as a whole, and compares. */
  async pack(id: string, keep: boolean): Promise<void> {
    const { paths, blocks, now } = this.parts;
    const path = join(paths.unfinished, `${id}.fetched`);
    try {
      await this.download(nameOf(id), path, maxPack);
      const lane = blocks.laneFor(this.done.files);
      const { problem, damaged: bad } = await lane.verify(id, path);
      if (problem !== null) throw damaged(`a pack of it is damaged: ${problem}`);
      if (bad.length > 0) throw damaged(`${bad.length} blocks of it are damaged`);
      if (!keep) return;
      await mkdir(paths.packFolder(id), { recursive: true, mode: 0o700 });
      await renameDurably(path, paths.pack(id));
      blocks.add(await lane.index(id));
      blocks.markChecked(id, now());
    } finally {
      await rm(path, { force: true });
    }
  }

  private async hashesIn(pack: string): Promise<string[]> {
    const size = (await this.place.size(nameOf(pack))) ?? 0;
    const end = packEndOf(size);
    if (!end) throw damaged('a pack of it is cut');
    const index = packIndexOf(await this.part(pack, end.at, end.length), size);
    if (!index) throw damaged('the end of a pack of it is missing');
    const bytes = await this.part(pack, index.at, index.length);
    if (createHash('sha256').update(bytes).digest('hex') !== pack) throw damaged('an index of it is damaged');
    return index.hashes(bytes);
  }

  private async part(pack: string, from: number, length: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.place.get(nameOf(pack), this.pace.signal, { from, length }))
      chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Into a file of ours, flushed. Throws where it is longer than it may be. */
  private async download(name: string, path: string, most: number): Promise<void> {
    const file = await open(path, 'w', 0o600);
    try {
      let bytes = 0;
      for await (const chunk of this.place.get(name, this.pace.signal)) {
        await this.pace.take(chunk.length);
        bytes += chunk.length;
        if (bytes > most) throw damaged(`${name} is too long`);
        await file.writeFile(chunk);
        this.pace.count(0, chunk.length);
      }
      await file.sync();
      this.done.files += 1;
      this.done.bytes += bytes;
    } finally {
      await file.close();
    }
  }
}

const nameOf = (pack: string): string => `packs/${pack.slice(0, 2)}/${pack}.pack`;

function damaged(why: string, cause?: unknown): LightdeckError {
  return new LightdeckError('invalid', `The copy is damaged: ${why}`, { cause });
}
