import { z } from 'zod';
import { operationSchema } from '../model/operation.ts';
import {
  keptRuns,
  missedSchema,
  scheduleActionNames,
  scheduleFields,
  scheduleRunSchema,
  scheduleSchema,
} from '../model/schedule.ts';
import { timeZoneSchema } from '../model/time-zone.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

const scheduleParams = z.strictObject({ id: z.string(), schedule: z.string() });

export const listSchedules = defineRoute({
  method: 'GET',
  path: '/containers/:id/schedules',
  access: 'schedules',
  server: 'id',
  summary: 'The schedules of a server, and what this host offers for them',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({
    schedules: z.array(scheduleSchema),
    /** Actions that this host has. */
    actions: z.array(z.enum(scheduleActionNames)),
    /** Whether `conditions.empty` can be used: whether it can be known how many play there. */
    knows_players: z.boolean(),
    /** The host's own zone. */
    time_zone: z.string(),
  }),
});
export type ScheduleList = z.infer<typeof listSchedules.reply>;

/** As it is made: zone, conditions and what becomes of missed runs have defaults. */
const newSchedule = z.strictObject({
  name: scheduleFields.name,
  cron: scheduleFields.cron,
  /** Left out: the host's. */
  time_zone: timeZoneSchema.optional(),
  enabled: scheduleFields.enabled.default(true),
  steps: scheduleFields.steps,
  conditions: scheduleFields.conditions.prefault({}),
  missed: missedSchema.default('skip'),
  missed_limit: scheduleFields.missed_limit.default(60),
});

export const createSchedule = defineRoute({
  method: 'POST',
  path: '/containers/:id/schedules',
  access: 'schedules',
  server: 'id',
  summary: 'Make a schedule; the token needs the right to each of its steps',
  params: idParams,
  query: nothing,
  body: newSchedule,
  status: 200,
  errors: ['not_found', 'conflict'],
  reply: scheduleSchema,
});

export const changeSchedule = defineRoute({
  method: 'PATCH',
  path: '/containers/:id/schedules/:schedule',
  access: 'schedules',
  server: 'id',
  summary: 'Change a schedule; what is left out stays',
  params: scheduleParams,
  query: nothing,
  body: z.strictObject({
    name: scheduleFields.name.exactOptional(),
    cron: scheduleFields.cron.exactOptional(),
    time_zone: scheduleFields.time_zone.exactOptional(),
    enabled: scheduleFields.enabled.exactOptional(),
    steps: scheduleFields.steps.exactOptional(),
    conditions: scheduleFields.conditions.exactOptional(),
    missed: scheduleFields.missed.exactOptional(),
    missed_limit: scheduleFields.missed_limit.exactOptional(),
  }),
  status: 200,
  errors: ['not_found', 'conflict'],
  reply: scheduleSchema,
});

export const deleteSchedule = defineRoute({
  method: 'DELETE',
  path: '/containers/:id/schedules/:schedule',
  access: 'schedules',
  server: 'id',
  summary: 'Delete a schedule with its history; a run under way is cancelled',
  params: scheduleParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ message: z.literal('Schedule deleted successfully') }),
});

export const runSchedule = defineRoute({
  method: 'POST',
  path: '/containers/:id/schedules/:schedule/run',
  access: 'schedules',
  server: 'id',
  summary: 'Run a schedule now, whatever its time and whether it is switched on; its conditions hold',
  params: scheduleParams,
  query: nothing,
  body: noBody,
  status: 202,
  errors: ['not_found', 'busy'],
  reply: z.object({
    message: z.literal('Schedule run initiated'),
    run: scheduleRunSchema,
    operation: operationSchema.nullable(),
  }),
});

export const listScheduleRuns = defineRoute({
  method: 'GET',
  path: '/containers/:id/schedules/:schedule/runs',
  access: 'schedules',
  server: 'id',
  summary: `The last ${keptRuns} runs of a schedule, newest first`,
  params: scheduleParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ runs: z.array(scheduleRunSchema) }),
});

export const previewSchedule = defineRoute({
  method: 'GET',
  path: '/schedules/preview',
  access: 'schedules',
  summary: 'The next five times of a cron expression, and the expression in words',
  params: nothing,
  query: z.strictObject({
    cron: scheduleFields.cron,
    /** Left out: the host's. */
    time_zone: timeZoneSchema.optional(),
  }),
  body: noBody,
  status: 200,
  errors: [],
  /** `at` in Unix ms; `local` as it is called in the zone: `Sun 29 Mar 2026, 03:00`. */
  reply: z.object({
    when: z.string(),
    time_zone: z.string(),
    runs: z.array(z.object({ at: z.number(), local: z.string() })),
  }),
});
export type SchedulePreview = z.infer<typeof previewSchedule.reply>;
