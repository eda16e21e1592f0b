import { expect, test } from 'vitest';
import { ConnectionRate } from './connection-rate.ts';

test('B5 ten connections of an address begin at once, ten more in a second, and no more than 32 wait', () => {
  let now = 5000;
  const rate = new ConnectionRate({ now: () => now });
  const ask = (count: number, address = '192.0.2.1') =>
    Array.from({ length: count }, () => rate.reserve(address));
  expect(ask(10)).toEqual(new Array(10).fill(0));
  expect(ask(11)).toEqual([...new Array(10).fill(1000), 2000]);
  expect(ask(1, '192.0.2.2')).toEqual([0]);
  expect(ask(21).at(-1)).not.toBeNull();
  expect(ask(1)).toEqual([null]);
  now += 500;
  expect(ask(1)).toEqual([null]);
  now += 10_000;
  expect(ask(1, '::ffff:192.0.2.1')).toEqual([0]);
});

test('B5 a whole /64 of IPv6 is one address', () => {
  const rate = new ConnectionRate({ now: () => 5000 });
  for (let index = 0; index < 10; index += 1) rate.reserve(`2001:db8::${index}`);
  expect([rate.reserve('2001:db8::ffff'), rate.reserve('2001:db8:0:1::')]).toEqual([1000, 0]);
});
