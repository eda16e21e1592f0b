import type { StatsPoint } from '../../../../shared/http/usage.ts';

/** What the charts can show: the live minutes of this page, or what the host has kept, by its span in seconds. */
export const ranges = ['live', '1h', '24h', '30d'] as const;
export type Range = (typeof ranges)[number];
export type KeptRange = Exclude<Range, 'live'>;
export const isKeptRange = (text: string): text is KeptRange => text !== 'live' && isRange(text);
export const isRange = (text: string): text is Range => ranges.some((range) => range === text);

export const spans: Record<KeptRange, number> = { '1h': 3600, '24h': 86_400, '30d': 2_592_000 };

/** In seconds. The host measures once a minute by default, and a whole number of these fits into a day. */
const steps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
/** Pixels for each point: fewer would not be seen. */
const pixelsPerPoint = 2;

/** The finest step (seconds) of which a chart of that width (pixels) can still show each point. */
export function stepFor(range: KeptRange, width: number): number {
  const least = (spans[range] * pixelsPerPoint) / Math.max(width, 100);
  return steps.find((step) => step >= least) ?? 86_400;
}

/** One drawn line: times in Unix milliseconds, growing; null is a gap. */
export interface Column {
  times: number[];
  values: (number | null)[];
}

interface ChartHistory {
  cpu: Column;
  cpuPeak: Column;
  memory: Column;
  memoryPeak: Column;
  networkIn: Column;
  networkOut: Column;
  diskRead: Column;
  diskWrite: Column;
}

/** Traffic and block IO of all of it, in bytes; the averages over the time that was measured. */
interface Totals {
  cpu: number;
  memory: number;
  networkIn: number;
  networkOut: number;
  diskRead: number;
  diskWrite: number;
}

/**
 * Points as lines; a step that the host knows nothing of is a gap in each of them. Bytes become bytes a second.
 * `step` in seconds, `to` the end of what is shown in Unix seconds.
 */
export function historyOf(
  points: readonly StatsPoint[],
  { step, to }: { step: number; to: number },
): ChartHistory {
  const withGaps = points.flatMap((point, index): (StatsPoint | null)[] => {
    const before = points[index - 1];
    return before && point.at - before.at > step ? [null, point] : [point];
  });
  const times = withGaps.map((point, index) => {
    const known = point ?? withGaps[index - 1];
    // The last step isn't over: its middle may still be to come.
    return Math.min((known?.at ?? 0) + (point ? step / 2 : step * 1.5), to) * 1000;
  });
  const column = (value: (point: StatsPoint) => number): Column => ({
    times,
    values: withGaps.map((point) => (point ? value(point) : null)),
  });
  const rate = (key: 'network_rx' | 'network_tx' | 'block_read' | 'block_write'): Column =>
    column((point) => point[key] / Math.max(point.measured_seconds, 1));
  return {
    cpu: column(({ cpu_usage }) => cpu_usage),
    cpuPeak: column(({ cpu_usage_max }) => cpu_usage_max),
    memory: column(({ memory_usage }) => memory_usage),
    memoryPeak: column(({ memory_usage_max }) => memory_usage_max),
    networkIn: rate('network_rx'),
    networkOut: rate('network_tx'),
    diskRead: rate('block_read'),
    diskWrite: rate('block_write'),
  };
}

/** Null if nothing was measured. */
export function totalsOf(points: readonly StatsPoint[]): Totals | null {
  const sum = (value: (point: StatsPoint) => number): number =>
    points.reduce((total, point) => total + value(point), 0);
  const measured = sum(({ measured_seconds }) => measured_seconds);
  if (measured <= 0) return null;
  return {
    cpu: sum((point) => point.cpu_usage * point.measured_seconds) / measured,
    memory: sum((point) => point.memory_usage * point.measured_seconds) / measured,
    networkIn: sum(({ network_rx }) => network_rx),
    networkOut: sum(({ network_tx }) => network_tx),
    diskRead: sum(({ block_read }) => block_read),
    diskWrite: sum(({ block_write }) => block_write),
  };
}

/** Points with a gap on both sides: a line can't show them, a dot does. */
export function loners(values: readonly (number | null | undefined)[]): number[] {
  const isGap = (index: number): boolean => typeof values[index] !== 'number';
  return values.flatMap((_value, index) =>
    !isGap(index) && isGap(index - 1) && isGap(index + 1) ? [index] : [],
  );
}
