import { expect, test } from 'vitest';
import type { Run } from '../../../../shared/model/run.ts';
import { bordersOf, timeMarksOf } from './run-borders.ts';

const run = (more: Partial<Run>): Run => ({
  started_at: 1000,
  from: 0,
  ended_at: null,
  to: null,
  reason: null,
  has_crashed: false,
  ...more,
});
const crashed = run({ ended_at: 5000, to: 40, reason: 'crashed (exit code 3)', has_crashed: true });

test('a crash and the start behind it are one border, and it stays a crash; text in between parts them', () => {
  const at = (from: number) => bordersOf([run({ started_at: 6000, from }), crashed]);
  expect(at(40).map(({ offset, kind }) => [offset, kind])).toEqual([
    [0, 'start'],
    [40, 'crash'],
  ]);
  expect(at(40)[1]?.label).toMatch(/crashed \(exit code 3\), .* · started /);
  expect(at(50).map(({ offset, kind }) => [offset, kind])).toEqual([
    [0, 'start'],
    [40, 'crash'],
    [50, 'start'],
  ]);
});

test('what nobody knows has no border', () => {
  expect(bordersOf([run({ from: null }), run({ started_at: null })])).toEqual([]);
});

test('starts and crashes are marks of the time axis, an end that was asked for is none', () => {
  const stopped = run({ started_at: 7000, ended_at: 9000, to: 60 });
  expect(timeMarksOf([stopped, crashed])).toEqual([
    { at: 7, isCrash: false },
    { at: 1, isCrash: false },
    { at: 5, isCrash: true },
  ]);
});
