import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Rate, Series } from './series.ts';

describe('Series', () => {
  it('keeps the newest points, in order of time, whatever is pushed', () => {
    const points = fc.array(fc.tuple(fc.nat(200), fc.option(fc.nat(100))), { maxLength: 60 });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 20 }), (points, capacity) => {
        const series = new Series(capacity);
        const told = new Map<number, number | null>();
        let newest = -1;
        for (const [time, value] of points) {
          series.push(time, value);
          newest = Math.max(newest, time);
          // A clock that was put back adds no point: it is still about the newest one.
          told.set(newest, value);
        }
        const expected = [...told].slice(-capacity);
        expect(series.times).toEqual(expected.map(([time]) => time));
        expect(series.values).toEqual(expected.map(([, value]) => value));
        expect(series.last).toBe(expected.at(-1)?.[1] ?? null);
      }),
    );
  });
});

describe('Rate', () => {
  it('is in units a second, and nothing at first', () => {
    const rate = new Rate();
    expect(rate.next(1000, 5000)).toBeNull();
    expect(rate.next(4000, 6500)).toBe(2000);
    expect(rate.next(4000, 7500)).toBe(0);
    expect(rate.next(9000, 7500)).toBeNull();
    expect(rate.next(9500, 8000)).toBe(1000);
  });

  it('over totals that begin anew: never negative, and all that was counted within the runs', () => {
    /** Runs of a server: each counts from nought. */
    const runs = fc.array(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 10 }), { maxLength: 6 });
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 5000 }), (runs, everyMs) => {
        const rate = new Rate();
        let at = 0;
        let before: number | null = null;
        for (const steps of runs) {
          let total = 0;
          for (const step of steps) {
            total += step;
            at += everyMs;
            const got = rate.next(total, at);
            if (before === null || total < before) expect(got).toBeNull();
            else expect((got ?? -1) * everyMs).toBeCloseTo((total - before) * 1000, 3);
            before = total;
          }
        }
      }),
    );
  });
});

test('I30 what the host has kept goes before what came, within the bound', () => {
  const series = new Series(4);
  series.push(100, 1);
  series.push(101, 2);
  series.seed([70, 80, 90, 100, 110], [7, null, 9, 99, 99]);
  expect([series.times, series.values]).toEqual([
    [80, 90, 100, 101],
    [null, 9, 1, 2],
  ]);
  const empty = new Series(2);
  empty.seed([1, 2, 3], [1, 2, 3]);
  expect(empty.times).toEqual([2, 3]);
});
