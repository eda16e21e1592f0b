import { randomBytes } from 'node:crypto';
import { errorText } from '../../shared/error-text.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import type { OperationRun } from '../operations/operations.ts';
import { type RehearsalEnd, rehearse, sweepRehearsals } from '../servers/container/rehearsal.ts';
import type { SpecContext } from '../servers/container/spec.ts';
import type { SnapshotInfo, SnapshotStore } from '../snapshots/contract.ts';
import type { MountGuard } from '../volumes/mount-guard.ts';
import type { BackupMeta } from './meta.ts';
import type { ScratchVolumes } from './scratch-volume.ts';

export interface RehearsalsOptions {
  monitor: EngineMonitor;
  scratch: ScratchVolumes;
  mounts: MountGuard;
  /** All but the volume. */
  context: Omit<SpecContext, 'volumePath'>;
  log: Log;
}

/** A ready line may take this long, in ms: a modded game takes minutes. One without a pattern must run for so long. */
const limits = { ready: 10 * 60_000, run: 20_000 };

/** Backups are started to see whether they do: a copy in a volume and a container of its own, both thrown away. */
export class Rehearsals {
  private readonly options: RehearsalsOptions;
  /** Names of the containers that are ours. */
  private readonly own = new Set<string>();
  private readonly stopWatching: () => void;

  constructor(options: RehearsalsOptions) {
    this.options = options;
    if (options.monitor.state.status === 'up') void this.sweep();
    this.stopWatching = options.monitor.onState(({ status }) => {
      if (status === 'up') void this.sweep();
    });
  }

  /** Throws LightdeckError where it could not be tried at all. */
  async run(
    info: SnapshotInfo,
    { definition, quota_mb }: BackupMeta,
    store: SnapshotStore,
    run: OperationRun,
  ): Promise<RehearsalEnd> {
    const { monitor, scratch, mounts, context } = this.options;
    // Throws the cause if none answers, before anything is copied.
    void monitor.engine;
    const volume = await scratch.fill(info, {
      store,
      quotaMb: quota_mb,
      why: `rehearsal of ${info.id}`,
      run,
    });
    const name = `lightd-rehearsal-${randomBytes(5).toString('hex')}`;
    this.own.add(name);
    try {
      return await rehearse({
        name,
        definition,
        context: { ...context, volumePath: volume.path },
        engine: () => monitor.engine,
        mounts,
        limits,
        signal: run.signal,
        progress: run.progress,
      });
    } finally {
      this.own.delete(name);
      await scratch.drop(volume.id);
    }
  }

  close(): void {
    this.stopWatching();
  }

  private async sweep(): Promise<void> {
    const { monitor, context, log, scratch } = this.options;
    try {
      await sweepRehearsals(monitor.engine, context.hostId, (name) => this.own.has(name));
      // Only now: nothing runs on them any more.
      await scratch.sweep();
    } catch (error) {
      log.warn({ error: errorText(error) }, 'what rehearsals left behind could not be cleared away yet');
    }
  }
}
