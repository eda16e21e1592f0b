import { randomUUID } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { Operation } from '../../shared/model/operation.ts';
import {
  isOver,
  leadMinutes,
  maxSchedules,
  type Schedule,
  type ScheduleActionName,
  type ScheduleDefinition,
  type ScheduleRun,
} from '../../shared/model/schedule.ts';
import { whenWords } from '../../shared/model/usual-times.ts';
import type { Audit } from '../audit/contract.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Operations } from '../operations/operations.ts';
import type { Servers } from '../servers/contract.ts';
import type { RoomTables } from '../store/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import { RetriedWrites } from '../store/retried-writes.ts';
import type { PlayersSource, RunClock, ScheduleAction } from './contract.ts';
import { CronTimes } from './cron.ts';
import { type DueAnswer, maxCounted } from './due.ts';
import { interrupted, RunBook, type RunBookOptions } from './run-book.ts';
import { type NewRun, ScheduleTable, type StoredRun, type StoredSchedule } from './schedule-table.ts';
import { type Timed, Timekeeper } from './timekeeper.ts';

export interface SchedulesOptions {
  tables: RoomTables;
  servers: Pick<Servers, 'get' | 'onEvent' | 'whenReconciled'>;
  /** Whether a server of that id is on record, whatever became of it since the start. */
  isKnown: (server: string) => boolean;
  actions: readonly ScheduleAction[];
  /** Null: this host counts nobody. */
  players: PlayersSource | null;
  clock: RunClock;
  operations: Pick<Operations, 'start'>;
  audit: Audit;
  health?: Pick<StoreHealth, 'reportFailure' | 'reportSuccess' | 'onChange'> | undefined;
  /** Something of a server's schedules has changed. */
  onChange: (server: string) => void;
  onEnd: RunBookOptions['onEnd'];
  log: Log;
}

const minuteMs = 60_000;

/** The schedules of all servers: what is to be done when, and what came of it. */
export class Schedules {
  private readonly options: SchedulesOptions;
  private readonly table: ScheduleTable;
  private readonly all = new Map<string, Timed>();
  private readonly runs: RunBook;
  /** Servers whose schedules were looked for. */
  private readonly met = new Set<string>();
  private readonly timekeeper: Timekeeper;
  private readonly writes: RetriedWrites;
  private readonly scope = new Scope();

  constructor(options: SchedulesOptions) {
    const { clock, servers, health } = options;
    this.options = options;
    this.table = new ScheduleTable(options.tables);
    this.writes = new RetriedWrites({ what: 'schedules', health });
    this.scope.add(() => this.writes.close());
    this.runs = new RunBook({
      ...options,
      table: this.table,
      writes: this.writes,
      actions: new Map(options.actions.map((action) => [action.name, action])),
      view: (server) => servers.get(server),
    });
    this.scope.add(() => this.runs.close());
    this.timekeeper = new Timekeeper({
      now: clock.now,
      timed: () => [...this.all.values()].filter(({ stored }) => stored.definition.enabled),
      handle: (timed, answer) => this.handle(timed, answer),
      onError: (error) => options.log.error({ err: error }, 'a schedule could not be looked at'),
    });
    this.scope.add(() => this.timekeeper.close());
    this.load();
    this.scope.add(
      servers.onEvent((event) => {
        if (event.type === 'removed') this.forget(event.id);
        else if (event.type === 'changed') this.meet(event.summary.internal_id);
      }),
    );
    // What servers do must be known before anything is done to them.
    void servers.whenReconciled().then(() => {
      if (!this.scope.isClosed) this.timekeeper.start();
    });
  }

  get actions(): ScheduleActionName[] {
    return this.options.actions.map(({ name }) => name);
  }

  /** Whether `conditions.empty` can be used for that server. */
  knowsPlayers(server: string): boolean {
    return this.options.players?.tells(server) ?? false;
  }

  list(server: string): Schedule[] {
    return [...this.all.values()]
      .filter(({ stored }) => stored.server === server)
      .map((one) => this.show(one));
  }

  /** Throws LightdeckError `not_found`; also for a schedule of another server. */
  get(server: string, id: string): Schedule {
    return this.show(this.find(server, id));
  }

  /** Throws LightdeckError `invalid`, `conflict` where the server has its most, or what the store throws; then nothing was kept. */
  create(server: string, definition: ScheduleDefinition): Schedule {
    if (this.list(server).length >= maxSchedules) {
      throw new LightdeckError(
        'conflict',
        `A server can have ${maxSchedules} schedules, and this one has them. Delete one first.`,
      );
    }
    const at = this.options.clock.now();
    const stored = { id: randomUUID(), server, definition, handled_to: at, created_at: at, updated_at: at };
    return this.keep(stored);
  }

  /** As `create`. What it did up to now isn't done again. */
  change(server: string, id: string, changes: Partial<ScheduleDefinition>): Schedule {
    // What is due by its old times comes first.
    this.timekeeper.reconsider();
    const { stored } = this.find(server, id);
    const definition = { ...stored.definition, ...changes };
    return this.keep({ ...stored, definition, updated_at: this.options.clock.now() });
  }

  /** A run under way is cancelled. Throws LightdeckError `not_found`, or what the store throws; then it is still there. */
  remove(server: string, id: string): void {
    this.find(server, id);
    this.table.remove(id);
    this.all.delete(id);
    this.runs.cancel(({ schedule }) => schedule === id);
    this.options.onChange(server);
  }

  /** Begins a run by hand. Its operation is null where the host has too many. Throws LightdeckError `not_found`, `busy` while one is under way, or what the store throws. */
  runNow(server: string, id: string): { run: ScheduleRun; operation: Operation | null } {
    const { stored } = this.find(server, id);
    if (this.runs.activeOf(id)) {
      throw new LightdeckError('busy', `The schedule ${stored.definition.name} is running already`);
    }
    const planned_at = this.options.clock.now();
    const [run] = this.table.begin(id, [newRun(stored, { planned_at, trigger: 'hand' })], null);
    if (!run) throw new Error('a run that was written is not there');
    const operation = this.runs.begin(stored, run);
    return { run: this.runs.shown(run), operation };
  }

  /** Newest first. Throws LightdeckError `not_found`. */
  history(server: string, id: string): ScheduleRun[] {
    this.find(server, id);
    return this.table.runs(id).map((run) => this.runs.shown(run));
  }

  /** Nothing is begun any more; what is under way is left where it is, and told as interrupted at the next start. */
  close(): void {
    this.scope.close();
  }

  private find(server: string, id: string): Timed {
    const found = this.all.get(id);
    if (found?.stored.server !== server)
      throw new LightdeckError('not_found', 'There is no such schedule of this server');
    return found;
  }

  private keep(stored: StoredSchedule): Schedule {
    const { definition } = stored;
    if (definition.conditions.empty && !this.knowsPlayers(stored.server))
      throw new LightdeckError(
        'invalid',
        'conditions.empty: nobody can tell whether somebody plays on this server: its settings (players) have neither a query nor lines of the console',
      );
    for (const [index, { action }] of definition.steps.entries()) {
      if (!this.actions.includes(action))
        throw new LightdeckError('invalid', `steps.${index}.action: this host has no action ${action}`);
    }
    const timed = timedOf(stored);
    const now = this.options.clock.now();
    // Its first run is one that can be warned of in time.
    timed.stored.handled_to = now + timed.leadMs;
    timed.next = timed.times.next(timed.stored.handled_to);
    if (timed.next === null)
      throw new LightdeckError('invalid', 'cron: there is no such day, so it is never due');
    this.table.put(timed.stored);
    this.all.set(stored.id, timed);
    this.timekeeper.reconsider();
    this.options.onChange(stored.server);
    return this.show(timed);
  }

  private show(timed: Timed): Schedule {
    const { id, definition, handled_to, created_at, updated_at } = timed.stored;
    if (timed.next === undefined) timed.next = timed.times.next(handled_to);
    const last = this.runs.activeOf(id) ?? this.table.lastRun(id);
    return {
      ...definition,
      id,
      when: whenWords(definition.cron),
      next_run: definition.enabled ? timed.next : null,
      last_run: last && this.runs.shown(last),
      operation: this.runs.operationOf(id),
      created_at,
      updated_at,
    };
  }

  private load(): void {
    const { log, isKnown } = this.options;
    for (const stored of this.table.all(log)) {
      // Of a deleted server, which can be had back.
      if (isSetAside(stored.server)) continue;
      if (isKnown(stored.server)) this.enter(stored);
      else this.forget(stored.server);
    }
    for (const run of this.table.unfinished()) {
      const timed = this.all.get(run.schedule);
      if (timed) this.runs.tell(timed.stored, interrupted(run));
    }
  }

  private enter(stored: StoredSchedule): void {
    this.met.add(stored.server);
    try {
      this.all.set(stored.id, timedOf(stored));
    } catch (error) {
      // A zone that this machine doesn't know any more.
      this.options.log.warn(
        { err: error, schedule: stored.id },
        "a schedule can't be understood; it doesn't run",
      );
    }
  }

  /** A server that was not there before: one that was had back brings its schedules. */
  private meet(server: string): void {
    if (this.met.has(server)) return;
    this.met.add(server);
    try {
      const own = this.table.all(this.options.log, server);
      for (const stored of own) if (!this.all.has(stored.id)) this.enter(stored);
      if (own.length === 0) return;
      this.timekeeper.reconsider();
      this.options.onChange(server);
    } catch (error) {
      this.options.log.warn({ err: error, server }, "a server's schedules could not be read");
    }
  }

  /** A time has come. See `TimekeeperOptions.handle`. */
  private handle(timed: Timed, answer: DueAnswer): boolean {
    const { stored } = timed;
    let begun: StoredRun[];
    try {
      begun = this.table.begin(stored.id, this.runsOf(stored, answer), answer.handledTo);
    } catch (error) {
      this.options.health?.reportFailure(error, 'schedules');
      return false;
    }
    stored.handled_to = answer.handledTo;
    for (const run of begun) {
      if (isOver(run.state)) this.runs.tell(stored, run);
      else this.runs.begin(stored, run);
    }
    this.options.onChange(stored.server);
    return true;
  }

  private runsOf(stored: StoredSchedule, { run, missed }: DueAnswer): NewRun[] {
    const runs: NewRun[] = [];
    const ended_at = this.options.clock.now();
    if (missed) {
      const result = missedWords(missed);
      runs.push({
        ...newRun(stored, { planned_at: missed.last, trigger: 'time' }),
        state: 'missed',
        ended_at,
        result,
      });
    }
    // A clock that was set back by hours comes to it again.
    if (run !== null && !this.table.hasRunOf(stored.id, run)) {
      const due = newRun(stored, { planned_at: run, trigger: 'time' });
      const result = 'the run before was still under way';
      runs.push(this.runs.activeOf(stored.id) ? { ...due, state: 'skipped', ended_at, result } : due);
    }
    return runs;
  }

  private forget(server: string): void {
    this.met.delete(server);
    for (const [id, { stored }] of this.all) if (stored.server === server) this.all.delete(id);
    this.runs.cancel((order) => order.server === server);
    this.writes.write(`server ${server}`, {
      work: () => this.table.removeOf(server),
      onFailed: (error) => this.options.log.warn({ server, err: error }, 'its schedules are removed later'),
      onDone: () => {},
    });
  }
}

/** No server's id has a colon: what belongs to a deletion does. */
const isSetAside = (server: string): boolean => server.includes(':');

function timedOf(stored: StoredSchedule): Timed {
  const { cron, time_zone: timeZone, steps } = stored.definition;
  const leadMs = leadMinutes(steps[0]) * minuteMs;
  return { stored, times: new CronTimes({ cron, timeZone }), leadMs, next: undefined };
}

function newRun({ definition }: StoredSchedule, why: Pick<NewRun, 'planned_at' | 'trigger'>): NewRun {
  const { length: steps } = definition.steps;
  return { ...why, state: 'waiting', began_at: null, ended_at: null, step: 0, steps, result: '' };
}

function missedWords({ first, last, count }: NonNullable<DueAnswer['missed']>): string {
  const why = 'the host was off, the machine slept, or nothing could be written down';
  if (count === 1) return `its time passed while ${why}`;
  const many = count >= maxCounted ? `${maxCounted} or more` : String(count);
  return `${many} times passed while ${why}: from ${new Date(first).toISOString()} to ${new Date(last).toISOString()}`;
}
