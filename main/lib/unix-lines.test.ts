import { expect, it } from 'vitest';
import { unixLines } from './unix-lines.ts';

it('F15 takes carriage returns from the ends of lines, and nothing else', () => {
  expect(unixLines('set -e\r\necho a\rb\r\r\n\r\nexit 0\r')).toBe('set -e\necho a\rb\n\nexit 0');
  expect(unixLines('one\ntwo')).toBe('one\ntwo');
});
