import { expect, test } from 'vitest';
import { insideProblem, mountRows, mountsOf, outsideProblem } from './mounts.ts';

const row = (inside: string, key = 0) => ({ key, inside, outside: '/srv', isReadOnly: false });

test('mounts become rows and rows become mounts', () => {
  const mount = { '/maps': '/srv/maps', '/b': 'C:\\b' };
  const rows = mountRows(mount, ['/b']);
  expect(rows.map(({ isReadOnly }) => isReadOnly)).toEqual([false, true]);
  expect(mountsOf(rows)).toEqual({ volumes: mount, read_only_mounts: ['/b'] });
});

test.each([
  '',
  'maps',
  '/',
  '//',
  '/etc',
  '/lib/x',
  '/proc/',
  '/home/container',
  '/home/container/',
  '/a:b',
  '/a/../etc',
])('A8: %s is no place for a mount', (inside) => {
  const one = row(inside);
  expect(insideProblem(one, [one])).not.toBeNull();
});

test('A8: other places are, each once', () => {
  const rows = ['/maps', '/library', '/home/container/maps', '/maps/'].map(row);
  expect(rows.map((one) => insideProblem(one, rows) === null)).toEqual([true, true, true, false]);
});

test('a folder of the machine is absolute, on either system', () => {
  for (const path of ['/srv', 'C:\\maps', 'c:/maps', '\\\\nas\\maps'])
    expect(outsideProblem(path)).toBeNull();
  for (const path of ['', 'maps', './maps']) expect(outsideProblem(path)).not.toBeNull();
});
