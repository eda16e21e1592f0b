import type { Stats } from '../../shared/protocol/server-events.ts';
import type { StatsReading } from '../docker/contract.ts';

const NANOS_PER_MS = 1e6;

/**
 * S7: two readings of one run, in the order they were taken, become a sample. CPU is percent of one core over the time
 * between them, by the readings' own `at` (both must come from the same clock), 2 decimals; the rest is `current`'s,
 * in whole bytes. Never negative, never NaN: a counter or a clock that went back counts as no CPU.
 */
export function computeStats(previous: StatsReading, current: StatsReading): Stats {
  const wallNanos = (current.at - previous.at) * NANOS_PER_MS;
  const percent = wallNanos > 0 ? ((current.cpuNanos - previous.cpuNanos) / wallNanos) * 100 : 0;
  return {
    cpu_usage: notNegative(Math.round(percent * 100) / 100),
    memory_usage: bytes(current.memoryUsage),
    memory_limit: bytes(current.memoryLimit),
    network_rx: bytes(current.networkRx),
    network_tx: bytes(current.networkTx),
    block_read: bytes(current.blockRead),
    block_write: bytes(current.blockWrite),
  };
}

/** S7: the frame of an exit: totals and limit as they were, CPU and memory 0. */
export function stoppedStats(last: Stats): Stats {
  return { ...last, cpu_usage: 0, memory_usage: 0 };
}

/** What is shown of a server of which nothing is known yet. */
export function emptyStats(): Stats {
  return {
    cpu_usage: 0,
    memory_usage: 0,
    memory_limit: 0,
    network_rx: 0,
    network_tx: 0,
    block_read: 0,
    block_write: 0,
  };
}

/** S7: whether a client that got `a` can be spared `b`. Null is "nothing yet" and equals only itself. */
export function statsEqual(a: Stats | null, b: Stats | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.cpu_usage === b.cpu_usage &&
    a.memory_usage === b.memory_usage &&
    a.memory_limit === b.memory_limit &&
    a.network_rx === b.network_rx &&
    a.network_tx === b.network_tx &&
    a.block_read === b.block_read &&
    a.block_write === b.block_write
  );
}

function bytes(value: number): number {
  return Math.round(notNegative(value));
}

function notNegative(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0;
}
