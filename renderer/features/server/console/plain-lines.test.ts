import { expect, test } from 'vitest';
import { plainLines } from './plain-lines.ts';

test('I16 a console as plain text: no colours, what was overwritten is gone, the newest lines', () => {
  const pieces = [
    { from: 0, text: 'old\r\n\x1b[31mred\x1b[0m\n\n' },
    { from: 90, text: '10 %\r50 %\rdone\r\nlast' },
  ];
  expect(plainLines(pieces).map(({ text }) => text)).toEqual(['old', 'red', '', 'done', 'last']);
  const many = [{ from: 0, text: Array.from({ length: 900 }, (_, n) => `${n}`).join('\n') }];
  expect(plainLines(many)).toHaveLength(500);
  expect(plainLines(many).at(-1)?.text).toBe('899');
  // What comes behind leaves the lines before it what they are.
  const keys = plainLines(pieces).map(({ key }) => key);
  const more = plainLines([...pieces.slice(0, 1), { from: 90, text: `${pieces[1]?.text}\nnew` }]);
  expect(more.slice(0, -1).map(({ key }) => key)).toEqual(keys);
  expect(new Set(more.map(({ key }) => key)).size).toBe(more.length);
});
