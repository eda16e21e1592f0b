import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eggPreviewSchema } from '../../shared/http/eggs.ts';
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
