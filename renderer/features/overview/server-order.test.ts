import { expect, test } from 'vitest';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { figures, summary } from '../../state/servers.test-helper.ts';
import { type Arrangement, arrange, commonTags, editedTags } from './server-order.ts';

const crash = { at: 1, code: 1, signal: null, oom: false, wanted: false, reason: 'crashed' };
const servers = [
  summary('a', { state: 'exit', tags: ['friends'] }),
  summary('b', { state: 'exit', last_exit: crash }),
  summary('c', { stats: { ...figures, cpu_usage: 10 }, tags: ['friends', 'test'] }),
  summary('d', { stats: { ...figures, cpu_usage: 90 }, game: { id: 'valheim', title: 'Valheim' } }),
];
const usual: Arrangement = {
  sort: 'state',
  isDescending: false,
  filter: '',
  byTag: false,
  pinned: new Set(),
};
const shown = (changes: Partial<Arrangement> = {}, of: readonly ServerSummary[] = servers): string =>
  arrange(of, { ...usual, ...changes })
    .map(
      ({ tag, servers: all }) => `${tag === null ? '' : `${tag}: `}${all.map(({ name }) => name).join('')}`,
    )
    .join(', ');

test('what needs somebody first, then what runs; pinned ones on top of all', () => {
  expect(shown()).toBe('bcda');
  expect(shown({ pinned: new Set(['a']) })).toBe('abcd');
});

test('sorted by name, CPU and game, both ways', () => {
  expect(shown({ sort: 'name' })).toBe('abcd');
  expect(shown({ sort: 'name', isDescending: true })).toBe('dcba');
  expect(shown({ sort: 'cpu' })).toBe('dcab');
});

test('found by name, game, tag and state; grouped by tag, and those without at the end', () => {
  expect(shown({ filter: 'VALh' })).toBe('d');
  expect(shown({ filter: 'friends exit' })).toBe('a');
  expect(shown({ filter: 'nothing' })).toBe('');
  expect(shown({ byTag: true })).toBe('friends: ca, test: c, : bd');
});

test('tags of many are edited at once: what one has alone stays', () => {
  const chosen = [summary('a', { tags: ['x', 'own'] }), summary('b', { tags: ['x'] })];
  expect(commonTags(chosen)).toEqual(['x']);
  expect(editedTags(['x', 'own'], ['x'], ['new'])).toEqual(['own', 'new']);
  expect(editedTags(['x'], ['x'], ['x', 'x2'])).toEqual(['x', 'x2']);
  expect(commonTags([])).toEqual([]);
});
