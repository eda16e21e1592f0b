import { expect, test } from 'vitest';
import { countLines } from './count-lines.ts';

test('counts stand in the middle of their step; what nobody knows is a gap, not nobody', () => {
  const points = [
    { at: 0, online: 0.5, most: 1 },
    { at: 60, online: 2, most: 3 },
    { at: 300, online: 0, most: 0 },
  ];
  expect(countLines(points, { step: 60, to: 310 })).toEqual({
    average: { times: [30_000, 90_000, 150_000, 310_000], values: [0.5, 2, null, 0] },
    peak: { times: [30_000, 90_000, 150_000, 310_000], values: [1, 3, null, 0] },
    highest: 3,
  });
  expect(countLines([], { step: 60, to: 1 }).highest).toBeNull();
});
