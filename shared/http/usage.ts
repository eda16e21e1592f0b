import { z } from 'zod';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

export const usagePeriods = ['hourly', 'daily', 'monthly'] as const;
export type UsagePeriod = (typeof usagePeriods)[number];

/** Averages over the time that is known of in the window (`measured_seconds`), egress in all of it. `timestamp` in Unix seconds. */
export const usageReply = z.object({
  container_id: z.string(),
  period: z.enum(usagePeriods),
  memory_usage_gb: z.number(),
  cpu_usage_vcpu: z.number(),
  storage_usage_gb: z.number(),
  network_egress_gb: z.number(),
  memory_cost: z.number(),
  cpu_cost: z.number(),
  storage_cost: z.number(),
  egress_cost: z.number(),
  total_cost: z.number(),
  measured_seconds: z.number(),
  timestamp: z.number().int(),
});

const usage = (period: UsagePeriod, words: string) =>
  defineRoute({
    method: 'GET',
    path: `/billing/usage/:id/${period}`,
    access: 'containers.read',
    server: 'id',
    summary: `What a server used in the last ${words}, and what that costs`,
    params: idParams,
    query: nothing,
    body: noBody,
    status: 200,
    errors: ['not_found'],
    reply: usageReply,
  });

export const hourlyUsage = usage('hourly', 'hour');
export const dailyUsage = usage('daily', '24 hours');
export const monthlyUsage = usage('monthly', '30 days');

/** Beyond that a figure is a slip, and the sums would lose their digits. */
const amount = z.number().min(0).max(1e9);

export const estimateContainerCost = defineRoute({
  method: 'POST',
  path: '/billing/estimate/container',
  access: 'containers.read',
  summary: 'What a server would cost that uses that much all the time',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    memory_gb: amount,
    cpu_vcpu: amount,
    storage_gb: amount,
    egress_gb_per_month: amount,
  }),
  status: 200,
  errors: [],
  reply: z.object({
    hourly_cost: z.number(),
    daily_cost: z.number(),
    monthly_cost: z.number(),
    breakdown: z.object({
      memory_cost_per_hour: z.number(),
      cpu_cost_per_hour: z.number(),
      storage_cost_per_hour: z.number(),
      egress_cost_per_month: z.number(),
    }),
  }),
});

export const estimateVolumeCost = defineRoute({
  method: 'POST',
  path: '/billing/estimate/volume',
  access: 'containers.read',
  summary: 'What a volume would cost that takes that much all the time',
  params: nothing,
  query: nothing,
  body: z.strictObject({ storage_gb: amount }),
  status: 200,
  errors: [],
  reply: z.object({
    hourly_cost: z.number(),
    daily_cost: z.number(),
    monthly_cost: z.number(),
    storage_gb: z.number(),
  }),
});

/**
 * One step of a graph, named as on the sockets: `at` its beginning in Unix seconds, CPU in percent of one core, sizes in
 * bytes, traffic and block IO the bytes of this step. A maximum is that of single samples.
 */
export const statsPointSchema = z.object({
  at: z.number(),
  measured_seconds: z.number(),
  running_seconds: z.number(),
  cpu_usage: z.number(),
  cpu_usage_max: z.number(),
  memory_usage: z.number(),
  memory_usage_max: z.number(),
  storage_usage: z.number().nullable(),
  storage_usage_max: z.number().nullable(),
  network_rx: z.number(),
  network_tx: z.number(),
  block_read: z.number(),
  block_write: z.number(),
});
export type StatsPoint = z.infer<typeof statsPointSchema>;

const wholeNumber = (words: string, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, words)
    .transform(Number)
    .refine((value) => value <= max, `${words}, at most ${max}`);
/** The year 2242; a time in ms is beyond it. */
const unixSeconds = wholeNumber('must be Unix seconds, a whole number', 2 ** 33);
/** 31 days. */
const stepSeconds = wholeNumber('must be a whole number of seconds from 1', 2_678_400).refine(
  (value) => value >= 1,
  'must be a whole number of seconds from 1',
);

export const containerStats = defineRoute({
  method: 'GET',
  path: '/containers/:id/stats',
  access: 'containers.read',
  server: 'id',
  summary: 'What a server used over time, for graphs',
  params: idParams,
  query: z.strictObject({
    from: unixSeconds.optional(),
    to: unixSeconds.optional(),
    step: stepSeconds.optional(),
  }),
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({
    container_id: z.string(),
    from: z.number(),
    to: z.number(),
    /** As it is in force, in seconds. */
    step: z.number(),
    points: z.array(statsPointSchema),
  }),
});
