import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

test('never more at once than there are slots, in order, whether they succeed or fail', async () => {
  const slots = new Slots(2);
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3].map((n) =>
    slots.run(async () => {
      began.push(n);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (n === 0) throw new Error('zero');
      return n;
    }),
  );
  const whenReconciled = Promise.allSettled(works);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  expect(began).toEqual([0, 1]);
  ends[0]?.();
  await turn();
  expect(began).toEqual([0, 1, 2]);
  ends[1]?.();
  await turn();
  ends[2]?.();
  ends[3]?.();
  expect((await whenReconciled).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect(await slots.run(async () => 'free again')).toBe('free again');
});
