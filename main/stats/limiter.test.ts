import { expect, test } from 'vitest';
import { Limiter } from './limiter.ts';

test('at most so many run at a time, in order, and all of them run', async () => {
  const limiter = new Limiter(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  for (let i = 0; i < 5; i += 1) {
    limiter.run(() => {
      begun.push(i);
      return new Promise((resolve) => ends.push(resolve));
    });
  }
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

test('what waits at the close is never begun', async () => {
  const limiter = new Limiter(1);
  let end = () => {};
  let begun = 0;
  const task = () => {
    begun += 1;
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  limiter.run(task);
  limiter.run(task);
  limiter.close();
  end();
  limiter.run(task);
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toBe(1);
});
