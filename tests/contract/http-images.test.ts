import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('E13 GET /images/facts', () => {
  test.each<[string, Parameters<World['token']>[0], number, string]>([
    ['/images/facts', {}, 400, 'image: is required'],
    ['/images/facts?image=a&more=1', {}, 400, 'unknown field: more'],
    ['/images/facts?image=a', {}, 503, ''],
    ['/images/facts?image=a', { containers: ['a'] }, 403, 'not permitted'],
    ['/images/facts?image=a', { scopes: ['containers.read'] }, 403, 'not permitted: containers.write'],
  ])('%s with %j: %i', async (path, limits, status, message) => {
    const token = world.token(limits);
    const reply = await world.call('GET', path, { token });
    expect([reply.status, reply.json]).toEqual([status, { error: expect.stringContaining(message) }]);
  });
});

describe('E15 the images on the machine', () => {
  test.each<[string, string, unknown, Parameters<World['token']>[0], number, string]>([
    ['GET', '/images', undefined, {}, 503, 'Docker does not answer'],
    ['GET', '/images?more=1', undefined, {}, 400, 'unknown field: more'],
    ['GET', '/images', undefined, { containers: ['a'] }, 403, 'not permitted'],
    ['GET', '/images', undefined, { scopes: ['containers.read'] }, 403, 'not permitted: containers.write'],
    ['POST', '/images/pull', { image: 'nginx:1' }, {}, 503, 'Docker does not answer'],
    ['POST', '/images/pull', {}, {}, 400, 'image: is required'],
    ['POST', '/images/pull', { image: 'two words' }, {}, 400, 'image: must be an image reference'],
    ['POST', '/images/pull', { image: 'a/../b' }, {}, 400, 'is not the name of an image'],
    ['POST', '/images/pull', { image: 'nginx:1', more: 1 }, {}, 400, 'unknown field: more'],
    ['POST', '/images/pull', { image: 'nginx:1' }, { containers: ['a'] }, 403, 'not permitted'],
    ['POST', '/images/pull', { image: 'nginx:1' }, { scopes: ['containers.read'] }, 403, 'not permitted'],
  ])('%s %s %j with %j: %i', async (method, path, body, limits, status, message) => {
    const token = world.token(limits);
    const reply = await world.call(method, path, { token, body });
    expect([reply.status, reply.json]).toEqual([status, { error: expect.stringContaining(message) }]);
  });
});
