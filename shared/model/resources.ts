import { z } from 'zod';

/**
 * A11, what a server's resources have beside `limits`: sizes in bytes, `cpu_period` in microseconds; null where nobody set it.
 * `memory_swap` is memory and swap together, -1 for any amount, null for as much as the memory (no swap). There is no quota
 * here: `limits.cpu` is the one record of it, in cores (see `cpuQuota`).
 */
export const resourceSettingsSchema = z.object({
  memory_swap: z.number().int().nullable(),
  memory_reservation: z.number().int().nullable(),
  cpu_shares: z.number().int().nullable(),
  cpu_period: z.number().int().nullable(),
  cpuset_cpus: z.string().nullable(),
  blkio_weight: z.number().int().nullable(),
});
export type ResourceSettings = z.infer<typeof resourceSettingsSchema>;

export const noResourceSettings: ResourceSettings = {
  memory_swap: null,
  memory_reservation: null,
  cpu_shares: null,
  cpu_period: null,
  cpuset_cpus: null,
  blkio_weight: null,
};

/** A11: all eight values as they are in force; null: never set. Without a limit of CPU the quota is -1. */
export const resourcesSchema = resourceSettingsSchema.extend({
  memory: z.number().int().nullable(),
  cpu_quota: z.number().int(),
  cpu_period: z.number().int(),
});
export type Resources = z.infer<typeof resourcesSchema>;

/** What a server may use: the cores and bytes of `limits`, and the rest. */
export interface ServerResources {
  limits: { memory: number | null; cpu: number | null };
  resources: ResourceSettings;
}

/** The kernel's own period, in microseconds. */
export const defaultCpuPeriod = 100_000;
/** Least quota that the kernel takes, in microseconds. */
export const leastCpuQuota = 1000;

export function cpuPeriod({ resources }: ServerResources): number {
  return resources.cpu_period ?? defaultCpuPeriod;
}

/** `limits.cpu` in microseconds of each period; -1 without a limit. */
export function cpuQuota(of: ServerResources): number {
  const { cpu } = of.limits;
  return cpu === null ? -1 : Math.max(leastCpuQuota, Math.round(cpu * cpuPeriod(of)));
}

export function resourcesInForce(of: ServerResources): Resources {
  const { limits, resources } = of;
  return {
    ...resources,
    memory: limits.memory,
    memory_swap: resources.memory_swap ?? limits.memory,
    cpu_quota: cpuQuota(of),
    cpu_period: cpuPeriod(of),
  };
}
