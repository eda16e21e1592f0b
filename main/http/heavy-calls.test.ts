import { expect, test } from 'vitest';
import { HeavyCalls, TooManyCalls } from './heavy-calls.ts';

test('B6 a token may have eight large calls under way; others, and who waited for an answer, may', () => {
  const calls = new HeavyCalls();
  const ends = Array.from({ length: 8 }, () => calls.admit({ tokenId: 'a' }));
  expect(() => calls.admit({ tokenId: 'a' })).toThrow(TooManyCalls);
  calls.admit({ tokenId: 'b' });
  calls.admit({ tokenId: null });
  ends[0]?.();
  ends[0]?.();
  calls.admit({ tokenId: 'a' });
  expect(() => calls.admit({ tokenId: 'a' })).toThrow('8 large calls under way already');
});

test('B6 one is worked on at a time, and who has fewest goes before who has many', async () => {
  const calls = new HeavyCalls();
  const order: string[] = [];
  let [running, most] = [0, 0];
  const begin = (tokenId: string): Promise<void> => {
    calls.admit({ tokenId });
    return calls.run({ tokenId }, async () => {
      running += 1;
      most = Math.max(most, running);
      order.push(tokenId);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    });
  };
  await Promise.all(['many', 'many', 'many', 'many', 'many', 'one'].map(begin));
  expect([most, order.indexOf('one') < 2]).toEqual([1, true]);
});
