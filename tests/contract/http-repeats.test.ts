import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const headers = { 'idempotency-key': 'one-thing-asked-for' };

describe('A17 the same call again, with its key', () => {
  test('makes one volume, one record of it, and gives the same answer', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => world.call('POST', '/volumes', { headers })));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect((await world.call('GET', '/volumes')).json.volumes).toHaveLength(1);
    const entries = (await world.call('GET', '/audit')).text.match(/POST \/volumes/g);
    expect(entries).toHaveLength(1);
  });

  test('a token that may not do it learns nothing by the key of one that may', async () => {
    await world.call('POST', '/volumes', { headers });
    const token = world.token({ scopes: ['containers.read'] });
    expect((await world.call('POST', '/volumes', { headers, token })).status).toBe(403);
  });

  test('a refusal is the same again; for another request the key is refused by its name', async () => {
    const first = await world.call('DELETE', '/volumes/none', { headers });
    expect(first.status).toBe(404);
    expect((await world.call('DELETE', '/volumes/none', { headers })).text).toBe(first.text);
    const other = await world.call('POST', '/volumes', { headers });
    expect([other.status, other.json.error]).toEqual([400, expect.stringContaining('idempotency-key')]);
  });

  test('pages of other origins may send it', async () => {
    const allowed = await world.call('OPTIONS', '/volumes', { token: null, accept: null });
    expect(allowed.headers['access-control-allow-headers']).toMatch(
      /Idempotency-Attempt, Idempotency-Host, Idempotency-Key/,
    );
  });
});
