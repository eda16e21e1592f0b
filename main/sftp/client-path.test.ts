import { expect, test } from 'vitest';
import { absolutePath, clientBytes, clientTarget, jailPath, parentOf } from './client-path.ts';

const bytes = (path: string): Buffer => Buffer.from(path);

test.each([
  ['', ''],
  ['.', ''],
  ['/', ''],
  ['//a//b/', 'a/b'],
  ['/a/./b/../c', 'a/c'],
  ['a/..', ''],
  ['..a/b..', '..a/b..'],
])('A13 %j is the jail path %j', (path, expected) => {
  expect(jailPath(bytes(path))).toBe(expected);
  expect(absolutePath(bytes(path)).toString()).toBe(`/${expected}`);
});

test.each(['..', '/..', 'a/../..', '/a/../../etc/passwd', './../x'])(
  'A9 %j climbs above the root',
  (path) => {
    expect(() => jailPath(bytes(path))).toThrow('Invalid path: path traversal detected');
  },
);

test('A13 realpath shows the root for what is above it, as in any root', () => {
  expect(absolutePath(bytes('/..')).toString()).toBe('/');
  expect(absolutePath(bytes('/a/../../b')).toString()).toBe('/b');
});

test('F10 a path is bytes, and comes back as the same bytes', () => {
  for (const path of [
    [0x63, 0xe9],
    [0x61, 0x2f, 0xff, 0x2f, 0xc3, 0xa9],
    [0x5c, 0x78],
    [0x63, 0x3a],
  ]) {
    const spelled = jailPath(Buffer.from(path));
    expect(spelled).not.toMatch(/\p{Surrogate}/u);
    expect([...clientBytes(spelled)]).toEqual(path);
    expect([...absolutePath(Buffer.from(path))]).toEqual([0x2f, ...path]);
  }
});

test.each([
  ['l', 'x/y', 'x/y'],
  ['a/l', '../x', '../x'],
  ['l', '/home/container/x/y', 'x/y'],
  ['a/b/l', '/home/container/x', '../../x'],
  ['l', '/home/container', '.'],
  ['a/l', '/home/container/', '..'],
])('F18 the link %j to %j is told as %j', (path, target, expected) => {
  expect(clientTarget(path, target)).toBe(expected);
});

test('the parent of a path', () => {
  expect([parentOf('a/b/c'), parentOf('a'), parentOf('')]).toEqual(['a/b', '', '']);
});
