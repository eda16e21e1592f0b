import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statsSchema } from '../../shared/protocol/server-events.ts';
import type { StatsReading } from '../docker/contract.ts';
import { computeStats, emptyStats, statsEqual, stoppedStats } from './compute.ts';

const reading = (change: Partial<StatsReading> = {}): StatsReading => ({
  at: 10_000,
  cpuNanos: 5e9,
  memoryUsage: 134_217_728,
  memoryLimit: 536_870_912,
  networkRx: 1024,
  networkTx: 2048,
  blockRead: 4096,
  blockWrite: 8192,
  ...change,
});

test('S7: CPU is percent of one core over the time between the readings; the rest is the newer reading', () => {
  const stats = computeStats(
    reading({ memoryUsage: 1, networkRx: 1, blockWrite: 1 }),
    reading({ at: 11_000, cpuNanos: 5.255e9 }),
  );
  expect(stats).toEqual({
    cpu_usage: 25.5,
    memory_usage: 134217728,
    memory_limit: 536870912,
    network_rx: 1024,
    network_tx: 2048,
    block_read: 4096,
    block_write: 8192,
  });
});

test('S7: 2.5 busy cores are 250 percent, whatever the time between', () => {
  expect(computeStats(reading(), reading({ at: 14_000, cpuNanos: 15e9 })).cpu_usage).toBe(250);
});

test('S7: CPU has two decimals, bytes none', () => {
  const stats = computeStats(reading(), reading({ at: 13_000, cpuNanos: 6e9, memoryUsage: 10.6 }));
  expect(stats.cpu_usage).toBe(33.33);
  expect(stats.memory_usage).toBe(11);
});

test('S7: a counter that fell, a clock that stood or went back count as no CPU', () => {
  expect(computeStats(reading(), reading({ at: 11_000, cpuNanos: 1 })).cpu_usage).toBe(0);
  expect(computeStats(reading(), reading({ cpuNanos: 9e9 })).cpu_usage).toBe(0);
  expect(computeStats(reading(), reading({ at: 9_000, cpuNanos: 9e9 })).cpu_usage).toBe(0);
});

test('S7: whatever the readings, the sample is a valid frame', () => {
  const any = fc.record({
    at: fc.double(),
    cpuNanos: fc.double(),
    memoryUsage: fc.double(),
    memoryLimit: fc.double(),
    networkRx: fc.double(),
    networkTx: fc.double(),
    blockRead: fc.double(),
    blockWrite: fc.double(),
  });
  fc.assert(
    fc.property(any, any, (a, b) => {
      const { cpu_usage, ...rest } = computeStats(a, b);
      expect(cpu_usage).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(cpu_usage)).toBe(true);
      for (const value of Object.values(rest)) expect(Number.isInteger(value) && value >= 0).toBe(true);
      expect(statsSchema.safeParse({ cpu_usage, ...rest }).success).toBe(true);
    }),
  );
});

test('S7: the exit frame has CPU and memory 0 and keeps limit and totals', () => {
  const stats = computeStats(reading(), reading({ at: 11_000, cpuNanos: 6e9 }));
  expect(stoppedStats(stats)).toEqual({ ...stats, cpu_usage: 0, memory_usage: 0 });
});

test('S7: statsEqual notices a change of any value', () => {
  const stats = computeStats(reading(), reading({ at: 11_000, cpuNanos: 6e9 }));
  expect(statsEqual(stats, { ...stats })).toBe(true);
  expect(statsEqual(stats, { ...stats, cpu_usage: stats.cpu_usage + 0.01 })).toBe(false);
  expect(statsEqual(stats, { ...stats, memory_usage: 1 })).toBe(false);
  expect(statsEqual(stats, { ...stats, memory_limit: 1 })).toBe(false);
  expect(statsEqual(stats, { ...stats, network_rx: 1 })).toBe(false);
  expect(statsEqual(stats, { ...stats, network_tx: 1 })).toBe(false);
  expect(statsEqual(stats, { ...stats, block_read: 1 })).toBe(false);
  expect(statsEqual(stats, { ...stats, block_write: 1 })).toBe(false);
  expect(statsEqual(null, stats)).toBe(false);
  expect(statsEqual(emptyStats(), null)).toBe(false);
  expect(statsEqual(null, null)).toBe(true);
});
