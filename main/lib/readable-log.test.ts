import { expect, test } from 'vitest';
import { readableLine } from './readable-log.ts';

const line = (entry: object): string => `${JSON.stringify(entry)}\n`;
const at = new Date(2026, 0, 2, 3, 4, 5).getTime();

test('is the time, the level, the message and the rest', () => {
  const entry = {
    level: 40,
    time: at,
    pid: 1,
    hostname: 'h',
    server: 'one',
    why: 'no room',
    msg: 'it failed',
  };
  expect(readableLine(line(entry))).toBe('03:04:05 WARN  it failed server=one why="no room"\n');
  expect(readableLine(line({ level: 30, time: at, msg: 'up', port: 1, list: ['a'] }))).toBe(
    '03:04:05 INFO  up port=1 list=["a"]\n',
  );
});

test('shows an error’s stack below', () => {
  const err = { type: 'Error', message: 'bad', stack: 'Error: bad\n    at here' };
  expect(readableLine(line({ level: 50, time: at, err, msg: 'failed' }))).toBe(
    '03:04:05 ERROR failed\n    Error: bad\n        at here\n',
  );
});

test('moves no cursor and begins no line by what others wrote', () => {
  const text = readableLine(line({ level: 30, time: at, msg: 'a\u001b[2Jb\nc', name: 'x\u202ey' }));
  expect(text).toBe('03:04:05 INFO  a\\u001b[2Jb\\u000ac name=x\\u202ey\n');
});

test.each(['no JSON\n', '7\n', 'null\n'])('%j stays as it is', (text) => {
  expect(readableLine(text)).toBe(text);
});
