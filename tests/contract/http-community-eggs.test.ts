import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('E14 GET /community-eggs has the repositories before any was fetched', async () => {
  const { status, json } = await world.call('GET', '/community-eggs?search=paper&limit=5');
  expect(status).toBe(200);
  expect(json).toMatchObject({ total: 0, eggs: [] });
  expect(json.repositories).toContainEqual({
    id: 'pelican-eggs-minecraft',
    title: 'Minecraft',
    home: 'https://github.com/pelican-eggs/minecraft',
    licence: 'MIT',
    fetched_at: null,
    eggs: 0,
  });
});

test.each([
  ['GET', '/community-eggs?limit=0', undefined, 400],
  ['GET', '/community-eggs?limit=501', undefined, 400],
  ['GET', `/community-eggs?search=${'x'.repeat(201)}`, undefined, 400],
  ['GET', '/community-eggs?more=1', undefined, 400],
  ['GET', '/community-eggs/x/y', undefined, 404],
  ['POST', '/community-eggs/refresh', { repositories: ['x'] }, 404],
  ['POST', '/community-eggs/refresh', { repositories: [] }, 400],
  ['POST', '/community-eggs/refresh', undefined, 400],
  ['POST', '/community-eggs/refresh', { url: 'https://eggs.example' }, 400],
])('E14 %s %s %j: %i', async (method, path, body, status) => {
  expect((await world.call(method, path, { body })).status).toBe(status);
});

test('E14 a token that is bound to some servers searches, and has no way out', async () => {
  const token = world.token({ containers: ['one'] });
  expect((await world.call('GET', '/community-eggs', { token })).status).toBe(200);
  const reply = await world.call('POST', '/community-eggs/refresh', {
    token,
    body: { repositories: ['pelican-eggs-voice'] },
  });
  expect(reply.status).toBe(403);
});
