import { expect, test } from 'vitest';
import { parseTtl } from './ttl.ts';

test.each([
  ['30s', 30_000],
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  ['1s', 1000],
  ['365d', 31_536_000_000],
])('%s is %d ms', (text, ms) => {
  expect(parseTtl(text)).toBe(ms);
});

test.each([
  '',
  '1',
  's',
  '0s',
  '366d',
  '1w',
  '-1s',
  '1.5h',
  ' 1h',
  '1h ',
  '1H',
  '1h30m',
  '99999999999d',
  '１h',
])('%j is refused', (text) => {
  expect(() => parseTtl(text)).toThrow(
    expect.objectContaining({ code: 'invalid', message: expect.stringContaining('ttl') }),
  );
});
