import { LightdeckError } from '../../shared/errors.ts';
import type { StatsPoint, UsagePeriod } from '../../shared/http/usage.ts';
import type { Store, StoredMeter, UsageRow, UsageSums } from '../store/contract.ts';
import { emptySums, fold, hourMs, minuteMs, totalOf } from './fold.ts';
import { keptMs } from './meter.ts';

const periodMs: Record<UsagePeriod, number> = {
  hourly: hourMs,
  daily: 24 * hourMs,
  monthly: 30 * 24 * hourMs,
};

/** Most points of one answer. */
export const maxPoints = 2000;
/** Steps that are chosen from, in ms, and how many points they should come to at most. */
const steps = [1, 5, 15, 60, 360, 1440].map((minutes) => minutes * minuteMs);
const goodPoints = 500;

export interface SeriesQuery {
  /** Unix seconds. */
  from?: number | undefined;
  to?: number | undefined;
  step?: number | undefined;
}

export interface Series {
  from: number;
  to: number;
  step: number;
  points: StatsPoint[];
}

/** Reads what the meter has recorded. */
export interface Usage {
  /**
   * The sums of the last hour, 24 hours or 30 days up to now; it begins with the first whole minute of them. Null if there
   * was no sample of that server yet.
   */
  sums(server: string, period: UsagePeriod): UsageSums | null;
  /** Points for a graph. Throws LightdeckError `invalid` naming the field. */
  series(server: string, query: SeriesQuery): Series;
}

export function createUsage({ store, now }: { store: Store; now: () => number }): Usage {
  /** Whole rows, with what isn't rolled up yet. */
  function rows(
    meter: StoredMeter,
    query: { tier: 'minutes' | 'hours'; step: number; from: number; to: number },
  ): UsageRow[] {
    const { from, to, step } = query;
    const tail = fold(store.usage.pending(meter.no), tierMs[query.tier]);
    const recent = tail
      .filter(({ at }) => at >= from && at < to)
      .map((row) => ({ ...row, at: Math.floor(row.at / step) * step }));
    return [...store.usage.rows({ ...query, meter: meter.no }), ...recent];
  }

  return {
    sums(server, period) {
      const meter = store.usage.meter(server);
      if (meter === null || meter.first_at === null) return null;
      const to = now() + 1;
      const from = ceil(now() - periodMs[period], minuteMs);
      const whole = (tier: 'minutes' | 'hours', begin: number, end: number): UsageRow[] =>
        rows(meter, { tier, step: 24 * hourMs, from: begin, to: end });
      if (period !== 'monthly') return totalOf(whole('minutes', from, to));
      const firstHour = ceil(from, hourMs);
      return totalOf([...whole('minutes', from, firstHour), ...whole('hours', firstHour, to)]);
    },
    series(server, query) {
      const plan = planSeries(query, now());
      const { from, to, step, tier } = plan;
      const answer = { from: from / 1000, to: to / 1000, step: step / 1000 };
      const meter = store.usage.meter(server);
      if (meter === null) return { ...answer, points: [] };
      const span = { from: ceil(from, step), to: ceil(to, step) };
      const found =
        tier === 'samples'
          ? fold(store.usage.samples({ meter: meter.no, from: span.from, to: span.to + hourMs }), step)
          : rows(meter, { tier, step, ...span });
      return { ...answer, points: points(found, span) };
    },
  };
}

const tierMs = { minutes: minuteMs, hours: hourMs };

const ceil = (time: number, step: number): number => Math.ceil(time / step) * step;

type Plan = { from: number; to: number; step: number; tier: 'samples' | 'minutes' | 'hours' };

/** All in ms. A step is made as coarse as what is kept of the time that it begins with. */
function planSeries(query: SeriesQuery, now: number): Plan {
  const to = query.to === undefined ? Math.floor(now / 1000) * 1000 : query.to * 1000;
  const from = query.from === undefined ? to - defaultSpan(query.step) : query.from * 1000;
  if (from >= to) throw new LightdeckError('invalid', 'from: must be before to');
  const wanted = query.step === undefined ? defaultStep(to - from) : query.step * 1000;
  const tier = tierFor(wanted, now - from);
  const step = tier === 'samples' ? wanted : ceil(wanted, tierMs[tier]);
  if ((to - from) / step > maxPoints) {
    const least = Math.ceil((to - from) / maxPoints / 1000);
    throw new LightdeckError(
      'invalid',
      `step: too small, ${maxPoints} points are the most; use ${least} or more`,
    );
  }
  return { from, to, step, tier };
}

/** The coarsest that gives the step exactly, or else the finest that is kept. */
function tierFor(step: number, age: number): Plan['tier'] {
  if (step < minuteMs && age <= keptMs.samples) return 'samples';
  return step % hourMs === 0 || age > keptMs.minutes ? 'hours' : 'minutes';
}

/** An hour, or as much of it as a fine step has points for. */
function defaultSpan(step: number | undefined): number {
  return step === undefined ? hourMs : Math.min(hourMs, step * 1000 * maxPoints);
}

function defaultStep(span: number): number {
  const good = steps.find((step) => span / step <= goodPoints);
  return good ?? ceil(span / goodPoints, 24 * hourMs);
}

/** In order; a step of which nothing is known has no point. */
function points(rows: UsageRow[], { from, to }: { from: number; to: number }): StatsPoint[] {
  const byTime = new Map<number, UsageSums[]>();
  for (const row of rows) {
    if (row.at < from || row.at >= to || row.measured_ms <= 0) continue;
    byTime.set(row.at, [...(byTime.get(row.at) ?? []), row]);
  }
  return [...byTime.entries()].sort(([a], [b]) => a - b).map(([at, sums]) => point(at, totalOf(sums)));
}

function point(at: number, sums: UsageSums = emptySums): StatsPoint {
  const { measured_ms, storage_ms } = sums;
  return {
    at: at / 1000,
    measured_seconds: measured_ms / 1000,
    running_seconds: sums.running_ms / 1000,
    // µs per ms is a thousandth of a core.
    cpu_usage: hundredths(sums.cpu_us / measured_ms / 10),
    cpu_usage_max: hundredths(sums.cpu_max * 100),
    memory_usage: Math.round(sums.memory / measured_ms),
    memory_usage_max: sums.memory_max,
    storage_usage: storage_ms > 0 ? Math.round(sums.storage / storage_ms) : null,
    storage_usage_max: storage_ms > 0 ? sums.storage_max : null,
    network_rx: sums.network_rx,
    network_tx: sums.network_tx,
    block_read: sums.block_read,
    block_write: sums.block_write,
  };
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
