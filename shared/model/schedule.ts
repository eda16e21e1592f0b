import { z } from 'zod';
import type { Scope } from '../scopes.ts';
import { timeZoneSchema } from './time-zone.ts';

/** Bounds: schedules of a server, steps of a schedule, runs that are kept of each schedule. */
export const maxSchedules = 50;
export const maxSteps = 20;
export const keptRuns = 50;
/** Longest pause before a step, in seconds: a day. */
export const maxDelay = 86_400;
/** Earliest warning before a stop or restart, in minutes, and how many there can be. */
export const maxWarningMinutes = 120;
export const maxWarnings = 10;
/** Latest that a missed run is made up for, in minutes: a week. */
export const maxLateMinutes = 10_080;

const line = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have ${max} characters or fewer`)
    .regex(/^[^\x00-\x1f\x7f]*$/, 'must be one line without control characters')
    .refine((text) => text.trim() !== '', 'must not be empty');

/** Stands in the text of a warning for `10 minutes`, `1 minute`. */
export const timePlaceholder = '{time}';
/** Stands there for the number alone, for texts in other languages. */
export const minutesPlaceholder = '{minutes}';

/** What players are told before a stop or restart: a line for the console, at so many minutes before. */
export const warningsSchema = z.strictObject({
  minutes: z
    .array(z.number().int().min(1).max(maxWarningMinutes))
    .min(1, 'must have at least one')
    .max(maxWarnings, `must have ${maxWarnings} or fewer`)
    .refine((minutes) => new Set(minutes).size === minutes.length, 'must not name the same minute twice'),
  command: line(512),
});
export type Warnings = z.infer<typeof warningsSchema>;

/** What all steps have: a pause before it in seconds, and whether the run goes on when it fails. */
const common = {
  delay: z.number().int().min(0).max(maxDelay).default(0),
  continue_on_failure: z.boolean().default(false),
};

export const commandStepSchema = z.strictObject({
  action: z.literal('command'),
  ...common,
  /** One line for the server's console. */
  command: line(1024),
});
export const startStepSchema = z.strictObject({ action: z.literal('start'), ...common });
export const stopStepSchema = z.strictObject({
  action: z.literal('stop'),
  ...common,
  warnings: warningsSchema.nullable().default(null),
});
export const restartStepSchema = z.strictObject({
  action: z.literal('restart'),
  ...common,
  warnings: warningsSchema.nullable().default(null),
});
export const killStepSchema = z.strictObject({ action: z.literal('kill'), ...common });
/** `stop`: the server is stopped before, and started again after. */
export const backupStepSchema = z.strictObject({
  action: z.literal('backup'),
  ...common,
  stop: z.boolean().default(false),
});
/** The newest backup is read and compared. */
export const checkStepSchema = z.strictObject({ action: z.literal('check'), ...common });
/** The newest backup is tried. */
export const rehearsalStepSchema = z.strictObject({ action: z.literal('rehearsal'), ...common });
/** A newer image of the server's is looked for, and tried if there is one. */
export const updateStepSchema = z.strictObject({ action: z.literal('update'), ...common });

/** One thing that a schedule does. A new action is a schema here, and what it does in `main/schedules/actions/`. */
export const scheduleStepSchema = z.discriminatedUnion('action', [
  commandStepSchema,
  startStepSchema,
  stopStepSchema,
  restartStepSchema,
  killStepSchema,
  backupStepSchema,
  checkStepSchema,
  rehearsalStepSchema,
  updateStepSchema,
]);
export type ScheduleStep = z.infer<typeof scheduleStepSchema>;
export type ScheduleActionName = ScheduleStep['action'];
export const scheduleActionNames = [
  'command',
  'start',
  'stop',
  'restart',
  'kill',
  'backup',
  'check',
  'rehearsal',
  'update',
] as const satisfies readonly ScheduleActionName[];

/** What a token must have to save a step, or to have it run by hand: the right to do it itself. */
export function scopesOfStep(step: ScheduleStep): Scope[] {
  switch (step.action) {
    case 'command':
      return ['console.send'];
    case 'start':
    case 'kill':
      return ['power'];
    case 'backup':
      return step.stop ? ['backups', 'power'] : ['backups'];
    case 'check':
    case 'rehearsal':
      return ['backups'];
    case 'update':
      return ['containers.write', 'power', 'backups'];
    case 'stop':
    case 'restart':
      return step.warnings === null ? ['power'] : ['power', 'console.send'];
  }
}

/** How long before its action a step begins to warn, in minutes; 0 without warnings. */
export function leadMinutes(step: ScheduleStep | undefined): number {
  const warnings = step !== undefined && 'warnings' in step ? step.warnings : null;
  return warnings === null ? 0 : Math.max(...warnings.minutes);
}

/** When it runs at all, beside the time: only while the server runs; only while nobody plays. */
export const conditionsSchema = z.strictObject({
  running: z.boolean().default(false),
  empty: z.boolean().default(false),
});
export type ScheduleConditions = z.infer<typeof conditionsSchema>;

/** What becomes of a time that passed while the host was off or the machine slept. */
export const missedSchema = z.enum(['skip', 'run_once']);

/** Everything that is decided about a schedule. */
export const scheduleFields = {
  name: line(64),
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  cron: z.string().max(100, 'must have 100 characters or fewer'),
  time_zone: timeZoneSchema,
  enabled: z.boolean(),
  steps: z
    .array(scheduleStepSchema)
    .min(1, 'must have at least one')
    .max(maxSteps, `must have ${maxSteps} or fewer`),
  conditions: conditionsSchema,
  missed: missedSchema,
  /** With `run_once`: a run that is later than this many minutes is not made up for. */
  missed_limit: z.number().int().min(1).max(maxLateMinutes),
};
export const scheduleDefinitionSchema = z.object(scheduleFields);
export type ScheduleDefinition = z.infer<typeof scheduleDefinitionSchema>;

/**
 * `waiting` for another schedule of the server, `running`; then `done`, `failed`, `skipped` (a condition, or somebody stopped the server
 * meanwhile), `missed` (its time passed while nothing could run), `interrupted` (the host ended), `cancelled` (by hand).
 */
export const runStateSchema = z.enum([
  'waiting',
  'running',
  'done',
  'failed',
  'skipped',
  'missed',
  'interrupted',
  'cancelled',
]);
export type RunState = z.infer<typeof runStateSchema>;

/** One run. Times in Unix ms. */
export const scheduleRunSchema = z.object({
  id: z.number().int(),
  /** The time that it was due, or at which somebody asked for it. */
  planned_at: z.number(),
  trigger: z.enum(['time', 'hand']),
  state: runStateSchema,
  /** Null as long as it has not begun, or if it never did. */
  began_at: z.number().nullable(),
  ended_at: z.number().nullable(),
  /** The step that it is at, or ended at, from 1; 0 before the first. */
  step: z.number().int(),
  steps: z.number().int(),
  /** What came of it, in words; '' while it is under way. */
  result: z.string(),
});
export type ScheduleRun = z.infer<typeof scheduleRunSchema>;

export const isOver = (state: RunState): boolean => state !== 'waiting' && state !== 'running';

/** A schedule as the routes show it. Times in Unix ms. */
export const scheduleSchema = scheduleDefinitionSchema.extend({
  id: z.string(),
  /** In words, as `every day at 04:00`. */
  when: z.string(),
  /** The next time that it is due; null while it is switched off. */
  next_run: z.number().nullable(),
  /** The newest run, under way or not. */
  last_run: scheduleRunSchema.nullable(),
  /** The operation of the run under way (A20). */
  operation: z.string().nullable(),
  created_at: z.number(),
  updated_at: z.number(),
});
export type Schedule = z.infer<typeof scheduleSchema>;
