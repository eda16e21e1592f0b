import { z } from 'zod';
import { leastCpuQuota, resourcesSchema } from '../model/resources.ts';
import { leastMemory, limitsSchema, mostMemory } from '../model/server.ts';
import { ifRevision } from './container-changes.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

const memory = limitsSchema.shape.memory.unwrap();
const integer = z.number().int();

/** -1, or a number from `least` on. */
const orUnlimited = (least: number) =>
  integer.refine((value) => value === -1 || value >= least, `must be -1 or at least ${least}`);

/** Processors by number: `0-3`, `0,2`, `0-1,4`. */
const cpusetSchema = z
  .string()
  .max(256)
  .regex(/^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/, 'must be like 0-3 or 0,2')
  .refine(
    (text) =>
      text.split(',').every((range) => {
        const [from, to] = range.split('-').map(Number);
        return to === undefined || (from ?? 0) <= to;
      }),
    'must have ranges that go upwards',
  );

/**
 * A11, each field by itself; null is like leaving it out. How they stand to each other (swap to memory) is checked against what the
 * server has, by whoever applies them.
 */
export const resourceChangesSchema = z
  .strictObject({
    /** Bytes, as are the next two. */
    memory: memory.nullish(),
    memory_swap: orUnlimited(leastMemory).nullish(),
    memory_reservation: integer.min(leastMemory).max(mostMemory).nullish(),
    cpu_shares: integer.min(2).max(262_144).nullish(),
    /** Microseconds, as is the quota. */
    cpu_period: integer.min(1000).max(1_000_000).nullish(),
    cpu_quota: orUnlimited(leastCpuQuota).nullish(),
    cpuset_cpus: cpusetSchema.nullish(),
    blkio_weight: integer.min(10).max(1000).nullish(),
  })
  .refine(
    (changes) => Object.values(changes).some((value) => value !== null && value !== undefined),
    'send at least one of memory, memory_swap, memory_reservation, cpu_shares, cpu_period, cpu_quota, cpuset_cpus, blkio_weight',
  );
export type ResourceChanges = z.output<typeof resourceChangesSchema>;

export const getResources = defineRoute({
  method: 'GET',
  path: '/containers/:id/resources',
  access: 'containers.read',
  server: 'id',
  summary: 'What a server may use',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: resourcesSchema,
});

export const updateResources = defineRoute({
  method: 'POST',
  path: '/containers/:id/resources',
  access: 'containers.write',
  server: 'id',
  summary: 'Change what a server may use, without a restart',
  params: idParams,
  /** `wait`: the answer comes when the update is over, and says how it ended. */
  query: ifRevision.extend({ wait: z.literal('true').optional() }),
  body: resourceChangesSchema,
  status: 202,
  errors: ['not_found', 'busy', 'conflict', 'engine_unreachable', 'engine_refused', 'timeout', 'disk_full'],
  reply: z.object({
    message: z.enum(['Resource update started', 'Resources updated', 'Resources updated for the next start']),
  }),
});
