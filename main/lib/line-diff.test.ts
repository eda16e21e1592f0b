import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffLines } from './line-diff.ts';

const told = (before: string, after: string): string =>
  diffLines([...before], [...after])
    .map(({ kind, text }) => `${kind === 'same' ? '' : kind === 'added' ? '+' : '-'}${text}`)
    .join(' ');

it.each([
  ['abc', 'abc', 'a b c'],
  ['abc', 'axc', 'a -b +x c'],
  ['', 'ab', '+a +b'],
  ['ab', '', '-a -b'],
  ['abcd', 'bcde', '-a b c d +e'],
  ['aba', 'aa', 'a -b a'],
])('from %s to %s', (before, after, lines) => {
  expect(told(before, after)).toBe(lines);
});

it('both texts are in it, whole and in order', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after);
      const without = (kind: string) => diff.filter((line) => line.kind !== kind).map(({ text }) => text);
      expect(without('added')).toEqual(before);
      expect(without('removed')).toEqual(after);
    }),
  );
});

it('of two long texts that have nothing in common the one goes and the other comes', () => {
  const lines = (of: string) => ['same', ...Array.from({ length: 3000 }, (_, at) => `${of}${at}`), 'end'];
  const diff = diffLines(lines('a'), lines('b'));
  expect(diff.map(({ kind }) => kind)).toEqual([
    ...Array(3002).fill('removed'),
    ...Array(3002).fill('added'),
  ]);
  expect(diff.filter(({ kind }) => kind === 'removed').map(({ text }) => text)).toEqual(lines('a'));
});
