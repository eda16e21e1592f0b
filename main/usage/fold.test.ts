import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageSample } from '../store/contract.ts';
import { emptySums, fold, hourMs, minuteMs, totalOf } from './fold.ts';
import { noon } from './usage.test-helper.ts';

const sample = (at: number, more: Partial<UsageSample> = {}): UsageSample => ({
  ...emptySums,
  tick: 1,
  server: 1,
  at,
  measured_ms: minuteMs,
  ...more,
});

test('a sample within a step is that step', () => {
  const one = sample(noon + minuteMs, { cpu_us: 7, cpu_max: 0.5, memory: 60, network_tx: 3 });
  const { tick: _, ...row } = one;
  expect(fold([one], minuteMs)).toEqual([{ ...row, at: noon }]);
});

test('a sample over several steps is shared out by time', () => {
  const rows = fold([sample(noon + 90_000, { measured_ms: 120_000, cpu_us: 120, memory_max: 9 })], minuteMs);
  expect(
    rows.map(({ at, measured_ms, cpu_us, memory_max }) => [at - noon, measured_ms, cpu_us, memory_max]),
  ).toEqual([
    [-60_000, 30_000, 30, 9],
    [0, 60_000, 60, 9],
    [60_000, 30_000, 30, 9],
  ]);
});

const anySample = fc.record({
  at: fc.integer({ min: noon, max: noon + 6 * hourMs }),
  server: fc.integer({ min: 1, max: 3 }),
  measured_ms: fc.integer({ min: 1, max: 3 * hourMs }),
  cpu_us: fc.nat(1e12),
  network_tx: fc.nat(1e14),
  memory: fc.integer({ min: 0, max: 1e15 }),
});

test('the sum of the steps is the sum of the samples, to the last byte, and no step is longer than it can be', () => {
  fc.assert(
    fc.property(
      fc.array(anySample, { maxLength: 20 }),
      fc.constantFrom(10_000, minuteMs, hourMs),
      (some, step) => {
        const samples = some.map((one) => sample(one.at, one));
        const rows = fold(samples, step);
        const [whole, parts] = [totalOf(samples), totalOf(rows)];
        for (const name of ['measured_ms', 'cpu_us', 'network_tx'] as const)
          expect(parts[name]).toBe(whole[name]);
        expect(Math.abs(parts.memory - whole.memory)).toBeLessThanOrEqual(whole.memory * 1e-9);
        // One look at all of them: there are a million rows, and each `expect` costs more than a row.
        expect(rows.filter((row) => row.at % step !== 0)).toEqual([]);
        const least = (row: (typeof rows)[number]): number =>
          Math.min(row.measured_ms, row.cpu_us, row.network_tx, row.memory);
        expect(rows.filter((row) => least(row) < 0)).toEqual([]);
        const alone = samples.flatMap((one) => fold([one], step));
        expect(alone.filter((row) => row.measured_ms > step)).toEqual([]);
      },
    ),
  );
});
