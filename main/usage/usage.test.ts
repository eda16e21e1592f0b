import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptySums, hourMs, minuteMs } from './fold.ts';
import { MeterWorld, noon } from './usage.test-helper.ts';

let world: MeterWorld;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  world = new MeterWorld();
  world.add('a');
});
afterEach(() => {
  world.close();
  vi.useRealTimers();
});

/** Rounds each minute in which a byte a second is sent and half a core used. */
async function minutes(count: number, from = 0): Promise<void> {
  for (let i = from; i < from + count; i += 1) {
    world.runs('a', 'r1', { networkTx: i * 60, cpuNanos: i * 30e9, memoryUsage: 1000 + (i % 2) * 100 });
    await world.round();
  }
}

describe('windows', () => {
  test('the hour, the day and the month begin that long ago, on a whole minute', async () => {
    await minutes(1);
    const no = world.store.usage.meter('a')?.no ?? 0;
    const row = (at: number, network_tx: number) => ({
      ...emptySums,
      server: no,
      at,
      measured_ms: minuteMs,
      network_tx,
    });
    const minute = Math.floor(world.wall / minuteMs) * minuteMs;
    const hour = Math.floor(world.wall / hourMs) * hourMs;
    const day = 24 * hourMs;
    // Each a power of ten, so that the sum tells which ones are in.
    const inMinutes = [
      row(minute - hourMs, 1),
      row(minute - hourMs - minuteMs, 10),
      row(minute - day, 100),
      row(minute - day - minuteMs, 1000),
    ];
    const edge = [row(minute - 30 * day, 1e4), row(minute - 30 * day - minuteMs, 1e5)];
    const inHours = [row(hour, 1e6), row(hour - 29 * day, 1e7), row(hour - 30 * day, 1e8)];
    world.store.usage.rollUp(no, () => ({ minutes: [...inMinutes, ...edge], hours: inHours }));
    await minutes(1, 1);
    world.wall = minute + 2 * minuteMs;
    const tx = (period: 'hourly' | 'daily' | 'monthly') => world.usage.sums('a', period)?.network_tx;
    const sent = 60;
    world.wall = minute;
    expect([tx('hourly'), tx('daily')]).toEqual([1 + sent, 1 + 10 + 100 + sent]);
    expect(tx('monthly')).toBe(1e4 + 1e6 + 1e7 + sent);
    world.wall = minute + 1;
    expect(tx('hourly')).toBe(sent);
  });

  test('all sums are in, whether they are rolled up already or not', async () => {
    await minutes(1);
    for (let i = 1; i <= 40; i += 1) {
      await minutes(1, i);
      for (const period of ['hourly', 'daily', 'monthly'] as const)
        expect(world.usage.sums('a', period)).toMatchObject({
          measured_ms: i * minuteMs,
          network_tx: i * 60,
        });
    }
  });

  test('a server without a sample has none', () => {
    expect(world.usage.sums('a', 'monthly')).toBeNull();
    expect(world.usage.sums('b', 'monthly')).toBeNull();
  });
});

const at = (ms: number) => ms / 1000;

describe('series', () => {
  test('by default the last hour by minutes, gaps without a point', async () => {
    await minutes(10);
    world.restart(20 * minuteMs);
    await minutes(10, 100);
    const series = world.usage.series('a', {});
    expect([series.step, series.to, series.from]).toEqual([60, at(world.wall), at(world.wall - hourMs)]);
    expect(series.points.map((point) => (point.at - at(noon)) / 60)).toEqual([
      ...Array.from({ length: 9 }, (_, i) => i + 1),
      ...Array.from({ length: 9 }, (_, i) => i + 31),
    ]);
    expect(series.points[0]).toEqual({
      at: at(noon) + 60,
      measured_seconds: 60,
      running_seconds: 60,
      cpu_usage: 50,
      cpu_usage_max: 50,
      memory_usage: 1050,
      memory_usage_max: 1100,
      storage_usage: null,
      storage_usage_max: null,
      network_rx: 0,
      network_tx: 60,
      block_read: 0,
      block_write: 0,
    });
  });

  test('a point is the same whatever is asked for, and steps are whole and complete', async () => {
    world.storage = 5;
    await minutes(50);
    const all = world.usage.series('a', { from: at(noon), to: at(noon + hourMs), step: 300 }).points;
    expect(all.map(({ network_tx }) => network_tx)).toEqual([240, ...Array.from({ length: 9 }, () => 300)]);
    const part = world.usage.series('a', { from: at(noon) + 301, to: at(noon) + 1300, step: 300 }).points;
    expect(part).toEqual(all.slice(2, 5));
    expect(all[3]).toMatchObject({ storage_usage: 5, storage_usage_max: 5, measured_seconds: 300 });
  });

  test('fine steps share a sample out', async () => {
    await minutes(4);
    const { points } = world.usage.series('a', { from: at(noon) + 60, to: at(noon) + 120, step: 10 });
    expect(points.map(({ network_tx, cpu_usage }) => [network_tx, cpu_usage])).toEqual(
      Array.from({ length: 6 }, () => [10, 50]),
    );
  });

  test('a step is no finer than what is kept of that time', () => {
    const step = (age: number, wanted: number) =>
      world.usage.series('a', { from: at(world.wall - age), to: at(world.wall - age + hourMs), step: wanted })
        .step;
    const day = 24 * hourMs;
    expect(step(hourMs, 7)).toBe(7);
    expect(step(hourMs, 61)).toBe(120);
    expect(step(2 * day, 7)).toBe(60);
    expect(step(40 * day, 7)).toBe(3600);
    expect(step(40 * day, 3601)).toBe(7200);
  });

  test('without a beginning it is an hour, or as far as the points go', () => {
    const span = ({ from, to }: { from: number; to: number }) => to - from;
    expect(span(world.usage.series('a', { step: 1 }))).toBe(2000);
    expect(span(world.usage.series('a', { step: 30 }))).toBe(3600);
    expect(span(world.usage.series('a', { step: 7200 }))).toBe(3600);
  });

  test('a step that isn’t given comes to a handy number of points', () => {
    for (const span of [60, 3600, 86_400, 30 * 86_400, 400 * 86_400, 1_800_000_000]) {
      const series = world.usage.series('a', { from: at(world.wall) - span });
      expect(span / series.step).toBeLessThanOrEqual(500);
    }
    expect(world.usage.series('a', { from: at(world.wall) - 86_400 }).step).toBe(300);
  });

  test.each([
    [{ from: 100, to: 100 }, 'from: must be before to'],
    [{ from: 4_000_000_000 }, 'from: must be before to'],
    [
      { from: at(noon) - 40_000, to: at(noon), step: 1 },
      'step: too small, 2000 points are the most; use 20 or more',
    ],
  ])('%j is refused: %s', (query, message) => {
    expect(() => world.usage.series('a', query)).toThrow(message);
  });

  test('of an unknown server there are no points', () => {
    expect(world.usage.series('b', {}).points).toEqual([]);
  });
});
