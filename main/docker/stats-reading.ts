import { z } from 'zod';
import type { StatsReading } from './contract.ts';

const timedSchema = z.object({ read: z.string().optional() });
const statsSchema = z.object({
  read: z.string(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({
    usage: z.number().optional(),
    limit: z.number().optional(),
    stats: z.record(z.string(), z.number()).nullish(),
  }),
  blkio_stats: z
    .object({
      io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: z.number() })).nullish(),
    })
    .nullish(),
  networks: z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() })).nullish(),
});

/**
 * One answer of `GET /containers/ID/stats?one-shot=1` as a reading (S7): memory without the inactive file cache, the
 * network summed over interfaces, blocks over devices. Null for a container that doesn't run (the engine then
 * answers with a zero time, with none, or without a memory figure). Throws a ZodError on an answer of another shape.
 */
export function statsReading(answer: unknown): StatsReading | null {
  if (timedSchema.parse(answer).read === undefined) return null;
  const stats = statsSchema.parse(answer);
  const at = Date.parse(stats.read);
  const usage = stats.memory_stats.usage;
  if (Number.isNaN(at) || at <= 0 || usage === undefined) return null;
  // cgroup v1 has both names, and `inactive_file` there leaves the children out, so its total goes first.
  const detail = stats.memory_stats.stats ?? {};
  const cache = detail.total_inactive_file ?? detail.inactive_file ?? 0;
  const interfaces = Object.values(stats.networks ?? {});
  const blocks = stats.blkio_stats?.io_service_bytes_recursive ?? [];
  const blockSum = (op: string) =>
    blocks.filter((entry) => entry.op.toLowerCase() === op).reduce((sum, entry) => sum + entry.value, 0);
  return {
    at,
    cpuNanos: stats.cpu_stats.cpu_usage.total_usage,
    memoryUsage: cache < usage ? usage - cache : usage,
    memoryLimit: stats.memory_stats.limit ?? 0,
    networkRx: interfaces.reduce((sum, one) => sum + one.rx_bytes, 0),
    networkTx: interfaces.reduce((sum, one) => sum + one.tx_bytes, 0),
    blockRead: blockSum('read'),
    blockWrite: blockSum('write'),
  };
}
