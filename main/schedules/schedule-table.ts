import { z } from 'zod';
import {
  keptRuns,
  type ScheduleDefinition,
  type ScheduleRun,
  scheduleDefinitionSchema,
  scheduleRunSchema,
} from '../../shared/model/schedule.ts';
import type { Log } from '../lib/log.ts';
import type { RoomSchema, RoomTables } from '../store/contract.ts';

/** A schedule as it is kept. Times in Unix ms; all that was due up to `handled_to` has been begun, or told as missed. */
export interface StoredSchedule {
  id: string;
  server: string;
  definition: ScheduleDefinition;
  handled_to: number;
  created_at: number;
  updated_at: number;
}
export type NewRun = Omit<ScheduleRun, 'id'>;
export type StoredRun = ScheduleRun & { schedule: string };

export const scheduleTables: RoomSchema = {
  room: 'schedules',
  migrations: [
    `CREATE TABLE schedules_schedules (
       id TEXT PRIMARY KEY,
       server TEXT NOT NULL,
       definition TEXT NOT NULL,
       handled_to INTEGER NOT NULL,
       created_at INTEGER NOT NULL,
       updated_at INTEGER NOT NULL
     ) STRICT;
     CREATE TABLE schedules_runs (
       id INTEGER PRIMARY KEY AUTOINCREMENT,
       schedule TEXT NOT NULL,
       planned_at INTEGER NOT NULL,
       trigger TEXT NOT NULL,
       state TEXT NOT NULL,
       began_at INTEGER,
       ended_at INTEGER,
       step INTEGER NOT NULL,
       steps INTEGER NOT NULL,
       result TEXT NOT NULL
     ) STRICT;
     CREATE INDEX schedules_runs_by_schedule ON schedules_runs (schedule, id);`,
  ],
};

const rowSchema = z.object({
  id: z.string(),
  server: z.string(),
  definition: z.string().transform((text): unknown => JSON.parse(text)),
  handled_to: z.number(),
  created_at: z.number(),
  updated_at: z.number(),
});
const storedSchema = rowSchema.extend({
  definition: rowSchema.shape.definition.pipe(scheduleDefinitionSchema),
});
const runSchema = scheduleRunSchema.extend({ schedule: z.string() });

/** Longest text of a run's result, in characters. */
const maxResult = 500;

/** Schedules and their runs as they are written down. Throws what the store throws; what is all or nothing says so. */
export class ScheduleTable {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  /** One that can't be read (of a newer version, with actions that this one doesn't know) is left out, and told in the log. */
  all(log: Log, server: string | null = null): StoredSchedule[] {
    const rows = this.tables.all(
      'SELECT * FROM schedules_schedules WHERE ? IS NULL OR server = ? ORDER BY created_at, id',
      server,
      server,
    );
    return rows.flatMap((row) => {
      try {
        return [storedSchema.parse(row)];
      } catch (error) {
        log.warn({ err: error }, "a schedule can't be read; it doesn't run");
        return [];
      }
    });
  }

  put({ id, server, definition, handled_to, created_at, updated_at }: StoredSchedule): void {
    this.tables.run(
      `INSERT INTO schedules_schedules (id, server, definition, handled_to, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         definition = excluded.definition, handled_to = excluded.handled_to, updated_at = excluded.updated_at`,
      id,
      server,
      JSON.stringify(definition),
      handled_to,
      created_at,
      updated_at,
    );
  }

  setHandled(id: string, handledTo: number): void {
    this.tables.run('UPDATE schedules_schedules SET handled_to = ? WHERE id = ?', handledTo, id);
  }

  /** With its runs, all or nothing. */
  remove(id: string): void {
    this.tables.transaction(() => {
      this.tables.run('DELETE FROM schedules_runs WHERE schedule = ?', id);
      this.tables.run('DELETE FROM schedules_schedules WHERE id = ?', id);
    });
  }

  /** Sets a server's schedules aside under another name, or gives them back; what is before `handledTo` (Unix ms) counts as done. */
  rename(server: string, to: string, handledTo = 0): void {
    this.tables.run(
      'UPDATE schedules_schedules SET server = ?, handled_to = max(handled_to, ?) WHERE server = ?',
      to,
      handledTo,
      server,
    );
  }

  /** All schedules of a server with their runs, all or nothing. */
  removeOf(server: string): void {
    this.tables.transaction(() => {
      this.tables.run(
        'DELETE FROM schedules_runs WHERE schedule IN (SELECT id FROM schedules_schedules WHERE server = ?)',
        server,
      );
      this.tables.run('DELETE FROM schedules_schedules WHERE server = ?', server);
    });
  }

  /**
   * Writes runs down that are to be begun or told, and what is handled with that (null: as before), all or nothing. Of more than `keptRuns`
   * the oldest go. Gives them with their ids.
   */
  begin(schedule: string, runs: readonly NewRun[], handledTo: number | null): StoredRun[] {
    return this.tables.transaction(() => {
      const begun = runs.map((run) => this.insert(schedule, run));
      if (handledTo !== null) this.setHandled(schedule, handledTo);
      this.tables.run(
        `DELETE FROM schedules_runs WHERE schedule = ? AND state NOT IN ('waiting', 'running') AND id <= (
           SELECT id FROM schedules_runs WHERE schedule = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
        schedule,
        schedule,
        keptRuns,
      );
      return begun;
    });
  }

  /** What has become of a run. */
  note({ id, state, began_at, ended_at, step, result }: ScheduleRun): void {
    this.tables.run(
      'UPDATE schedules_runs SET state = ?, began_at = ?, ended_at = ?, step = ?, result = ? WHERE id = ?',
      state,
      began_at,
      ended_at,
      step,
      result.slice(0, maxResult),
      id,
    );
  }

  /** Newest first. */
  runs(schedule: string): StoredRun[] {
    return this.readRuns('WHERE schedule = ? ORDER BY id DESC LIMIT ?', schedule, keptRuns);
  }

  lastRun(schedule: string): StoredRun | null {
    return this.readRuns('WHERE schedule = ? ORDER BY id DESC LIMIT 1', schedule)[0] ?? null;
  }

  /** Whether a run of that planned time (Unix ms) is on record that was due by the clock. */
  hasRunOf(schedule: string, plannedAt: number): boolean {
    const where = "WHERE schedule = ? AND planned_at = ? AND trigger = 'time' AND state <> 'missed' LIMIT 1";
    return this.readRuns(where, schedule, plannedAt).length > 0;
  }

  /** Those that are on record as under way, oldest first. */
  unfinished(): StoredRun[] {
    return this.readRuns("WHERE state IN ('waiting', 'running') ORDER BY id");
  }

  private readRuns(where: string, ...values: (string | number)[]): StoredRun[] {
    return this.tables
      .all(`SELECT * FROM schedules_runs ${where}`, ...values)
      .map((row) => runSchema.parse(row));
  }

  private insert(schedule: string, run: NewRun): StoredRun {
    const { planned_at, trigger, state, began_at, ended_at, step, steps, result } = run;
    this.tables.run(
      `INSERT INTO schedules_runs (schedule, planned_at, trigger, state, began_at, ended_at, step, steps, result)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      schedule,
      planned_at,
      trigger,
      state,
      began_at,
      ended_at,
      step,
      steps,
      result.slice(0, maxResult),
    );
    const inserted = this.lastRun(schedule);
    if (!inserted) throw new Error('the run that was written is not there');
    return inserted;
  }
}
