import { LightdeckError } from '../../shared/errors.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { isOver, type ScheduleRun } from '../../shared/model/schedule.ts';
import type { Audit } from '../audit/contract.ts';
import type { Operations } from '../operations/operations.ts';
import type { RetriedWrites } from '../store/retried-writes.ts';
import { type RunOrder, RunQueue, type RunQueueOptions } from './run-queue.ts';
import type { ScheduleTable, StoredSchedule } from './schedule-table.ts';

export interface RunBookOptions extends Omit<RunQueueOptions, 'onChange'> {
  table: Pick<ScheduleTable, 'note'>;
  /** What has happened is written when it can be. */
  writes: RetriedWrites;
  operations: Pick<Operations, 'start'>;
  audit: Audit;
  onChange: (server: string) => void;
  /** A run has ended, or never began. */
  onEnd: (run: { server: string; name: string; run: ScheduleRun }) => void;
}

/** Begins runs that were written down, and keeps what becomes of them: in the table, as operations (A20), in the record of changes. */
export class RunBook {
  private readonly options: RunBookOptions;
  private readonly queue: RunQueue;
  /** Of each schedule that runs. */
  private readonly operations = new Map<string, string>();

  constructor(options: RunBookOptions) {
    this.options = options;
    this.queue = new RunQueue({ ...options, onChange: (order, run) => this.note(order.server, run) });
  }

  activeOf(schedule: string): ScheduleRun | null {
    return this.queue.activeOf(schedule);
  }

  operationOf(schedule: string): string | null {
    return this.operations.get(schedule) ?? null;
  }

  /** Its operation; null where the host has too many of them already: then it runs without one. */
  begin({ id, server, definition }: StoredSchedule, run: ScheduleRun): Operation | null {
    const ended = this.queue.add({ run, schedule: id, server, definition });
    this.options.onChange(server);
    const { name } = definition;
    try {
      const started = this.options.operations.start({
        kind: 'schedule_run',
        container: server,
        title: `Schedule ${name}`,
        scope: 'schedules',
        by: actorOf(name),
        run: async ({ signal, progress }) => {
          this.queue.follow(run.id, progress);
          signal.addEventListener('abort', () => this.queue.cancel((order) => order.run.id === run.id));
          return resultOf(await ended);
        },
      });
      this.operations.set(id, started.operation.id);
      void ended.then((last) => {
        this.operations.delete(id);
        if (isOver(last.state)) this.options.onEnd({ server, name, run: last });
      });
      return started.operation;
    } catch (error) {
      if (!(error instanceof LightdeckError)) throw error;
      void ended.then((last) => {
        if (!isOver(last.state)) return;
        this.record({ server, name }, last);
        this.options.onEnd({ server, name, run: last });
      });
      return null;
    }
  }

  cancel(which: (order: RunOrder) => boolean): void {
    this.queue.cancel(which);
  }

  /** Puts down one that never began, or that the host before has left. */
  tell({ server, definition }: StoredSchedule, run: ScheduleRun): void {
    this.note(server, run);
    this.record({ server, name: definition.name }, run);
    this.options.onEnd({ server, name: definition.name, run });
  }

  /** As it is: one that ended with the host before can still be on record as under way, while the store can't be written. */
  shown(run: ScheduleRun): ScheduleRun {
    const { id, planned_at, trigger, state, began_at, ended_at, step, steps, result } = run;
    const shown = { id, planned_at, trigger, state, began_at, ended_at, step, steps, result };
    return isOver(state) || this.queue.isActive(id) ? shown : interrupted(shown);
  }

  close(): void {
    this.queue.close();
  }

  private note(server: string, run: ScheduleRun): void {
    const { writes, table, onChange } = this.options;
    writes.write(`run ${run.id}`, {
      work: () => table.note(run),
      onFailed: () => {},
      onDone: () => onChange(server),
    });
    onChange(server);
  }

  private record({ server, name }: { server: string; name: string }, run: ScheduleRun): void {
    this.options.audit.record({
      actor: actorOf(name),
      address: '',
      via: 'host',
      action: 'schedule_run',
      container: server,
      volume: null,
      detail: `${run.trigger === 'hand' ? 'asked for' : 'due'} at ${new Date(run.planned_at).toISOString()}`,
      result: run.state === 'done' ? 'ok' : wordsOf(run),
    });
  }
}

/** What a run has become that was under way when the host before ended. */
export function interrupted<R extends ScheduleRun>(run: R): R {
  const { step, steps } = run;
  const result =
    step === 0
      ? 'the host ended before it had begun'
      : `the host ended while it was at step ${step} of ${steps}`;
  return { ...run, state: 'interrupted', result };
}

export const actorOf = (name: string): string => `schedule ${name}`;

/** What its operation gives. Throws LightdeckError for a run that did not do what it was to do. */
function resultOf(run: ScheduleRun): Record<string, unknown> {
  if (run.state === 'done') return { run: run.id };
  throw new LightdeckError('conflict', wordsOf(run));
}

const wordsOf = ({ state, result }: ScheduleRun): string =>
  state === 'failed' ? result : `${state}: ${result}`;
