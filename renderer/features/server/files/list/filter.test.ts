import { expect, it } from 'vitest';
import { filtered } from './filter.ts';

const names = [
  'world',
  'world_nether',
  'Server.properties',
  'latest.log',
  '2026-11-01.log.gz',
  'Übung.txt',
  'a*b',
];
const entries = names.map((name) => ({ name, type: 'file' as const, size: 0, modified_at: 0, link: false }));

it.each([
  ['', names],
  ['  ', names],
  ['WORLD', ['world', 'world_nether']],
  ['world net', ['world_nether']],
  ['ubung', ['Übung.txt']],
  ['*.log', ['latest.log']],
  ['*.log*', ['latest.log', '2026-11-01.log.gz']],
  ['2026*gz', ['2026-11-01.log.gz']],
  ['a*b', ['a*b']],
  ['(', []],
])('%j', (text, found) => {
  expect(filtered(entries, text).map(({ name }) => name)).toEqual(found);
});
