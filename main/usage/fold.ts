import type { UsageRow, UsageSample, UsageSums } from '../store/contract.ts';

/** What the tiers are made of, in ms. Counted from 1970 in UTC, so that no summer time matters. */
export const minuteMs = 60_000;
export const hourMs = 3_600_000;

export const emptySums: UsageSums = {
  measured_ms: 0,
  running_ms: 0,
  cpu_us: 0,
  cpu_max: 0,
  memory: 0,
  memory_max: 0,
  storage_ms: 0,
  storage: 0,
  storage_max: 0,
  network_rx: 0,
  network_tx: 0,
  block_read: 0,
  block_write: 0,
};

export function addSums(a: UsageSums, b: UsageSums): UsageSums {
  return {
    measured_ms: a.measured_ms + b.measured_ms,
    running_ms: a.running_ms + b.running_ms,
    cpu_us: a.cpu_us + b.cpu_us,
    cpu_max: Math.max(a.cpu_max, b.cpu_max),
    memory: a.memory + b.memory,
    memory_max: Math.max(a.memory_max, b.memory_max),
    storage_ms: a.storage_ms + b.storage_ms,
    storage: a.storage + b.storage,
    storage_max: Math.max(a.storage_max, b.storage_max),
    network_rx: a.network_rx + b.network_rx,
    network_tx: a.network_tx + b.network_tx,
    block_read: a.block_read + b.block_read,
    block_write: a.block_write + b.block_write,
  };
}

export const totalOf = (rows: readonly UsageSums[]): UsageSums => rows.reduce(addSums, emptySums);

/**
 * Samples as rows of `step` ms by server and time. A sample that reaches over several steps is shared out by time, in whole
 * units that add up to exactly what it was; its maxima hold in each.
 */
export function fold(samples: readonly UsageSample[], step: number): UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const sample of samples) {
    for (const part of split(sample, step)) {
      const key = `${part.server} ${part.at}`;
      const known = rows.get(key);
      rows.set(key, known ? { ...part, ...addSums(known, part) } : part);
    }
  }
  return [...rows.values()];
}

function split(sample: UsageSample, step: number): UsageRow[] {
  const { server, at, measured_ms: span } = sample;
  const from = at - span;
  const parts: UsageRow[] = [];
  for (let start = Math.floor(from / step) * step; start < at; start += step) {
    const before = Math.max(0, start - from) / span;
    const until = Math.min(span, start + step - from) / span;
    parts.push({ server, at: start, ...share(sample, before, until) });
  }
  return parts;
}

/** The part between two fractions of the whole. */
function share(sums: UsageSums, from: number, to: number): UsageSums {
  const whole = (value: number): number => Math.round(value * to) - Math.round(value * from);
  return {
    measured_ms: whole(sums.measured_ms),
    running_ms: whole(sums.running_ms),
    cpu_us: whole(sums.cpu_us),
    cpu_max: sums.cpu_max,
    memory: sums.memory * (to - from),
    memory_max: sums.memory_max,
    storage_ms: whole(sums.storage_ms),
    storage: sums.storage * (to - from),
    storage_max: sums.storage_max,
    network_rx: whole(sums.network_rx),
    network_tx: whole(sums.network_tx),
    block_read: whole(sums.block_read),
    block_write: whole(sums.block_write),
  };
}
