import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newStoredServer } from '../../main/servers/machine/restore.ts';
import { serverDefinitionSchema } from '../../shared/model/server.ts';
import { MiB } from '../../shared/units.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
let volume: { id: string; path: string };
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  const { json } = await world.call('POST', '/volumes', { body: { size: 50 } });
  volume = { id: String(json.id), path: String(json.path) };
});

const quota = async (id = volume.id) => (await world.call('GET', `/volumes/${id}/quota`)).json;

/** A server that has the volume, in the store and in the registry. */
async function useVolume(
  id: string,
  request: { volume_id: string; mount?: Record<string, string> },
): Promise<void> {
  const body = { internal_id: id, image: 'i', startup_command: 'x', ...request, mount: {} };
  expect((await world.call('POST', '/containers', { body })).status).toBe(200);
  const definition = serverDefinitionSchema.parse({
    ...world.servers.get(id)?.definition,
    mount: request.mount ?? {},
  });
  world.store.servers.put({ ...newStoredServer(definition, 'boot'), install_state: 'installed' });
}

/** The id goes to no volume that this token may see. */
const unknown = { status: 404, json: { error: 'Volume not found' } };

describe('A10 GET /volumes/:id/quota', () => {
  test('size, use (rounded up), room (rounded down), in MiB and in percent', async () => {
    expect(await quota()).toEqual({ size_mb: 50, used_mb: 0, available_mb: 50, percentage_used: 0 });
    const { json } = await world.call('POST', '/volumes', { body: { size: 8 } });
    writeFileSync(join(String(json.path), 'file'), Buffer.alloc(2.5 * MiB, 1));
    expect(await quota(String(json.id))).toEqual({
      size_mb: 8,
      used_mb: 3,
      available_mb: 5,
      percentage_used: 31.25,
    });
  });

  test('B19 whoever may see some volumes alone isn’t told where on the host they are', async () => {
    await useVolume('path-bound', { volume_id: volume.id });
    const list = async (token?: string) => {
      const reply = await world.call('GET', '/volumes', token ? { token } : {});
      return JSON.stringify(reply.json.volumes);
    };
    expect(await list(world.token({ containers: ['path-bound'] }))).toContain(
      `"id":"${volume.id}","path":""`,
    );
    expect(await list()).toContain(volume.path);
  });

  test('an unknown one, and one of a server that the token is not for: 404 in the same words', async () => {
    await useVolume('quota-bound', { volume_id: volume.id });
    const own = world.token({ containers: ['quota-bound'] });
    const other = world.token({ containers: ['quota-other'] });
    const path = `/volumes/${volume.id}/quota`;
    expect((await world.call('GET', path, { token: own })).status).toBe(200);
    expect(await world.call('GET', path, { token: other })).toMatchObject(unknown);
    expect(await world.call('GET', '/volumes/nope/quota')).toMatchObject(unknown);
    expect(await world.call('GET', '/volumes/..%2f..%2fetc/quota')).toMatchObject(unknown);
  });

  test('A3: an unknown parameter: 400 naming it', async () => {
    const reply = await world.call('GET', `/volumes/${volume.id}/quota?deep=1`);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringContaining('deep')]);
  });
});

describe('A10 POST /volumes/:id/resize', () => {
  const resize = (body: unknown, id = volume.id, token?: string) =>
    world.call('POST', `/volumes/${id}/resize`, { body, ...(token ? { token } : {}) });

  test('larger, smaller, the same', async () => {
    for (const size of [200, 20, 20]) {
      expect(await resize({ size })).toMatchObject({
        status: 200,
        json: { message: 'Volume resized successfully', size_mb: size },
      });
      expect((await quota()).size_mb).toBe(size);
    }
    expect((await world.call('GET', '/volumes')).json.volumes).toContainEqual({
      ...volume,
      created_at: startTime / 1000,
      quota_mb: 20,
    });
  });

  test('below what is in it: 400 saying how much that is, and nothing changed', async () => {
    writeFileSync(join(volume.path, 'file'), Buffer.alloc(12.5 * MiB, 1));
    const reply = await resize({ size: 12 });
    expect([reply.status, reply.json.error]).toEqual([
      400,
      'size: the volume needs at least 13 MB for what is in it. Choose a larger size, or delete files first',
    ]);
    expect((await quota()).size_mb).toBe(50);
  });

  test.each([
    [undefined, 'the body is missing'],
    [{}, 'size: is required'],
    [{ size: 0 }, 'size: '],
    [{ size: -5 }, 'size: '],
    [{ size: 1.5 }, 'size: '],
    [{ size: '20' }, 'size: '],
    [{ size: null }, 'size: '],
    [{ size: 16 * 1024 * 1024 + 1 }, 'size: '],
    [{ size: 20, unit: 'GB' }, 'unit'],
    [[20], ''],
    ['{', ''],
  ])('A3: %j: 400, and nothing changed', async (body, words) => {
    const reply = await resize(body);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringContaining(words)]);
    expect((await quota()).size_mb).toBe(50);
  });

  test('an unknown one: 404; a token that is bound to servers: 403, of its own volume, too', async () => {
    expect(await resize({ size: 20 }, 'nope')).toMatchObject(unknown);
    await useVolume('resize-bound', { volume_id: volume.id });
    const token = world.token({ containers: ['resize-bound'] });
    expect(await resize({ size: 500 }, volume.id, token)).toMatchObject({
      status: 403,
      json: { error: 'not permitted: files.write' },
    });
    expect((await quota()).size_mb).toBe(50);
  });
});

describe('DELETE /volumes/:id', () => {
  const remove = (id = volume.id, token?: string) =>
    world.call('DELETE', `/volumes/${id}`, token ? { token } : {});

  test('204 without a body; the folder and the record are gone', async () => {
    writeFileSync(join(volume.path, 'file'), 'x');
    expect(await remove()).toMatchObject({ status: 204, text: '' });
    expect(existsSync(volume.path)).toBe(false);
    expect(await remove()).toMatchObject(unknown);
    expect(await world.call('GET', `/volumes/${volume.id}/quota`)).toMatchObject(unknown);
    const body = { internal_id: 'late', image: 'i', startup_command: 'x', volume_id: volume.id };
    expect(await world.call('POST', '/containers', { body })).toMatchObject(unknown);
  });

  test('in use by a server, as its volume or as a mount of its own: 409 naming it, and all is there', async () => {
    writeFileSync(join(volume.path, 'file'), 'x');
    await useVolume('delete-own', { volume_id: volume.id });
    expect(await remove()).toMatchObject({
      status: 409,
      json: { error: 'The volume is in use by the server delete-own. Delete that first' },
    });
    const shared = String((await world.call('POST', '/volumes')).json.id);
    const mount = { '/maps': join(volume.path, '..', shared, 'maps') };
    await useVolume('delete-mount', { volume_id: volume.id, mount });
    expect((await remove(shared)).json.error).toContain('delete-mount');
    expect(existsSync(join(volume.path, 'file'))).toBe(true);
  });

  test('a token that is bound to servers: 403; A3: a body with a field: 400', async () => {
    const token = world.token({ containers: ['delete-own'] });
    expect((await remove(volume.id, token)).status).toBe(403);
    const reply = await world.call('DELETE', `/volumes/${volume.id}`, { body: { force: true } });
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringContaining('force')]);
    expect(existsSync(volume.path)).toBe(true);
  });
});
