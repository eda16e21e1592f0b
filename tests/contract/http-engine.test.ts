import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

test('H3 the host looks for an engine when it is asked to, and says what there is', async () => {
  const looked = await world.call('POST', '/host/engine/look');
  expect(looked).toMatchObject({ status: 200, json: { status: 'connecting', tried: [] } });
  const list = await world.call('GET', '/host/engines');
  expect(list.json.engines).toEqual([
    {
      endpoint: 'unix:///var/run/docker.sock',
      source: 'the usual socket of Docker',
      kind: 'docker',
      problem: null,
      in_use: false,
    },
    {
      endpoint: 'unix:///b',
      source: 'the usual socket of Docker',
      kind: null,
      problem: 'Nobody is there.',
      in_use: false,
    },
  ]);
});

test('H3 it is the host\u2019s affair: 403 for a token without system, or of some servers', async () => {
  for (const more of [{ scopes: ['power' as const] }, { containers: ['a'] }]) {
    const token = world.token(more);
    expect((await world.call('POST', '/host/engine/look', { token })).status).toBe(403);
    expect((await world.call('GET', '/host/engines', { token })).status).toBe(403);
  }
});
