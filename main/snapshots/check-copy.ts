import { LightdeckError } from '../../shared/errors.ts';
import type { CopyPlace } from './contract.ts';
import { packName } from './copy-reader.ts';
import { alwaysSent, type CopyParts, copySnapshot, isOwnPlace } from './copy-snapshot.ts';
import { type FetchParts, fetchSnapshot } from './fetch-snapshot.ts';
import type { Pace } from './pace.ts';

export interface CheckedCopy {
  /** What was read. */
  files: number;
  bytes: number;
  /** Files there that were damaged or missing, and were sent anew from here. */
  mended: number;
}

/**
 * Reads all of a copy and compares it with what it says of itself. What is damaged or missing there and whole here is sent anew, and then all of it is
 * read once more. Throws LightdeckError `invalid` where it is damaged and this store can't mend it: the snapshot isn't here, or is damaged as well, or
 * the place has the copies of another store.
 */
export async function checkCopy(
  parts: CopyParts & FetchParts,
  { id, place, pace }: { id: string; place: CopyPlace; pace: Pace },
): Promise<CheckedCopy> {
  const damaged = new Set<string>();
  const check = () => fetchSnapshot(parts, { id, place, pace, keep: false, damaged });
  try {
    return { ...(await check()), mended: 0 };
  } catch (error) {
    pace.signal.throwIfAborted();
    if (!(error instanceof LightdeckError) || error.code !== 'invalid') throw error;
    const mended = await mend(parts, { id, place, pace, damaged });
    if (mended === 0) throw error;
    return { ...(await check()), mended };
  }
}

/** How many files were sent; 0: it can't be mended from here. */
async function mend(
  parts: CopyParts & FetchParts,
  { id, place, pace, damaged }: { id: string; place: CopyPlace; pace: Pace; damaged: ReadonlySet<string> },
): Promise<number> {
  const { paths, blocks, inside } = parts;
  try {
    if ((await isOwnPlace(place, paths, pace.signal)) === null) return 0;
    for (const pack of [...blocks.packs.keys()].filter((one) => damaged.has(packName(one)))) {
      const { problem, damaged: bad } = await inside(() => blocks.laneFor(0).verify(pack));
      if (problem !== null || bad.length > 0) return 0;
    }
    const { files } = await copySnapshot(parts, { id, place, pace, anew: damaged });
    // Of these only the record can have been damaged.
    return Math.max(1, files - alwaysSent);
  } catch (error) {
    pace.signal.throwIfAborted();
    // Not here, of another store, or damaged here as well: then what was found there is what counts.
    if (error instanceof LightdeckError && ['invalid', 'not_found', 'conflict'].includes(error.code))
      return 0;
    throw error;
  }
}
