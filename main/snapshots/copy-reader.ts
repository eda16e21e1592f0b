import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import type { CopyPlace } from './contract.ts';
import type { Pace } from './pace.ts';
import { packEndOf, packIndexOf } from './pack-format.ts';
import { listRecordNames } from './records.ts';
import { type SnapshotRecord, snapshotRecordSchema } from './schemas.ts';

/** A record has its server's definition in it. */
const maxRecord = MiB;
/** Files of a place that are looked into at the same time. */
export const looksAtOnce = 8;

/** The records of all copies in a place, newest first. What is damaged is told to `unreadable`, logged and left out. */
export async function listCopies(
  place: CopyPlace,
  {
    signal,
    log,
    unreadable = () => {},
  }: { signal: AbortSignal; log: Log; unreadable?: (id: string) => void },
): Promise<SnapshotRecord[]> {
  const found: SnapshotRecord[] = [];
  const limiter = new Limiter(looksAtOnce);
  const read = async (id: string): Promise<void> => {
    try {
      found.push(await readRecord(place, id, signal));
    } catch (error) {
      // A place that can't be asked is no place with fewer copies.
      const isBad =
        error instanceof LightdeckError && (error.code === 'invalid' || error.code === 'not_found');
      if (!isBad) throw error;
      if (error.code === 'invalid') unreadable(id);
      log.warn({ snapshot: id, error: errorText(error) }, 'a copy can not be read');
    }
  };
  const ids = listRecordNames(await place.list('snapshots'));
  await Promise.all(ids.map((id) => limiter.run(() => read(id))));
  signal.throwIfAborted();
  return found.sort((a, b) => b.at - a.at);
}

/** Throws LightdeckError `not_found`, `invalid` where it is damaged. */
export async function readRecord(place: CopyPlace, id: string, signal: AbortSignal): Promise<SnapshotRecord> {
  const name = `snapshots/${id}.json`;
  const size = await place.size(name);
  if (size === null || listRecordNames([`${id}.json`]).length === 0)
    throw new LightdeckError('not_found', 'There is no such copy (any more)');
  if (size > maxRecord) throw damagedCopy(`${name} is too long`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of place.get(name, signal)) chunks.push(chunk);
  try {
    const record = snapshotRecordSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    if (record.id === id) return record;
  } catch (error) {
    throw damagedCopy(`${name} can't be read`, error);
  }
  throw damagedCopy(`${name} is of another snapshot`);
}

/** Ids of the packs that lie there, some at a time. */
export async function* packsOfPlace(place: CopyPlace): AsyncGenerator<string[], void, undefined> {
  const folders = (await place.list('packs')).filter((name) => /^[0-9a-f]{2}$/.test(name));
  for (const folder of folders) {
    const names = await place.list(`packs/${folder}`);
    yield names.flatMap((name) => /^([0-9a-f]{64})\.pack$/.exec(name)?.[1] ?? []);
  }
}

/** Hashes of the blocks in a pack there, by its index. Throws LightdeckError `invalid`. */
export async function blocksOfPack(place: CopyPlace, pack: string, signal: AbortSignal): Promise<string[]> {
  const part = async (from: number, length: number): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of place.get(packName(pack), signal, { from, length })) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const size = (await place.size(packName(pack))) ?? 0;
  const end = packEndOf(size);
  if (!end) throw damagedCopy('a pack of it is cut');
  const index = packIndexOf(await part(end.at, end.length), size);
  if (!index) throw damagedCopy('the end of a pack of it is missing');
  const bytes = await part(index.at, index.length);
  if (createHash('sha256').update(bytes).digest('hex') !== pack)
    throw damagedCopy('an index of it is damaged');
  return index.hashes(bytes);
}

/** One of its files into a file of ours, flushed; its bytes. Throws where it is longer than it may be. */
export async function downloadCopy(
  place: CopyPlace,
  { name, path, most }: { name: string; path: string; most: number },
  pace: Pace,
): Promise<number> {
  const file = await open(path, 'w', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of place.get(name, pace.signal)) {
      await pace.take(chunk.length);
      bytes += chunk.length;
      if (bytes > most) throw damagedCopy(`${name} is too long`);
      await file.writeFile(chunk);
      pace.count(0, chunk.length);
    }
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

export const packName = (pack: string): string => `packs/${pack.slice(0, 2)}/${pack}.pack`;

export function damagedCopy(why: string, cause?: unknown): LightdeckError {
  return new LightdeckError('invalid', `The copy is damaged: ${why}`, { cause });
}
