import { LightdeckError } from '../../../shared/errors.ts';
import { backupStepSchema, checkStepSchema, rehearsalStepSchema } from '../../../shared/model/schedule.ts';
import type { Backups } from '../../backups/contract.ts';
import type { Operations, StartedOperation } from '../../operations/operations.ts';
import { defineAction, type ScheduleAction, type StepContext, type StepEnd } from '../contract.ts';
import { begunInTurn, operationDone } from './operation-step.ts';

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
    await operationDone(started, { operations, signal });
    return { end: 'done' };
  };
  const inTurn = (begin: () => StartedOperation, context: StepContext): Promise<StartedOperation> =>
    begunInTurn(begin, context, {
      ...{ againMs, longestMs: longestWaitMs },
      waits: 'it waits until what is under way with the backups has ended',
    });
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
