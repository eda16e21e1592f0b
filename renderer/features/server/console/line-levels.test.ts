import { expect, test } from 'vitest';
import { levelOf, linesOfLevel } from './line-levels.ts';

test.each([
  ['[12:00:00] [Server thread/ERROR]: Could not load', 'error'],
  ['[12:00:00 WARN]: Can’t keep up! Is the server overloaded?', 'warn'],
  ['java.lang.NullPointerException: null', 'error'],
  ['Caused by: java.io.IOException', 'error'],
  ['warning: deprecated', 'warn'],
  ['<anna> there was no error in my plan', 'all'],
  ['[12:00:00 INFO]: Done (3.1s)!', 'all'],
  ['terror: a map', 'all'],
])('%s is %s', (line, level) => {
  expect(levelOf(line)).toBe(level);
});

test('errors come with their stack traces, warnings only when they are asked for; each knows its place', () => {
  const text = 'ä\n\x1b[31mERROR\x1b[0m boom\n\tat a.b.C\nINFO well\nWARN slow\n';
  const errors = linesOfLevel([{ from: 10, text }], 'error');
  expect(errors.map(({ offset, text: line }) => [offset, line])).toEqual([
    [13, 'ERROR boom'],
    [33, '\tat a.b.C'],
  ]);
  expect(linesOfLevel([{ from: 10, text }], 'warn').map(({ level }) => level)).toEqual([
    'error',
    'error',
    'warn',
  ]);
});

test('a line that two pieces share is one line, unless something between them is missing', () => {
  const shared = [
    { from: 0, text: 'ERR' },
    { from: 3, text: 'OR one\n' },
  ];
  expect(linesOfLevel(shared, 'error')).toEqual([{ offset: 0, text: 'ERROR one', level: 'error' }]);
  expect(
    linesOfLevel(
      [
        { from: 0, text: 'ERR' },
        { from: 9, text: 'OR one\n' },
      ],
      'error',
    ),
  ).toEqual([]);
});

test('of many the newest are shown', () => {
  const text = Array.from({ length: 3000 }, (_, no) => `ERROR ${no}\n`).join('');
  const found = linesOfLevel([{ from: 0, text }], 'error');
  expect([found.length, found.at(-1)?.text]).toEqual([500, 'ERROR 2999']);
});
