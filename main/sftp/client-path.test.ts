import { expect, test } from 'vitest';
import { absolutePath, jailPath, parentOf } from './client-path.ts';

test.each([
  ['', ''],
  ['.', ''],
  ['/', ''],
  ['//a//b/', 'a/b'],
  ['/a/./b/../c', 'a/c'],
  ['a/..', ''],
  ['..a/b..', '..a/b..'],
])('A13 %j is the jail path %j', (path, expected) => {
  expect(jailPath(path)).toBe(expected);
  expect(absolutePath(path)).toBe(`/${expected}`);
});

test.each(['..', '/..', 'a/../..', '/a/../../etc/passwd', './../x'])(
  'A9 %j climbs above the root',
  (path) => {
    expect(() => jailPath(path)).toThrow('Invalid path: path traversal detected');
  },
);

test('A13 realpath shows the root for what is above it, as in any root', () => {
  expect(absolutePath('/..')).toBe('/');
  expect(absolutePath('/a/../../b')).toBe('/b');
});

test('the parent of a path', () => {
  expect([parentOf('a/b/c'), parentOf('a'), parentOf('')]).toEqual(['a/b', '', '']);
});
