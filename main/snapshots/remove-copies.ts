import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { Limiter } from '../lib/limiter.ts';
import type { CopyPlace } from './contract.ts';
import {
  blocksOfPack,
  downloadCopy,
  looksAtOnce,
  packName,
  packsOfPlace,
  readRecord,
} from './copy-reader.ts';
import { isOwnPlace } from './copy-snapshot.ts';
import type { StorePaths } from './format.ts';
import { manifestHash, readManifest } from './manifest.ts';
import type { Pace } from './pace.ts';
import { listRecordNames } from './records.ts';

export interface RemoveCopiesParts {
  paths: StorePaths;
  /** Whatever uses the store here. */
  inside: <T>(work: () => Promise<T>) => Promise<T>;
}

interface Pack {
  id: string;
  size: number;
  /** Hashes of its blocks that are needed. */
  needed: string[];
  /** How many it has in all. */
  blocks: number;
}

/**
 * Removes copies from a place, and the packs that no other copy there needs; bytes. Also what copies that were cut short have left. The records go
 * first: whatever moment it is cut off at, no copy that is still listed lacks anything, and what is left over is found by the next one. A pack stays
 * as long as anything in it is needed that no other one there has. Throws LightdeckError `conflict` where the place has copies of another store, `invalid`, with nothing removed, where what any
 * other copy needs can't be read. Memory: some 200 bytes for each block there.
 */
export async function removeCopies(
  parts: RemoveCopiesParts,
  { ids, place, pace }: { ids: readonly string[]; place: CopyPlace; pace: Pace },
): Promise<{ freed: number }> {
  pace.phase('removing');
  if ((await isOwnPlace(place, parts.paths, pace.signal)) === null) return { freed: 0 };
  const staying = listRecordNames(await place.list('snapshots')).filter((id) => !ids.includes(id));
  const needed = new Set<string>();
  for (const id of staying) await parts.inside(() => addNeeded(parts, { id, place, pace, needed }));
  const packs = await packsWith(place, needed, pace);
  pace.signal.throwIfAborted();
  await removeFiles(place, staying);
  await removeUnfinished(place);
  const unneeded = unneededOf(packs);
  let freed = 0;
  for (const { id, size } of unneeded) {
    pace.signal.throwIfAborted();
    await place.remove(packName(id));
    freed += size;
    pace.count(1, size);
  }
  return { freed };
}

class Damaged extends Error {}

async function addNeeded(
  { paths }: RemoveCopiesParts,
  { id, place, pace, needed }: { id: string; place: CopyPlace; pace: Pace; needed: Set<string> },
): Promise<void> {
  const path = join(paths.unfinished, `${randomBytes(4).toString('hex')}.there.gz`);
  try {
    const { manifest } = await readRecord(place, id, pace.signal);
    await downloadCopy(place, { name: `snapshots/${id}.manifest.gz`, path, most: manifest.bytes }, pace);
    if ((await manifestHash(path)) !== manifest.sha256) throw new Damaged('it is another one than was sent');
    for await (const { blocks = [] } of readManifest(path)) {
      for (const hash of blocks) if (hash !== null) needed.add(hash);
    }
  } catch (error) {
    pace.signal.throwIfAborted();
    // A full disk here, or a place that went away, says nothing of the copy.
    const isBad = error instanceof Damaged || (error instanceof LightdeckError && error.code !== 'timeout');
    if (!isBad) throw error;
    throw new LightdeckError(
      'invalid',
      `The list of files of the copy ${id} there can't be read, so nobody can tell what it needs, and nothing is removed (${errorText(error)}): copy that backup again, or delete that copy`,
      { cause: error },
    );
  } finally {
    await rm(path, { force: true });
  }
}

async function packsWith(place: CopyPlace, needed: ReadonlySet<string>, pace: Pace): Promise<Pack[]> {
  const packs: Pack[] = [];
  const limiter = new Limiter(looksAtOnce);
  const look = async (id: string): Promise<void> => {
    pace.signal.throwIfAborted();
    const size = (await place.size(packName(id))) ?? 0;
    try {
      const hashes = await blocksOfPack(place, id, pace.signal);
      packs.push({ id, size, needed: hashes.filter((hash) => needed.has(hash)), blocks: hashes.length });
    } catch (error) {
      // One that makes no sense stays: whoever checks the copies is told.
      if (!(error instanceof LightdeckError)) throw error;
    }
  };
  for await (const ids of packsOfPlace(place))
    await Promise.all(ids.map((id) => limiter.run(() => look(id))));
  return packs;
}

/** Of a block that several have (the store here writes packs anew), the one with least waste keeps it. */
function unneededOf(packs: Pack[]): Pack[] {
  const holders = new Map<string, number>();
  for (const { needed } of packs) for (const hash of needed) holders.set(hash, (holders.get(hash) ?? 0) + 1);
  const wasteful = packs.toSorted((a, b) => a.needed.length / a.blocks - b.needed.length / b.blocks);
  return wasteful.filter(({ needed }) => {
    if (needed.some((hash) => holders.get(hash) === 1)) return false;
    for (const hash of needed) holders.set(hash, (holders.get(hash) ?? 0) - 1);
    return true;
  });
}

/** Records of those that don't stay, then whatever else belongs to none that stays. */
async function removeFiles(place: CopyPlace, staying: readonly string[]): Promise<void> {
  const kept = new Set(staying.flatMap((id) => [`${id}.json`, `${id}.manifest.gz`]));
  const going = (await place.list('snapshots')).filter(
    (name) => /^[0-9]{8}t[0-9]{6}-[0-9a-f]{8}\./.test(name) && !kept.has(name),
  );
  const isRecord = (name: string): boolean => listRecordNames([name]).length > 0;
  for (const name of going.toSorted((a, b) => Number(isRecord(b)) - Number(isRecord(a))))
    await place.remove(`snapshots/${name}`);
}

/** What a copy or a test that was cut off was about to write: copies to a place come one after the other, so none is under way. */
async function removeUnfinished(place: CopyPlace): Promise<void> {
  const folders = (await place.list('packs')).filter((name) => /^[0-9a-f]{2}$/.test(name));
  for (const folder of ['', ...folders.map((name) => `packs/${name}`)]) {
    for (const name of await place.list(folder === '' ? '.' : folder))
      if (/\.part$|^lightdeck-test-[0-9a-f]{12}$/.test(name))
        await place.remove(folder === '' ? name : `${folder}/${name}`);
  }
}
