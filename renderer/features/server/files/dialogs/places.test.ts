import { expect, test } from 'vitest';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { cleanPath, placeProblem, type Transfer } from './places.ts';

const entry = (name: string, type: FileEntry['type']): FileEntry => ({
  name,
  type,
  size: 0,
  modified_at: 0,
  link: false,
});
const entries = [entry('world', 'directory'), entry('motd', 'file')];

test('slashes at the ends are no part of a path', () => {
  expect([' /a//b/ ', '/', '', 'a b'].map(cleanPath)).toEqual(['a/b', '', '', 'a b']);
});

test.each<[Transfer, string, string, string | null]>([
  ['move', '', 'backup', null],
  ['move', '', '', 'same'],
  ['copy', '', '', null],
  ['move', 'a', 'a', 'same'],
  ['move', 'a', '', null],
  ['move', '', 'world', 'inside'],
  ['copy', '', 'world/deep', 'inside'],
  ['copy', '', 'worlds', null],
  ['copy', '', 'motd', null],
  ['move', 'a', 'world', null],
  ['move', '', 'a/../world', 'dots'],
  ['move', '', './a', 'dots'],
  ['move', '', 'a\\b', 'dots'],
])('%s from %j to %j: %s', (transfer, from, to, problem) => {
  expect(placeProblem(transfer, { entries, from, to })).toBe(problem);
});
