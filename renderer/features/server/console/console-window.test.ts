import { expect, test } from 'vitest';
import { rowsOf, windowAround, windowAtEnd } from './console-window.ts';

/** Pieces of so many lines each. */
const pieces = (...lines: number[]) =>
  lines.map((count, index) => ({ from: index, to: index + 1, text: 'x\n'.repeat(count) }));

test('lines take a row, and one more each time that they are wrapped', () => {
  expect(rowsOf('', 10)).toBe(1);
  expect(rowsOf('a\nb', 10)).toBe(2);
  expect(rowsOf('a\n', 10)).toBe(2);
  expect(rowsOf('x'.repeat(20), 10)).toBe(2);
  expect(rowsOf(`${'x'.repeat(21)}\n\n`, 10)).toBe(5);
});

test('the end: as many of the newest pieces as it takes, one at least', () => {
  expect(windowAtEnd(pieces(9, 9, 9, 9), { rows: 15, columns: 80 })).toEqual({ first: 2, end: 4 });
  expect(windowAtEnd(pieces(9, 90), { rows: 25, columns: 80 })).toEqual({ first: 1, end: 2 });
  expect(windowAtEnd([], { rows: 25, columns: 80 })).toEqual({ first: 0, end: 0 });
});

test('around a piece: about so many rows before it, and from it on', () => {
  const list = pieces(9, 9, 9, 9, 9, 9);
  expect(windowAround(list, 3, { older: 10, newer: 20, columns: 80 })).toEqual({ first: 2, end: 5 });
  expect(windowAround(list, 3, { older: 0, newer: 1, columns: 80 })).toEqual({ first: 3, end: 4 });
  expect(windowAround(list, 0, { older: 50, newer: 500, columns: 80 })).toEqual({ first: 0, end: 6 });
});
