import { expect, test } from 'vitest';
import { inSlices } from './in-slices.ts';

test('gives all items in their order, and lets others go on after each few thousand', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const seen: number[] = [];
  const sizes: number[] = [];
  for await (const slice of inSlices(Array(20_000).keys())) {
    seen.push(...slice);
    sizes.push(slice.length);
  }
  isOver = true;
  expect(seen).toEqual([...Array(20_000).keys()]);
  expect(Math.max(...sizes)).toBe(4096);
  expect(turns).toBeGreaterThanOrEqual(sizes.length - 1);
  for await (const _ of inSlices([])) expect.unreachable();
});
