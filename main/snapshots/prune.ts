import { rm } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import type { Blocks } from './blocks.ts';
import { flushFolder } from './durable.ts';
import type { StorePaths } from './format.ts';
import type { SealedIndex } from './lane-core.ts';
import { manifestHash, readManifest } from './manifest.ts';
import type { Pace } from './pace.ts';
import { DamagedPack, emptyPackBytes, encodeEntry, entryBytes } from './pack-format.ts';
import type { Records } from './records.ts';

export interface PruneParts {
  paths: StorePaths;
  blocks: Blocks;
  records: Records;
  /** Unix ms. */
  now: () => number;
}

/** A pack is written anew when so much of it is needed by nobody… */
const wastePart = 0.2;
/** … or when anything in it has been needed by nobody for so long, in ms: nothing stays for ever. */
const wasteMs = 30 * 24 * 3600_000;
/** What is written anew before the old packs go, in bytes: the room that it needs for a while. */
const groupBytes = 256 * 1024 * 1024;

/** What becomes of a pack. */
interface Survey {
  /** Nothing in them is needed. */
  free: string[];
  /** They are written anew with what is needed. */
  doomed: { id: string; number: number; liveBytes: number }[];
}

/**
 * Frees what no snapshot needs; bytes. Only for who has the store alone. Whatever moment it is killed at: what is needed lies in an old or a
 * new pack, and what is left over is found by the next one. Throws LightdeckError `invalid`, and frees nothing, as long as the list of
 * files of any snapshot can't be read: it may need anything.
 */
export async function prune(
  parts: PruneParts,
  pace: Pace,
  { thorough }: { thorough: boolean },
): Promise<number> {
  const { blocks } = parts;
  pace.phase('removing');
  const needed = await markNeeded(parts, pace);
  const { free, doomed } = survey(parts, needed.blocks, thorough);
  if (!needed.isMissing) free.push(...blocks.unreadable);
  let freed = await removePacks(parts, free);
  let group: Survey['doomed'] = [];
  let bytes = 0;
  for (const [index, pack] of doomed.entries()) {
    group.push(pack);
    bytes += pack.liveBytes;
    if (bytes < groupBytes && index < doomed.length - 1) continue;
    pace.signal.throwIfAborted();
    const renewed = await renew(parts, { group, needed: needed.blocks });
    if (renewed === null) break;
    freed += renewed;
    [group, bytes] = [[], 0];
  }
  await blocks.refresh();
  await blocks.saveHealth();
  return freed;
}

/** Which blocks are needed, by their numbers, and whether any are nowhere. */
async function markNeeded(
  { blocks, records, paths }: PruneParts,
  pace: Pace,
): Promise<{ blocks: Uint8Array; isMissing: boolean }> {
  const needed = new Uint8Array(blocks.index.count);
  let isMissing = false;
  for (const id of await records.ids()) {
    const record = await records.get(id);
    if ((await manifestHash(paths.manifest(id))) !== record.manifest.sha256)
      throw new LightdeckError(
        'invalid',
        `The list of files of snapshot ${id} is damaged, so nobody can tell what it needs: remove that snapshot to free room`,
      );
    for await (const { blocks: hashes = [] } of readManifest(paths.manifest(id))) {
      pace.signal.throwIfAborted();
      for (const hash of hashes) {
        if (hash === null) continue;
        const number = blocks.index.numberOf(Buffer.from(hash, 'hex'));
        if (number >= 0) needed[number] = 1;
        if (number < 0 || !blocks.index.has(number)) isMissing = true;
      }
    }
  }
  return { blocks: needed, isMissing };
}

function survey({ blocks, now }: PruneParts, needed: Uint8Array, thorough: boolean): Survey {
  const { index } = blocks;
  const live = new Float64Array(index.packs.length).fill(emptyPackBytes);
  /** Packs with a block that is needed and damaged: somebody may still save it. */
  const hurt = new Set<number>();
  for (let number = 0; number < index.count; number += 1) {
    if (needed[number] !== 1) continue;
    const pack = index.packAt(number);
    if (index.has(number)) live[pack] = (live[pack] ?? 0) + index.storedAt(number) + 2 * entryBytes;
    else hurt.add(pack);
  }
  const result: Survey = { free: [], doomed: [] };
  for (const [number, id] of index.packs.entries()) {
    const [size, liveBytes] = [blocks.packs.get(id) ?? 0, live[number] ?? 0];
    const waste = size - liveBytes;
    if (hurt.has(number) || blocks.awaited.has(id)) continue;
    if (liveBytes === emptyPackBytes) result.free.push(id);
    else if (waste <= 0) blocks.markWaste(id, undefined);
    else {
      const since = blocks.wasteSince(id) ?? now();
      const isDoomed = thorough || waste > size * wastePart || now() - since > wasteMs;
      if (isDoomed) result.doomed.push({ id, number, liveBytes });
      else blocks.markWaste(id, since);
    }
  }
  return result;
}

/** Writes what is needed of these packs into new ones, and removes them. Bytes that became free; null: there is no room to do it in. */
async function renew(
  parts: PruneParts,
  { group, needed }: { group: Survey['doomed']; needed: Uint8Array },
): Promise<number | null> {
  const { blocks, now } = parts;
  const lane = blocks.laneFor(0);
  const entries = new Map<number, Buffer[]>(group.map(({ number }) => [number, []]));
  for (let number = 0; number < needed.length; number += 1) {
    if (needed[number] !== 1 || !blocks.index.has(number)) continue;
    const own = entries.get(blocks.index.packAt(number));
    own?.push(encodeEntry(blocks.index.at(number)));
  }
  const made: SealedIndex[] = [];
  const done: string[] = [];
  try {
    for (const { id, number } of group) {
      try {
        made.push(...(await lane.take(id, Buffer.concat(entries.get(number) ?? []))));
        done.push(id);
      } catch (error) {
        // A damaged pack stays as it is: the next check names what is in it.
        if (!(error instanceof DamagedPack)) throw error;
      }
    }
    const last = await lane.seal();
    if (last) made.push(last);
  } catch (error) {
    await lane.discard();
    if (hasCode(error, 'ENOSPC', 'EDQUOT')) return null;
    throw error;
  }
  for (const { id } of made) {
    const { problem, damaged } = await lane.verify(id);
    if (problem !== null || damaged.length > 0)
      throw new LightdeckError(
        'invalid',
        `The disk gives back something else than was written to it (${problem ?? damaged[0]?.why}): don't trust it with snapshots`,
      );
    blocks.markChecked(id, now());
  }
  const written = made.reduce((sum, { size }) => sum + size, 0);
  return (
    (await removePacks(
      parts,
      done.filter((id) => made.every((pack) => pack.id !== id)),
    )) - written
  );
}

async function removePacks({ blocks, paths }: PruneParts, ids: string[]): Promise<number> {
  let freed = 0;
  for (const id of ids) {
    await rm(paths.pack(id), { force: true });
    freed += blocks.packs.get(id) ?? 0;
  }
  for (const folder of new Set(ids.map((id) => paths.packFolder(id)))) await flushFolder(folder);
  return freed;
}
