import { expect, test } from 'vitest';
import { parseByteRange } from './range.ts';

test.each([
  [undefined, 10, null],
  ['', 10, null],
  ['bytes=0-0', 10, { start: 0, end: 0 }],
  ['bytes=2-5', 10, { start: 2, end: 5 }],
  ['BYTES= 2 - 5 ', 10, { start: 2, end: 5 }],
  ['bytes=5-', 10, { start: 5, end: 9 }],
  ['bytes=5-99999999999999999999', 10, { start: 5, end: 9 }],
  ['bytes=-3', 10, { start: 7, end: 9 }],
  ['bytes=-30', 10, { start: 0, end: 9 }],
  ['bytes=10-', 10, 'outside'],
  ['bytes=99999999999999999999-', 10, 'outside'],
  ['bytes=0-', 0, 'outside'],
  ['bytes=-0', 10, 'outside'],
  ['bytes=-5', 0, 'outside'],
  ['bytes=5-2', 10, null],
  ['bytes=-', 10, null],
  ['bytes=a-b', 10, null],
  ['bytes=0-1,3-4', 10, null],
  ['lines=0-1', 10, null],
])('%s of %i bytes is %j', (header, size, range) => {
  expect(parseByteRange(header, size)).toEqual(range);
});
