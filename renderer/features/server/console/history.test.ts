import { expect, test } from 'vitest';
import type { StatsPoint } from '../../../../shared/http/usage.ts';
import { historyOf, loners, stepFor, totalsOf } from './history.ts';

const point = (at: number, more: Partial<StatsPoint> = {}): StatsPoint => ({
  at,
  measured_seconds: 60,
  running_seconds: 60,
  cpu_usage: 10,
  cpu_usage_max: 40,
  memory_usage: 100,
  memory_usage_max: 200,
  storage_usage: null,
  storage_usage_max: null,
  network_rx: 600,
  network_tx: 60,
  block_read: 0,
  block_write: 120,
  ...more,
});

test('a step that is missing is a gap in each line, of any length, and none is made up at the ends; the last step may not be over', () => {
  const { cpu, networkIn, memoryPeak } = historyOf([point(0), point(60), point(600), point(660)], {
    step: 60,
    to: 670,
  });
  expect(cpu.values).toEqual([10, 10, null, 10, 10]);
  expect(networkIn.values).toEqual([10, 10, null, 10, 10]);
  expect(memoryPeak.values).toEqual([200, 200, null, 200, 200]);
  expect(cpu.times).toEqual([30_000, 90_000, 150_000, 630_000, 670_000]);
});

test('rates are of the time that was measured; averages count each point by it, traffic is a sum', () => {
  const points = [point(0, { measured_seconds: 20, cpu_usage: 100 }), point(60)];
  expect(historyOf(points, { step: 60, to: 120 }).networkIn.values).toEqual([30, 10]);
  expect(totalsOf(points)).toMatchObject({ cpu: 32.5, memory: 100, networkIn: 1200, diskWrite: 240 });
  expect(totalsOf([])).toBeNull();
});

test('the step fits the width, and never asks for more points than a chart has room for', () => {
  expect(stepFor('1h', 240)).toBe(60);
  expect(stepFor('24h', 240)).toBe(900);
  expect(stepFor('24h', 1200)).toBe(300);
  expect(stepFor('30d', 240)).toBe(21_600);
  expect(stepFor('30d', 0)).toBe(86_400);
});

test('a point between two gaps is found, so that it can be a dot', () => {
  expect(loners([1, null, 2, null, 3, 4])).toEqual([0, 2]);
  expect(loners([null])).toEqual([]);
});
