import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eggText } from '../../main/eggs/an-egg.test-helper.ts';
import { eggEntrySchema, eggPreviewSchema } from '../../shared/http/eggs.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const egg = (file: string): string =>
  readFileSync(join(import.meta.dirname, '../fixtures/eggs', file), 'utf8');
const preview = (body: unknown) => world.call('POST', '/eggs/preview', { body });

describe('E1 POST /eggs/preview', () => {
  test('an egg, as it was understood, and what was not', async () => {
    const reply = await preview({ text: egg('nodejs-generic.yaml') });
    expect(reply.status).toBe(200);
    const found = eggPreviewSchema.parse(reply.json);
    expect(found.egg).toMatchObject({ name: 'node.js generic', format: 'PLCN_v3' });
    expect(found.notes).toHaveLength(3);
    expect(found.notes[0]).toMatch(/^“change this text 1” as the text that says that it is ready/);
  });

  test.each([
    ['no body', undefined, 'the body is missing'],
    ['no text', {}, 'text: is required'],
    ['an empty text', { text: '' }, 'text: must not be empty'],
    ['an unknown field', { text: 'x', save: true }, 'unknown field: save'],
    ['no egg', { text: 'hello' }, "This egg can't be imported: that text is no egg."],
    ['an unknown format', { text: '{"meta":{"version":"X"}}' }, 'the format “X” is not known'],
  ])('%s: 400', async (_what, body, message) => {
    const reply = await preview(body);
    expect([reply.status, reply.json]).toEqual([400, { error: expect.stringContaining(message) }]);
  });

  test('makes nothing', async () => {
    const before = JSON.stringify([
      world.store.servers.all(),
      world.store.volumes.all(),
      world.servers.calls,
    ]);
    await preview({ text: egg('minetest.json') });
    expect(JSON.stringify([world.store.servers.all(), world.store.volumes.all(), world.servers.calls])).toBe(
      before,
    );
  });

  test('A3: larger than a request may be: 413', async () => {
    expect((await preview({ text: 'x'.repeat(1024 * 1024) })).status).toBe(413);
  });
});

describe('E8 the catalogue', () => {
  const text = eggText({ uuid: 'u-1', name: 'Game “1”' });
  const newer = eggText({ uuid: 'U-1', name: 'Game 2' });
  const add = (body: unknown, call = {}) => world.call('POST', '/eggs', { body, ...call });

  test('an egg is taken in, known again, replaced by a newer version, exported, planned with, deleted', async () => {
    const first = (await add({ text, source: 'game.json' })).json;
    expect(first).toMatchObject({ outcome: 'added', notes: [], egg: { name: 'Game “1”' } });
    const { id } = eggEntrySchema.parse(first.entry);
    expect((await add({ text })).json).toMatchObject({
      outcome: 'known',
      entry: { id, source: 'game.json' },
    });
    world.time += 1000;
    const second = (await add({ text: newer })).json;
    expect(second).toMatchObject({
      outcome: 'updated',
      entry: { id, name: 'Game 2', updated_at: world.time },
    });
    expect(second.versions).toEqual([
      { sha256: second.sha256, imported_at: world.time },
      { sha256: first.sha256, imported_at: world.time - 1000 },
    ]);
    expect((await world.call('GET', '/eggs')).json).toEqual({ eggs: [second.entry] });
    const old = await world.call('GET', `/eggs/${id}?version=${String(first.sha256)}`);
    expect(old.json).toMatchObject({ egg: { name: 'Game “1”' }, sha256: first.sha256 });
    const exported = await world.call('GET', `/eggs/${id}/export`);
    expect(exported.json.file_name).toBe('egg-game-2.json');
    expect((await preview({ text: exported.json.text })).json.egg).toEqual(second.egg);
    const plan = await world.call('POST', '/eggs/plan', { body: { id } });
    expect(plan.json).toMatchObject({
      problems: {},
      server: { egg: { name: 'Game 2', sha256: second.sha256 } },
    });
    expect((await world.call('DELETE', `/eggs/${id}`)).json).toEqual({ message: 'Egg deleted' });
    expect((await world.call('DELETE', `/eggs/${id}`)).status).toBe(404);
    expect((await world.call('GET', '/eggs')).json).toEqual({ eggs: [] });
  });

  test('no more than eight versions are kept', async () => {
    for (let no = 0; no < 12; no += 1) {
      world.time += 1;
      await add({ text: eggText({ uuid: 'many', description: `no. ${no}` }) });
    }
    const [entry] = z
      .object({ eggs: z.array(eggEntrySchema) })
      .parse((await world.call('GET', '/eggs')).json).eggs;
    const known = await world.call('GET', `/eggs/${entry?.id}`);
    expect(known.json).toMatchObject({ egg: { description: 'no. 11' } });
    expect(z.array(z.object({})).parse(known.json.versions)).toHaveLength(8);
  });

  test('a token that is bound to some servers may look, not change', async () => {
    const token = world.token({ containers: ['a'] });
    expect((await add({ text }, { token })).status).toBe(403);
    expect((await world.call('DELETE', '/eggs/x', { token })).status).toBe(403);
    expect((await world.call('GET', '/eggs', { token })).status).toBe(200);
  });

  test.each([
    ['GET', '/eggs/x', undefined, 404, 'There is no such egg here'],
    ['GET', '/eggs/x/export', undefined, 404, 'There is no such egg here'],
    ['POST', '/eggs', { text: 'x' }, 400, 'that text is no egg'],
    ['POST', '/eggs/plan', { id: 'x' }, 404, 'There is no such egg here'],
    ['POST', '/eggs/plan', {}, 400, 'send either text or id'],
    ['POST', '/eggs/plan', { text: 'x', id: 'x' }, 400, 'send either text or id'],
  ])('%s %s %j: %i', async (method, path, body, status, message) => {
    const reply = await world.call(method, path, { body });
    expect([reply.status, reply.json]).toEqual([status, { error: expect.stringContaining(message) }]);
  });
});

describe('E11 POST /eggs/fetch', () => {
  const fetchEgg = (body: unknown, call = {}) => world.call('POST', '/eggs/fetch', { body, ...call });

  test.each([
    [{ url: 'http://example.org/egg.json' }, 400, 'only https addresses are fetched'],
    [{ url: 'https://127.0.0.1:9/egg.json' }, 409, 'only asked if you allow that'],
    [{ url: 'https://[::1]/' }, 409, 'only asked if you allow that'],
    [{ url: 'https://127.0.0.1:9/egg.json', allow_private: true }, 400, '127.0.0.1:9 could not be asked'],
    [{ url: '' }, 400, 'url: must not be empty'],
  ])('%j: %i', async (body, status, message) => {
    const reply = await fetchEgg(body);
    expect([reply.status, reply.json]).toEqual([status, { error: expect.stringContaining(message) }]);
  });

  test('not for a token that is bound to some servers', async () => {
    const token = world.token({ containers: ['a'] });
    expect((await fetchEgg({ url: 'https://127.0.0.1:9/' }, { token })).status).toBe(403);
  });
});

describe('E9 POST /eggs/describe', () => {
  const describeText = (body: unknown) => world.call('POST', '/eggs/describe', { body });
  test.each([
    [
      'docker run -p 80:8080 nginx:1',
      { image: 'nginx:1', ports: [{ host_port: 80, container_port: 8080, protocol: 'tcp' }] },
    ],
    ['services: {web: {image: "nginx:1"}}', { image: 'nginx:1', name: 'web' }],
  ])('%s', async (text, server) => {
    expect((await describeText({ text })).json).toMatchObject({ server, notes: [], refused: [] });
  });

  test('what is refused has no image, what is nothing is refused', async () => {
    const built = await describeText({ text: 'services: {a: {build: .}}' });
    expect(built.json.refused).toEqual([
      'build is not taken: images are pulled, not built; build it, and name the image',
    ]);
    expect((await describeText({ text: 'docker run -it' })).json).toEqual({
      error: "This can't be made a server: it names no image.",
    });
    expect((await describeText({ text: 'hello' })).status).toBe(400);
  });
});
