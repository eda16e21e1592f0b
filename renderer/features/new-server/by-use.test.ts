import { expect, it } from 'vitest';
import { byUse } from './by-use.ts';
import { templates } from './templates.ts';

const ids = (servers: Parameters<typeof byUse>[1]): string[] => byUse(templates, servers).map(({ id }) => id);

it('games are in the order of their use, those of this host first', () => {
  expect(ids([])[0]).toBe('minecraft-java');
  expect(ids([]).length).toBe(templates.length);
  const servers = ['valheim', 'factorio', 'factorio', null].map((id) => ({ game: { id } }));
  expect(ids(servers).slice(0, 3)).toEqual(['factorio', 'valheim', 'minecraft-java']);
});
