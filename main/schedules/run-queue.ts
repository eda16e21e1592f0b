import { toLightdeckError } from '../../shared/errors.ts';
import type { Progress } from '../../shared/model/progress.ts';
import type { ScheduleDefinition, ScheduleRun, ScheduleStep } from '../../shared/model/schedule.ts';
import type { ServerView } from '../servers/contract.ts';
import type { PlayersSource, RunClock, ScheduleAction } from './contract.ts';

/** A run that is on record as waiting. */
export interface RunOrder {
  run: ScheduleRun;
  schedule: string;
  server: string;
  /** As the schedule was then: later changes are for later runs. */
  definition: ScheduleDefinition;
}

export interface RunQueueOptions {
  actions: ReadonlyMap<string, ScheduleAction>;
  view: (server: string) => ServerView | null;
  /** Null: this host can't tell. */
  players: PlayersSource | null;
  clock: RunClock;
  /** Told of each change of a run, with a copy of its own. Must not throw. */
  onChange: (order: RunOrder, run: ScheduleRun) => void;
}

/** How a run ends. */
type RunEnd = Pick<ScheduleRun, 'state' | 'result'>;

/** What a step came to; `isUnneeded`: it had nothing to do. */
interface StepOutcome extends RunEnd {
  isUnneeded?: boolean;
}

interface Active extends RunOrder {
  abort: AbortController;
  /** Who wants to know how far it is. */
  tell: (progress: Progress) => void;
}

const secondMs = 1000;

/**
 * Does what schedules are to do: one run at a time on a server, in the order in which they came due. Bounded by its caller: of each schedule one
 * run waits or runs. After `close` nothing more is told: what was under way stays on record as it was.
 */
export class RunQueue {
  private readonly options: RunQueueOptions;
  private readonly active = new Map<number, Active>();
  /** Of each server the end of its last run in line. */
  private readonly lines = new Map<string, Promise<void>>();
  private isClosed = false;

  constructor(options: RunQueueOptions) {
    this.options = options;
  }

  /** The run of that schedule that waits or runs. */
  activeOf(schedule: string): ScheduleRun | null {
    return [...this.active.values()].find((active) => active.schedule === schedule)?.run ?? null;
  }

  isActive(run: number): boolean {
    return this.active.has(run);
  }

  /** Resolves with the run as it ended, or as it was when the queue was closed. Never rejects. */
  async add(order: RunOrder): Promise<ScheduleRun> {
    const { server, run } = order;
    const active: Active = { ...order, run: { ...run }, abort: new AbortController(), tell: () => {} };
    this.active.set(run.id, active);
    const before = this.lines.get(server) ?? Promise.resolve();
    const line = before.then(() => this.perform(active));
    this.lines.set(server, line);
    await line;
    if (this.lines.get(server) === line) this.lines.delete(server);
    return active.run;
  }

  /** `tell` hears from now on how far that run is. */
  follow(run: number, tell: (progress: Progress) => void): void {
    const active = this.active.get(run);
    if (active) active.tell = tell;
  }

  /** Ends what waits or runs of them, soon; their runs end as `cancelled`. */
  cancel(which: (order: RunOrder) => boolean): void {
    for (const active of this.active.values()) if (which(active)) active.abort.abort();
  }

  close(): void {
    this.isClosed = true;
    this.cancel(() => true);
  }

  private async perform(active: Active): Promise<void> {
    const end = await this.end(active).catch(
      (error: unknown): RunEnd => ({ state: 'failed', result: toLightdeckError(error).message }),
    );
    this.change(active, { ...end, ended_at: this.options.clock.now() });
    this.active.delete(active.run.id);
  }

  private async end(active: Active): Promise<RunEnd> {
    if (active.abort.signal.aborted) return this.cancelled(active);
    const hindrance = await this.hindrance(active);
    if (hindrance !== null) return { state: 'skipped', result: hindrance };
    this.change(active, { state: 'running', began_at: this.options.clock.now() });
    const failures: string[] = [];
    const told: string[] = [];
    let done = 0;
    for (const step of active.definition.steps) {
      this.change(active, { step: active.run.step + 1 });
      const end = await this.step(active, step);
      if (active.abort.signal.aborted) return this.cancelled(active);
      if (end.state === 'failed') failures.push(`${this.place(active)} failed: ${end.result}`);
      if (end.state === 'skipped')
        return { state: 'skipped', result: `${this.place(active)}: ${end.result}` };
      if (end.state === 'failed' && !step.continue_on_failure) break;
      if (end.state === 'done' && end.result !== '') told.push(`${this.place(active)}: ${end.result}`);
      if (end.state === 'done' && !end.isUnneeded) done += 1;
    }
    if (failures.length > 0) return { state: 'failed', result: failures.join('; ') };
    // A run none of whose steps had anything to do has done nothing.
    return { state: done > 0 ? 'done' : 'skipped', result: told.join('; ') || 'done' };
  }

  private async step(active: Active, step: ScheduleStep): Promise<StepOutcome> {
    const { actions, clock } = this.options;
    const { server, definition } = active;
    const { signal } = active.abort;
    const progress = (text: string): void => this.progress(active, step, text);
    try {
      if (step.delay > 0) progress(`waits for ${step.delay} s`);
      await clock.pause(step.delay * secondMs, signal);
      signal.throwIfAborted();
      progress('');
      const action = actions.get(step.action);
      if (!action) return { state: 'failed', result: 'this host has no such action' };
      const by = `schedule ${definition.name}`;
      const ended = await action.run(step, { server, by, signal, progress });
      switch (ended.end) {
        case 'done':
          return { state: 'done', result: ended.what ?? '' };
        case 'unneeded':
          return { state: 'done', result: ended.why, isUnneeded: true };
        case 'left':
          return { state: 'skipped', result: ended.why };
      }
    } catch (error) {
      return { state: 'failed', result: toLightdeckError(error).message };
    }
  }

  /** Why it is not to run now; null: nothing is in its way. */
  private async hindrance({ definition, server }: Active): Promise<string | null> {
    const { conditions } = definition;
    const view = this.options.view(server);
    if (view === null) return 'the server is not there any more';
    if (conditions.running && view.state !== 'running') return "the server didn't run";
    if (!conditions.empty) return null;
    const count = await this.options.players?.count(server).catch(() => null);
    if (count === undefined || count === null) return 'nobody could tell whether somebody plays';
    if (count === 0) return null;
    return count === 1 ? 'one player was there' : `${count} players were there`;
  }

  private progress({ run, tell }: Active, { action }: ScheduleStep, text: string): void {
    const words = `Step ${run.step} of ${run.steps}, ${action}${text === '' ? '' : `: ${text}`}`;
    tell({ phase: action, current: run.step, total: run.steps, text: words });
  }

  private cancelled(active: Active): RunEnd {
    const { run } = active;
    return {
      state: 'cancelled',
      result: run.step === 0 ? 'before it began' : `at ${this.place(active)}`,
    };
  }

  private place({ run, definition }: Active): string {
    const step = definition.steps[run.step - 1];
    return `step ${run.step} of ${run.steps} (${step?.action ?? '?'})`;
  }

  private change(active: Active, changes: Partial<ScheduleRun>): void {
    if (this.isClosed) return;
    Object.assign(active.run, changes);
    this.options.onChange(active, { ...active.run });
  }
}
