import { expect, test } from 'vitest';
import { filesOf } from './files-of.ts';

test('the recipe’s files come first, then the game’s main ones; an agreement last, whoever sets it', () => {
  const file = (path: string) => ({ path, parser: 'properties' as const, size: 1 });
  const found = ['eula.txt', 'a.properties', 'server.properties', 'own.properties'].map(file);
  const config_files = ['eula.txt', 'own.properties'].map((path) => ({
    path,
    parser: 'properties' as const,
    create: false,
    find: [],
  }));
  expect(filesOf(found, { config_files }).map(({ path }) => path)).toEqual([
    'own.properties',
    'server.properties',
    'a.properties',
    'eula.txt',
  ]);
});
