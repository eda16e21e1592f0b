import { LightdeckError } from '../../shared/errors.ts';
import { isResting, type ServerDefinition } from '../../shared/model/server.ts';
import type { OperationRun } from '../operations/operations.ts';
import type { ServerView } from '../servers/contract.ts';
import type { SnapshotInfo, SnapshotKind, SnapshotSource, SnapshotStore } from '../snapshots/contract.ts';
import type { Volumes } from '../volumes/contract.ts';
import type { Freezer } from './freeze.ts';
import type { BackupMeta } from './meta.ts';
import { asSnapshotRun } from './progress.ts';

export interface TakeOptions {
  store: SnapshotStore;
  volumes: Pick<Volumes, 'get'>;
  source: (volumeId: string) => SnapshotSource;
  freezer: Pick<Freezer, 'whileHeld'>;
  run: OperationRun;
  /** Bytes a second that are read at most; undefined: as the disk can. */
  rate: number | undefined;
}

/**
 * Reads a server's files into a new snapshot, as the server is: at rest, running with its files held still where it knows how, or running as it
 * is. It goes on as soon as the files were read, while what was written is still being read back. Its volume is mounted. Throws LightdeckError.
 */
export async function takeSnapshot(
  { definition, state }: Pick<ServerView, 'definition' | 'state'>,
  { kind, note }: { kind: SnapshotKind; note: string },
  options: TakeOptions,
): Promise<SnapshotInfo> {
  const { store, volumes, source, freezer, run, rate } = options;
  const volume = volumes.get(definition.volume_id);
  if (!volume)
    throw new LightdeckError('not_found', `The volume of the server ${definition.internal_id} is gone`);
  const create = (how: BackupMeta['how'], onRead: () => void = () => {}): Promise<SnapshotInfo> => {
    const meta: BackupMeta = { format: 1, definition, quota_mb: volume.quota_mb, note, how };
    const told = asSnapshotRun(
      run,
      ({ phase }) => {
        if (phase === 'verifying') onRead();
      },
      rate,
    );
    return store.create(source(volume.id), { source: definition.internal_id, kind, meta }, told);
  };
  if (isResting(state)) return create('stopped');
  const { freeze } = definition;
  if (freeze === null || state !== 'running') return create('running');
  run.progress({ phase: 'saving', current: 0, total: null, text: 'The game saves its world' });
  return whileReading(definition, run.signal, freezer, create);
}

/** Two ends: that of the reading, at which the game goes on, and that of the snapshot. */
async function whileReading(
  { internal_id, freeze }: ServerDefinition,
  signal: AbortSignal,
  freezer: Pick<Freezer, 'whileHeld'>,
  create: (how: BackupMeta['how'], onRead: () => void) => Promise<SnapshotInfo>,
): Promise<SnapshotInfo> {
  if (freeze === null) return create('running', () => {});
  const { creation } = await freezer.whileHeld(internal_id, freeze, signal, async () => {
    let onRead = (): void => {};
    const read = new Promise<void>((resolve) => {
      onRead = resolve;
    });
    const creation = create('frozen', onRead);
    // Its failure is told below.
    await Promise.race([read, creation.catch(() => {})]);
    return { creation };
  });
  return creation;
}
