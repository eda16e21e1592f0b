import { expect, test } from 'vitest';
import { pastedRows, rowProblem } from './environment.ts';

test('lines of a file become rows, with comments, quotes and export', () => {
  expect(pastedRows('# a\nexport A=1\r\nB="x y"\nC=\nD=a=b\n')).toEqual([
    { name: 'A', value: '1' },
    { name: 'B', value: 'x y' },
    { name: 'C', value: '' },
    { name: 'D', value: 'a=b' },
  ]);
});

test.each(['NAME', 'hello world', 'A=1\nnot one'])('%s is no such text', (text) => {
  expect(pastedRows(text)).toBeNull();
});

test('a name is needed, once', () => {
  const rows = ['A', 'A', '', 'x y', 'a='].map((name, key) => ({ key, name, value: '' }));
  expect(rows.map((row) => rowProblem(row, rows) === null)).toEqual([true, false, false, false, false]);
});
