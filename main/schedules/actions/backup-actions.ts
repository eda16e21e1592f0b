import { LightdeckError } from '../../../shared/errors.ts';
import { backupStepSchema, rehearsalStepSchema } from '../../../shared/model/schedule.ts';
import type { Backups } from '../../backups/contract.ts';
import type { Operations, StartedOperation } from '../../operations/operations.ts';
import { defineAction, type ScheduleAction, type StepEnd } from '../contract.ts';

export interface BackupActionsOptions {
  backups: Pick<Backups, 'list' | 'make' | 'rehearse'>;
  operations: Pick<Operations, 'cancel'>;
}

/** Backing up, and rehearsing the newest backup: a step is done when that operation is, and ends it when the run is cancelled. */
export function backupScheduleActions({ backups, operations }: BackupActionsOptions): ScheduleAction[] {
  const follow = async (started: StartedOperation, signal: AbortSignal): Promise<StepEnd> => {
    const { id } = started.operation;
    const cancel = (): void => cancelIfRunning(operations, id);
    signal.addEventListener('abort', cancel, { once: true });
    const { state, error } = await started.ended;
    signal.removeEventListener('abort', cancel);
    if (state === 'done') return { end: 'done' };
    throw new LightdeckError('conflict', error ?? 'it was cancelled');
  };
  return [
    defineAction('backup', backupStepSchema, ({ stop }, { server, by, signal, progress }) => {
      const started = backups.make(server, { note: by, stop, by });
      progress('the backup is under way');
      return follow(started, signal);
    }),
    defineAction('rehearsal', rehearsalStepSchema, async (_step, { server, by, signal, progress }) => {
      const newest = (await backups.list(server)).find(({ kind }) => kind === 'backup');
      if (!newest) throw new LightdeckError('not_found', 'there is no backup that could be rehearsed');
      signal.throwIfAborted();
      const started = backups.rehearse(server, newest.id, by);
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
