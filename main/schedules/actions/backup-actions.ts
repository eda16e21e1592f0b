import { LightdeckError } from '../../../shared/errors.ts';
import { backupStepSchema, checkStepSchema, rehearsalStepSchema } from '../../../shared/model/schedule.ts';
import type { Backups } from '../../backups/contract.ts';
import { pause } from '../../lib/pause.ts';
import type { Operations, StartedOperation } from '../../operations/operations.ts';
import { defineAction, type ScheduleAction, type StepContext, type StepEnd } from '../contract.ts';

export interface BackupActionsOptions {
  backups: Pick<Backups, 'list' | 'make' | 'check' | 'rehearse'>;
  operations: Pick<Operations, 'cancel'>;
  /** For tests. */
  againMs?: number;
}

/** While something else is done with the backups it is tried again so often, in ms, for so long. */
const usualAgainMs = 10_000;
const longestWaitMs = 12 * 3600_000;

/** Backing up, and checking and rehearsing the newest backup: a step is done when that operation is, and ends it when the run is cancelled. */
export function backupScheduleActions({
  backups,
  operations,
  againMs = usualAgainMs,
}: BackupActionsOptions): ScheduleAction[] {
  const follow = async (started: StartedOperation, signal: AbortSignal): Promise<StepEnd> => {
    const { id } = started.operation;
    const cancel = (): void => cancelIfRunning(operations, id);
    signal.addEventListener('abort', cancel, { once: true });
    const { state, error } = await started.ended;
    signal.removeEventListener('abort', cancel);
    if (state === 'done') return { end: 'done' };
    throw new LightdeckError('conflict', error ?? 'it was cancelled');
  };
  /** Begins it as soon as what is under way with these backups has ended. */
  const inTurn = async (
    begin: () => StartedOperation,
    { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
  ): Promise<StartedOperation> => {
    const until = performance.now() + longestWaitMs;
    for (let isFirst = true; ; isFirst = false) {
      signal.throwIfAborted();
      try {
        return begin();
      } catch (error) {
        const isBusy = error instanceof LightdeckError && error.code === 'busy';
        if (!isBusy || performance.now() > until) throw error;
        if (isFirst) progress('it waits until what is under way with the backups has ended');
        await pause(againMs, { signal });
      }
    }
  };
  const newest = async (server: string): Promise<string> => {
    const found = (await backups.list(server)).find(({ kind }) => kind === 'backup');
    if (!found) throw new LightdeckError('not_found', 'there is no backup yet');
    return found.id;
  };
  return [
    defineAction('backup', backupStepSchema, async ({ stop }, context) => {
      const { server, by, signal, progress } = context;
      const started = await inTurn(() => backups.make(server, { note: by, stop, by }), context);
      progress('the backup is under way');
      return follow(started, signal);
    }),
    defineAction('check', checkStepSchema, async (_step, context) => {
      const { server, by, signal, progress } = context;
      const id = await newest(server);
      const started = await inTurn(() => backups.check(server, id, by), context);
      progress('the backup is read and compared');
      return follow(started, signal);
    }),
    defineAction('rehearsal', rehearsalStepSchema, async (_step, context) => {
      const { server, by, signal, progress } = context;
      const id = await newest(server);
      const started = await inTurn(() => backups.rehearse(server, id, by), context);
      progress('the backup is started for trial');
      return follow(started, signal);
    }),
  ];
}

function cancelIfRunning(operations: Pick<Operations, 'cancel'>, id: string): void {
  try {
    operations.cancel(id);
  } catch (error) {
    // It has just ended by itself.
    if (!(error instanceof LightdeckError)) throw error;
  }
}
