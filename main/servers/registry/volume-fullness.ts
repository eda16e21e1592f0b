import type { Volumes } from '../../volumes/contract.ts';
import { isOutOfSpace, leastRoom } from '../../volumes/volume-usage.ts';

/** S11: whether a running server's volume is full, after its trash was emptied as far as that helps; null if that can't be known now. */
export async function isVolumeFull(
  id: string,
  volumes: Pick<Volumes, 'usage'>,
  makeRoom: ((volumeId: string, bytes: number) => Promise<boolean>) | undefined,
): Promise<boolean | null> {
  const usage = await volumes.usage(id);
  if (!usage) return null;
  if (!isOutOfSpace(usage)) return false;
  // What was deleted goes before a game runs into the wall.
  return !(await makeRoom?.(id, leastRoom(usage)));
}
