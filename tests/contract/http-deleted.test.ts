import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listDeleted } from '../../shared/http/deleted.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
let volume: string;

beforeEach(async () => {
  world = await createWorld();
  volume = String((await world.call('POST', '/volumes')).json.id);
  await create('one', volume);
});
afterEach(() => world.close());

const create = (internal_id: string, volume_id: string) =>
  world.call('POST', '/containers', {
    body: {
      internal_id,
      name: `The ${internal_id}`,
      image: 'debian:12',
      volume_id,
      startup_command: './run',
    },
  });
const remove = (query = '', token?: string) =>
  world.call('DELETE', `/containers/one${query}`, token === undefined ? {} : { token });
const list = async (token?: string) =>
  listDeleted.reply.parse(
    (await world.call('GET', '/host/deleted', token === undefined ? {} : { token })).json,
  );
const undelete = (body?: unknown, token?: string) =>
  world.call('POST', '/containers/one/undelete', { body, ...(token === undefined ? {} : { token }) });

describe('A25 deleted servers', () => {
  test('are listed with their files, and come back', async () => {
    const reply = await remove('', world.token({ label: 'admin' }));
    const seconds = startTime / 1000;
    expect(reply.json).toMatchObject({ expires_at: seconds + 7 * 24 * 3600 });
    const { servers, files, keep_days } = await list();
    expect([files, keep_days]).toEqual([[], 7]);
    expect(servers).toMatchObject([
      {
        deletion: reply.json.deletion,
        internal_id: 'one',
        name: 'The one',
        image: 'debian:12',
        deleted_at: seconds,
        by: 'admin',
        files: { volume_id: volume, size_mb: 1024 },
        with_files: false,
        problem: null,
      },
    ]);
    expect(await undelete()).toMatchObject({
      status: 200,
      json: { message: 'Container restored', internal_id: 'one', lost_ports: [], sftp_login: 'none' },
    });
    expect((await list()).servers).toEqual([]);
    expect((await undelete()).status).toBe(404);
  });

  test('not while the id is taken, which the list says', async () => {
    await remove();
    await create('one', volume);
    expect((await list()).servers[0]?.problem).not.toBeNull();
    expect((await undelete()).status).toBe(409);
  });

  test('for good: at once, or later', async () => {
    expect((await remove('?keep=false')).json).toMatchObject({ deletion: null, expires_at: null });
    expect((await list()).files).toMatchObject([{ volume_id: volume, from: null }]);
    await create('one', volume);
    const { deletion } = (await remove()).json;
    expect((await world.call('DELETE', `/host/deleted/${String(deletion)}`)).status).toBe(200);
    expect((await world.call('DELETE', `/host/deleted/${String(deletion)}`)).status).toBe(404);
    expect((await world.call('DELETE', '/host/deleted/x')).status).toBe(400);
  });

  test('files of a server that can be had back can still be deleted, and then it can not', async () => {
    await remove();
    expect((await world.call('DELETE', `/volumes/${volume}`)).status).toBe(204);
    expect((await list()).servers[0]?.files).toBeNull();
  });

  test('a token that is bound sees and brings back its own; files with it only for who may delete any volume', async () => {
    const bound = world.token({ containers: ['one'] });
    const other = world.token({ containers: ['other'] });
    expect((await remove('?files=delete', bound)).status).toBe(403);
    const { deletion } = (await remove('', bound)).json;
    expect((await list(other)).servers).toEqual([]);
    expect((await list(bound)).servers).toHaveLength(1);
    expect((await list(bound)).files).toEqual([]);
    const purge = (token: string, query = '') =>
      world.call('DELETE', `/host/deleted/${String(deletion)}${query}`, { token });
    expect((await purge(other)).status).toBe(404);
    expect((await purge(bound, '?files=delete')).status).toBe(403);
    expect((await undelete({}, other)).status).toBe(403);
    expect((await undelete({}, world.token({ scopes: ['containers.read'] }))).status).toBe(403);
    expect((await undelete({}, bound)).status).toBe(200);
  });
});
