import { expect, test } from 'vitest';
import { OneTimeLinks } from './one-time-links.ts';

test('of a thousand and one links the oldest goes', async () => {
  const links = new OneTimeLinks<{ path: string; tokenId: null }>({ now: () => 0 });
  const keys = Array.from({ length: 1001 }, (_, n) => links.create({ path: `${n}`, tokenId: null }).key);
  const use = (key = '') => links.use(key, async ({ path }) => path);
  expect([await use(keys[0]), await use(keys[1]), await use(keys[1000])]).toEqual([null, '1', '1000']);
});
