import { LightdeckError } from '../../../shared/errors.ts';
import type { Jail, UserPath } from '../contract.ts';
import { type DecodeOptions, decode } from './codec.ts';
import { tellingReadingErrors } from './entry.ts';
import type { ExtractOptions } from './extract.ts';
import { ExtractionGuard } from './extraction-guard.ts';
import { insideOf, joinPath } from './paths.ts';

/** Checks the whole list of a zip, and whether what it promises fits; the bytes of that. Throws LightdeckError. */
export async function surveyZip(
  source: Pick<DecodeOptions, 'file' | 'size' | 'signal' | 'loneName'>,
  { jail, destination, from, foldsNames, roomLeft, makeRoom }: ExtractOptions,
): Promise<number> {
  let room = roomLeft();
  const hasBound = Number.isFinite(room);
  const guard = new ExtractionGuard({ archiveSize: source.size, foldsNames, hasBound });
  const unread = { onRead: () => {}, onExpanded: () => {} };
  const sizes = new Map<UserPath, number>();
  let total = 0;
  for await (const entry of tellingReadingErrors(decode('zip', { ...source, ...unread }))) {
    const path = guard.admit(entry);
    const inside = insideOf(path, from);
    if (entry.kind !== 'file' || inside === null) continue;
    guard.wrote(entry.size);
    guard.count(entry.size);
    total += entry.size;
    sizes.set(joinPath(destination, inside), entry.size);
  }
  // Of a name that comes twice one file stays.
  let needed = 0;
  for (const size of sizes.values()) needed += size;
  if (needed > room) needed -= await replaced(jail, sizes.keys());
  if (needed > room) room = (await makeRoom?.(needed)) ?? room;
  if (needed > room)
    throw new LightdeckError(
      'out_of_space',
      `System out of storage: the archive needs ${needed} bytes more, and the volume has ${room} left. Nothing was unpacked`,
    );
  return total;
}

/** Bytes of the files that would go. */
async function replaced(jail: Jail, paths: Iterable<UserPath>): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    const old = await jail.lstat(path).catch(() => null);
    if (old?.kind === 'file') bytes += old.size;
  }
  return bytes;
}
