import { existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operationSchema } from '../../shared/model/operation.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** A world's folder of Minecraft. */
function worldFolder(path: string): string {
  mkdirSync(join(path, 'world', 'region'), { recursive: true });
  writeFileSync(join(path, 'server.properties'), 'server-port=25565\n');
  writeFileSync(join(path, 'world', 'level.dat'), 'x'.repeat(5000));
  symlinkSync('world/level.dat', join(path, 'current'));
  return path;
}

const find = (path: string) => world.call('GET', `/host/folders?path=${encodeURIComponent(path)}`);

async function adopt(path: string, how: string, more: object = {}) {
  const { status, json } = await world.call('POST', '/volumes/adopt', { body: { path, how, ...more } });
  expect(status).toBe(202);
  const { id } = operationSchema.parse(json);
  await until(() => world.operations.get(id)?.state !== 'running');
  const ended = world.operations.get(id);
  return { ...ended, result: ended?.result ?? {} };
}

test('A26 GET /host/folders names the allowed folders, and what a folder looks like', async () => {
  const path = worldFolder(join(world.allowed, 'old world'));
  expect((await world.call('GET', '/host/folders')).json).toEqual({
    allowed: [world.allowed],
    folders: [],
    more: 0,
  });
  expect((await find(path)).json.folders).toEqual([
    {
      path,
      kind: 'folder',
      game: 'Minecraft (Java)',
      contents: ['current', 'server.properties', 'world'],
      problem: null,
    },
  ]);
});

test('A26 the servers of Wings are found by its config.yml, the folder of that, and the folder of the volumes', async () => {
  const wings = join(world.allowed, 'wings');
  const volumes = join(wings, 'volumes');
  const id = 'd3aac109-46fa-4a1b-8c3e-2f3cfc1bf0a1';
  worldFolder(join(volumes, id));
  mkdirSync(join(volumes, 'of somebody else'));
  writeFileSync(join(wings, 'config.yml'), `token: secret\nsystem:\n  data: ${volumes}\n`);
  for (const path of [join(wings, 'config.yml'), wings, volumes]) {
    const { folders, more } = (await find(path)).json;
    expect(folders).toMatchObject([{ path: join(volumes, id), kind: 'wings', game: 'Minecraft (Java)' }]);
    expect(more).toBe(0);
  }
  // A configuration that leads out, hangs or is none leads nowhere.
  writeFileSync(join(wings, 'config.yml'), 'system:\n  data: /etc\n');
  expect(await find(wings)).toMatchObject({ status: 400, text: expect.stringContaining('allowed') });
  for (const text of ['a: &a [x]\nsystem: *a\n', '{{{', 'system: 3', '']) {
    writeFileSync(join(wings, 'config.yml'), text);
    expect((await find(wings)).json.folders).toMatchObject([{ path: wings, kind: 'folder' }]);
  }
});

test('A26 nothing outside of the allowed folders is looked at or taken, whatever leads there', async () => {
  const link = join(world.allowed, 'link');
  symlinkSync('/etc', link);
  for (const path of ['/etc', '/nowhere', link, join(world.allowed, '..'), 'relative', '', '/\0x']) {
    expect((await find(path)).status).toBe(400);
    const body = { path, how: 'copy' };
    expect((await world.call('POST', '/volumes/adopt', { body })).status).toBe(400);
  }
});

test('A26 copied: the volume has it all, and the folder stays', async () => {
  const path = worldFolder(join(world.allowed, 'to copy'));
  const { state, result } = await adopt(path, 'copy');
  expect(state).toBe('done');
  expect(result).toMatchObject({ left_out: 0, size_mb: 2049, message: expect.stringContaining('copied') });
  const volume = world.store.volumes.all().find(({ id }) => id === result.volume_id);
  expect(readFileSync(join(volume?.path ?? '', 'world', 'level.dat'), 'utf8')).toHaveLength(5000);
  expect(readlinkSync(join(volume?.path ?? '', 'current'))).toBe('world/level.dat');
  expect(existsSync(join(path, 'world', 'level.dat'))).toBe(true);
});

test('A26 moved: it is in the volume and nowhere else', async () => {
  const path = worldFolder(join(world.allowed, 'to move'));
  const { result } = await adopt(path, 'move', { size: 64 });
  expect(result).toMatchObject({ size_mb: 64, message: expect.stringContaining('moved') });
  expect(existsSync(path)).toBe(false);
  const volume = world.store.volumes.all().find(({ id }) => id === result.volume_id);
  expect(existsSync(join(volume?.path ?? '', 'world', 'level.dat'))).toBe(true);
});

test('A26 in place: it is a volume where it lies, is nobody else’s, and stays when the volume goes', async () => {
  const path = worldFolder(join(world.allowed, 'in place'));
  const { result } = await adopt(path, 'in_place');
  const id = String(result.volume_id);
  const listed = await world.call('GET', `/files?volume_id=${id}&path=/`);
  expect(listed.text).not.toContain('Volume not found');
  expect((await find(path)).json.folders).toMatchObject([
    { problem: expect.stringContaining('uses it already') },
  ]);
  for (const taken of [path, join(path, 'world')]) {
    const body = { path: taken, how: 'copy' };
    expect((await world.call('POST', '/volumes/adopt', { body })).status).toBe(409);
  }
  expect((await world.call('DELETE', `/volumes/${id}`)).status).toBe(204);
  expect(world.store.volumes.get(id)).toBeNull();
  expect(existsSync(join(path, 'world', 'level.dat'))).toBe(true);
});

test('A26 what fails or has no room leaves no volume, and the folder as it was', async () => {
  const path = worldFolder(join(world.allowed, 'large'));
  writeFileSync(join(path, 'big'), Buffer.alloc(3 * 1024 * 1024, 1));
  const before = world.store.volumes.all().length;
  expect(await adopt(path, 'copy', { size: 2 })).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('must be at least'),
  });
  expect(world.store.volumes.all()).toHaveLength(before);
  expect(existsSync(join(path, 'big'))).toBe(true);
});

test('A26 not for tokens that are bound to some servers, or lack a right', async () => {
  const path = worldFolder(join(world.allowed, 'guarded'));
  const body = { path, how: 'copy' };
  for (const more of [{ containers: ['one'] }, { scopes: ['system' as const] }]) {
    const token = world.token(more);
    expect((await world.call('POST', '/volumes/adopt', { token, body })).status).toBe(403);
  }
  const token = world.token({ containers: ['one'] });
  expect((await world.call('GET', '/host/folders', { token })).status).toBe(403);
});

test('A40 containers of others are listed and adopted by whoever sees all of the host, and let go', async () => {
  const { json } = await world.call('GET', '/host/containers');
  expect(json).toEqual({
    containers: [
      { id: 'abc', name: 'web', image: 'nginx:1', ports: [], takes_input: false, notes: ['a note'] },
    ],
  });
  const body = { container_id: 'abc', internal_id: 'web' };
  const call = (more: object) => world.call('POST', '/host/containers/adopt', { body: { ...body, ...more } });
  expect(await call({})).toMatchObject({ status: 200, json: { internal_id: 'web', notes: ['a note'] } });
  expect((await call({ container_id: 'nobody' })).status).toBe(404);
  expect((await call({ internal_id: '..' })).status).toBe(400);
  expect((await call({ more: 1 })).status).toBe(400);
  for (const more of [{ containers: ['web'] }, { scopes: ['system' as const] }])
    expect(
      (await world.call('POST', '/host/containers/adopt', { token: world.token(more), body })).status,
    ).toBe(403);
  const bound = world.token({ containers: ['web'] });
  expect((await world.call('GET', '/host/containers', { token: bound })).status).toBe(403);
});

test('A40 one that was made here can not be let go, and an adopted one not be deleted', async () => {
  world.servers.create(serverDefinition('made'));
  expect((await world.call('POST', '/containers/made/release')).status).toBe(409);
  const adopted = { container_id: 'abc', name: 'web', takes_input: true };
  world.servers.create(serverDefinition('theirs', { adopted }));
  expect(await world.call('DELETE', '/containers/theirs')).toMatchObject({
    status: 409,
    text: expect.stringContaining('Let it go'),
  });
  expect((await world.call('POST', '/containers/theirs/release')).status).toBe(200);
  expect((await world.call('POST', '/containers/theirs/release')).status).toBe(404);
});
