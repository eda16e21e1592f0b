import { expect, test } from 'vitest';
import { fixedText } from './fixed-text.ts';

test.each([
  ['\\[INFO\\]: (\\w+) joined the game$', ' joined the game'],
  ['Player connected: (.+), xuid:', 'Player connected: '],
  ['(\\w+) joined|(\\w+) came', ''],
  ['(?i)(\\w+) joined', ''],
  ['ab*c{3}d(x)', 'a'],
  ['[abc]def[^]xyz]ghij', 'ghij'],
  ['\\x41bcdef', ''],
  ['\\Q)a|b\\E', ''],
  ['colou?r (.*)', 'colo'],
  ['(\\d+)', ''],
  ['', ''],
])('what every match of %s contains: %s', (pattern, text) => {
  expect(fixedText(pattern)).toBe(text);
});
