import { expect, it } from 'vitest';
import { parseAmount, sayAmount } from './amount.ts';

it.each([
  ['4 GB', 4096],
  ['4g', 4096],
  [' 1.5 GiB ', 1536],
  ['1,5 gb', 1536],
  ['1536 MiB', 1536],
  ['2048', 2048],
  ['2 TB', 2 * 1024 * 1024],
  ['2048 kb', 2],
  ['1.7 GB', 1741],
  ['', null],
  ['0', null],
  ['-4 GB', null],
  ['4 XB', null],
  ['1.5', null],
  ['four', null],
  ['999999999999 TB', null],
])('%j is %s MiB', (text, amount) => {
  expect(parseAmount(text)).toBe(amount);
});

it('what is said is read back as the same', () => {
  expect([4096, 1536, 1300, 3, 1024 * 1024, 1024 * 1536].map(sayAmount)).toEqual([
    '4 GiB',
    '1.5 GiB',
    '1300 MiB',
    '3 MiB',
    '1 TiB',
    '1.5 TiB',
  ]);
  for (const amount of [1, 255, 1024, 1280, 5000, 1024 * 1024 + 1])
    expect(parseAmount(sayAmount(amount))).toBe(amount);
});
