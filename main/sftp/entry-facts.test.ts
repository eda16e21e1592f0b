import { expect, test } from 'vitest';
import { longName } from './entry-facts.ts';

const entry = {
  name: 'world',
  kind: 'directory',
  size: 4096,
  allocated: 4096,
  mode: 0o755,
  uid: 1000,
  gid: 1000,
  modifiedAt: Date.UTC(2026, 2, 7, 9, 5),
  accessedAt: 0,
} as const;

test('A13 a line as ls -l writes it, with the time for what is new and the year for what is old', () => {
  const now = Date.UTC(2026, 3, 1);
  expect(longName(entry, now)).toBe('drwxr-xr-x    1 1000     1000         4096 Mar  7 09:05 world');
  expect(longName({ ...entry, kind: 'file', mode: 0o600 }, Date.UTC(2028, 0, 1))).toBe(
    '-rw-------    1 1000     1000         4096 Mar  7  2026 world',
  );
});

test('A13 control characters can not play tricks on a terminal', () => {
  expect(longName({ ...entry, name: 'a\x1b[2Jb\n' }, 0)).toMatch(/a\?\[2Jb\?$/);
});
