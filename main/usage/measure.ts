import type { StatsReading } from '../docker/contract.ts';
import type { MeterBase, UsageSums } from '../store/contract.ts';

/** What is known of a server at one moment. */
export interface Observation {
  /** Unix milliseconds. */
  at: number;
  /** Null when it surely doesn't run. `startedAt` in Unix ms, null if it isn't known. */
  run: { key: string; startedAt: number | null; reading: StatsReading } | null;
  /** Bytes that its volume takes; null if that isn't known (yet). */
  storage: number | null;
}

export interface Measured {
  base: MeterBase;
  /** Null when the time since the base can't be told anything about. */
  sums: UsageSums | null;
}

type Totals = Omit<MeterBase, 'at' | 'run' | 'memory'>;
const none: Totals = { cpu_us: 0, network_rx: 0, network_tx: 0, block_read: 0, block_write: 0 };

/**
 * The time from the base to the observation, which took `spanMs` by a clock that isn't set (null: a gap, in which nothing is
 * measured). Totals of the same process count by their difference, those of another one from 0, since it began after the
 * base. The base keeps the last process's totals also while nothing runs: so no byte counts twice, whatever was missed or
 * believed in between. A total that fell within one process (an interface was taken away) counts as nothing. Never negative.
 */
export function measure(base: MeterBase | null, now: Observation, spanMs: number | null): Measured {
  const totals = now.run === null ? null : totalsOf(now.run.reading);
  const next: MeterBase = {
    at: now.at,
    run: now.run?.key ?? base?.run ?? null,
    memory: now.run === null ? null : now.run.reading.memoryUsage,
    ...(totals ?? pick(base ?? none)),
  };
  if (base === null || spanMs === null) return { base: next, sums: null };
  const isSameRun = now.run !== null && now.run.key === base.run;
  const counted = totals === null ? none : isSameRun ? difference(base, totals) : totals;
  return {
    base: next,
    sums: {
      ...counted,
      measured_ms: spanMs,
      cpu_max: counted.cpu_us / 1000 / spanMs,
      ...memory(base, now, { spanMs, isSameRun }),
      ...storage(now.storage, spanMs),
    },
  };
}

/** Between two readings of one process the mean of both; of a new one, what it has now since it began. */
function memory(base: MeterBase, now: Observation, span: { spanMs: number; isSameRun: boolean }) {
  if (now.run === null) return { running_ms: 0, memory: 0, memory_max: 0 };
  const current = now.run.reading.memoryUsage;
  const { startedAt } = now.run;
  const since = span.isSameRun || startedAt === null ? span.spanMs : now.at - startedAt;
  const running = Math.round(Math.min(span.spanMs, Math.max(0, since)));
  const before = span.isSameRun ? (base.memory ?? current) : current;
  return {
    running_ms: running,
    memory: ((before + current) / 2) * running,
    memory_max: current,
  };
}

function storage(bytes: number | null, spanMs: number) {
  return bytes === null
    ? { storage_ms: 0, storage: 0, storage_max: 0 }
    : { storage_ms: spanMs, storage: bytes * spanMs, storage_max: bytes };
}

function totalsOf(reading: StatsReading): Totals {
  return {
    cpu_us: count(reading.cpuNanos / 1000),
    network_rx: count(reading.networkRx),
    network_tx: count(reading.networkTx),
    block_read: count(reading.blockRead),
    block_write: count(reading.blockWrite),
  };
}

function difference(before: Totals, now: Totals): Totals {
  return {
    cpu_us: Math.max(0, now.cpu_us - before.cpu_us),
    network_rx: Math.max(0, now.network_rx - before.network_rx),
    network_tx: Math.max(0, now.network_tx - before.network_tx),
    block_read: Math.max(0, now.block_read - before.block_read),
    block_write: Math.max(0, now.block_write - before.block_write),
  };
}

function pick({ cpu_us, network_rx, network_tx, block_read, block_write }: Totals): Totals {
  return { cpu_us, network_rx, network_tx, block_read, block_write };
}

function count(value: number): number {
  return Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}
