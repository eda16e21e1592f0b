import { LightdeckError } from '../../shared/errors.ts';
import type { Jail, UserPath } from '../files/contract.ts';
import type { OperationRun } from '../operations/operations.ts';
import type { SnapshotInfo, SnapshotStore, SnapshotTarget } from '../snapshots/contract.ts';
import type { VolumeUsage } from '../volumes/contract.ts';
import { asSnapshotRun } from './progress.ts';

export interface RestoreFilesOptions {
  store: SnapshotStore;
  /** Of the volume. */
  jail: Pick<Jail, 'walk' | 'remove'>;
  target: () => SnapshotTarget;
  run: OperationRun;
  /** What nobody has touched since the snapshot was made stays: it is undone what was done after it. */
  isUndo?: boolean;
}

/** Puts a snapshot (null), or what is at and below these paths, into a volume. Of the whole, what the snapshot hasn't goes first. */
export async function restoreFiles(
  id: string,
  paths: UserPath[] | null,
  { store, jail, target, run, isUndo = false }: RestoreFilesOptions,
): Promise<{ files: number; bytes: number }> {
  if (paths === null) {
    run.progress({
      phase: 'restoring',
      current: 0,
      total: null,
      text: 'Clearing away what the backup has not',
    });
    await removeOthers(id, { store, jail, signal: run.signal });
  }
  const options = { isUndo, ...(paths !== null && { paths }) };
  return store.restore(id, target(), options, asSnapshotRun(run));
}

/**
 * Before, not after: where names that differ in case alone are one, what was just put back could go. Pipes and sockets stay: a snapshot
 * has none.
 */
async function removeOthers(
  id: string,
  { store, jail, signal }: Pick<RestoreFilesOptions, 'store' | 'jail'> & { signal: AbortSignal },
): Promise<void> {
  const kept = new Set<UserPath>();
  for await (const { path } of store.walk(id)) kept.add(path);
  await clearAway(jail, kept, signal);
}

/** Removes what is not in the set, but pipes and sockets. */
export async function clearAway(
  jail: Pick<Jail, 'walk' | 'remove'>,
  kept: ReadonlySet<UserPath>,
  signal: AbortSignal,
): Promise<void> {
  const others: UserPath[] = [];
  /** Folders that go, with all that is in them. */
  const going = new Set<UserPath>();
  for await (const { path, kind } of jail.walk('', { signal })) {
    const isInside = going.has(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    if (!isInside && (kept.has(path) || kind === 'other')) continue;
    if (kind === 'directory') going.add(path);
    if (!isInside) others.push(path);
  }
  for (const path of others) {
    signal.throwIfAborted();
    await jail.remove(path, { recursive: true });
  }
}

/** Throws LightdeckError `out_of_space` where all of the snapshot can't fit into the volume. What the volume takes is freed by it. */
export function checkRoom({ bytes }: Pick<SnapshotInfo, 'bytes'>, usage: VolumeUsage | null): void {
  if (usage === null || bytes <= usage.used + usage.available) return;
  throw new LightdeckError(
    'out_of_space',
    `The backup holds ${bytes} bytes, and the volume has room for ${usage.used + usage.available}: make the volume larger first`,
  );
}
