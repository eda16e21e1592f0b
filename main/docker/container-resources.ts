import type { HostConfig } from 'dockerode';
import { cpuPeriod, cpuQuota, type ServerResources } from '../../shared/model/resources.ts';

type EngineResources = Pick<
  HostConfig,
  | 'Memory'
  | 'MemorySwap'
  | 'MemoryReservation'
  | 'CpuShares'
  | 'CpuPeriod'
  | 'CpuQuota'
  | 'CpusetCpus'
  | 'BlkioWeight'
>;

/**
 * A server's resources in the engine's own words; what nobody set is left out. CPU goes by quota and period, never by
 * NanoCpus: the engine refuses to change one kind into the other while the container runs.
 */
export function resourceOptions(of: ServerResources): EngineResources {
  const { limits, resources } = of;
  const { memory_swap, memory_reservation, cpu_shares, cpuset_cpus, blkio_weight } = resources;
  return {
    ...memoryOptions(limits.memory, memory_swap),
    ...(memory_reservation === null ? {} : { MemoryReservation: memory_reservation }),
    ...(cpu_shares === null ? {} : { CpuShares: cpu_shares }),
    ...(limits.cpu === null ? {} : { CpuPeriod: cpuPeriod(of), CpuQuota: cpuQuota(of) }),
    ...(cpuset_cpus === null ? {} : { CpusetCpus: cpuset_cpus }),
    ...(blkio_weight === null ? {} : { BlkioWeight: blkio_weight }),
  };
}

/** Swap equal to memory means none besides: a server over its limit is killed, not slowed down with its host. */
function memoryOptions(memory: number | null, swap: number | null): EngineResources {
  if (memory === null) return swap === null ? {} : { MemorySwap: swap };
  return { Memory: memory, MemorySwap: swap ?? memory };
}

/**
 * The body of an update that leads from `before` to `after`: what differs, and what the engine wants to hear of together (memory
 * with swap, quota with period). To the engine 0 means "as it is", so only a quota and swap can be lifted (-1).
 */
export function resourceUpdate(before: ServerResources, after: ServerResources): EngineResources {
  const [from, to] = [resourceOptions(before), resourceOptions(after)];
  const memoryDiffers = from.Memory !== to.Memory || from.MemorySwap !== to.MemorySwap;
  const cpuDiffers = cpuQuota(before) !== cpuQuota(after) || cpuPeriod(before) !== cpuPeriod(after);
  return {
    ...(memoryDiffers ? memoryOptions(after.limits.memory, after.resources.memory_swap) : {}),
    ...(cpuDiffers ? { CpuPeriod: cpuPeriod(after), CpuQuota: cpuQuota(after) } : {}),
    ...pick(from.MemoryReservation, to.MemoryReservation, (MemoryReservation) => ({ MemoryReservation })),
    ...pick(from.CpuShares, to.CpuShares, (CpuShares) => ({ CpuShares })),
    ...pick(from.CpusetCpus, to.CpusetCpus, (CpusetCpus) => ({ CpusetCpus })),
    ...pick(from.BlkioWeight, to.BlkioWeight, (BlkioWeight) => ({ BlkioWeight })),
  };
}

function pick<T>(from: T, to: T, make: (value: NonNullable<T>) => EngineResources): EngineResources {
  return to === from || to === undefined || to === null ? {} : make(to);
}
