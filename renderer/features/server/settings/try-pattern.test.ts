import { expect, test } from 'vitest';
import { patternProblem, tryPattern } from './try-pattern.ts';

const compile = (pattern: string) => {
  const made = new RegExp(pattern);
  return (line: string) => made.test(line);
};

test.each([
  ['Done', 'a\nDone\n\x1b[32mDone (1s)\x1b[0m\r\n', { count: 2, lines: 3, newest: 'Done (1s)' }],
  ['^up$', 'warm up\nup\n', { count: 1, lines: 2, newest: 'up' }],
  ['nothing', 'a\r\nb', { count: 0, lines: 2, newest: '' }],
  ['(', 'say (hi\nb', { count: 1, lines: 2, newest: 'say (hi' }],
])('%s', (pattern, text, result) => {
  expect(tryPattern(pattern, text, compile)).toMatchObject(result);
});

test('a broken pattern is looked for as text, and its problem is told', () => {
  expect(tryPattern('(', '', compile).problem).not.toBeNull();
  expect(tryPattern('(a)', '', compile).problem).toBeNull();
});

test('I12 a pattern that is no expression is told before it is saved; plain text is none', () => {
  const compile = (text: string): unknown => new RegExp(text);
  expect(patternProblem('listening (on', compile)).toMatch(/group/i);
  expect(patternProblem('listening on \\d+', compile)).toBeNull();
  expect(patternProblem('Done!', () => expect.unreachable())).toBeNull();
});
