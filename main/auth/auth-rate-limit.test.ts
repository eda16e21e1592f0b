import { expect, test } from 'vitest';
import { AuthRateLimit } from './auth-rate-limit.ts';

test('remembers 10,000 addresses at most, forgetting the one that guessed longest ago', () => {
  const limit = new AuthRateLimit({ now: () => 1000 });
  for (let i = 0; i < 20; i += 1) limit.add('first');
  for (let i = 0; i < 20; i += 1) limit.add('second');
  limit.add('first');
  for (let i = 0; i < 9999; i += 1) limit.add(`other ${i}`);
  expect(limit.size).toBe(10_000);
  expect(limit.exceeded('first')).toBe(true);
  expect(limit.exceeded('second')).toBe(false);
});

test('B11 a /64 of IPv6 is one address: who has it can’t guess from another one of it each time', () => {
  const limit = new AuthRateLimit({ now: () => 1000 });
  for (let i = 0; i < 20; i += 1) limit.add(`2001:db8:1:2::${i}`);
  expect([limit.size, limit.exceeded('2001:db8:1:2:ffff::1'), limit.exceeded('2001:db8:1:3::1')]).toEqual([
    1,
    true,
    false,
  ]);
});

test('a sweep forgets what is over a minute old', () => {
  let time = 0;
  const limit = new AuthRateLimit({ now: () => time });
  limit.add('old');
  time = 59_999;
  limit.add('new');
  limit.sweep();
  expect(limit.size).toBe(2);
  time = 60_000;
  limit.sweep();
  expect(limit.size).toBe(1);
});
