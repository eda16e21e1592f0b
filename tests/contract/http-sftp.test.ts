import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServerView } from '../../main/servers/contract.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  const volume = await world.call('POST', '/volumes');
  for (const id of ['game', 'other']) {
    const body = {
      internal_id: id,
      image: 'busybox',
      volume_id: volume.json.volume_id,
      startup_command: 'true',
    };
    expect((await world.call('POST', '/containers', { body })).status).toBe(200);
  }
});
afterAll(() => world.close());
beforeEach(() => {
  world.time = startTime;
});

const credentials = '/containers/game/sftp/credentials';
const info = '/containers/game/sftp/info';
const seconds = startTime / 1000;

describe('POST /containers/:id/sftp/credentials', () => {
  test('A13 makes a login, and renews it', async () => {
    const made = await world.call('POST', credentials);
    expect(made.status).toBe(200);
    expect(made.json).toEqual({
      username: expect.stringMatching(/^sftp_[0-9a-f]{10}$/),
      password: expect.stringMatching(/^[A-Za-z0-9]{24}$/),
      host: '127.0.0.1',
      port: 2022,
      volume_path: '/home/container',
    });
    world.time = startTime + 60_000;
    const renewed = await world.call('POST', credentials, { body: {} });
    expect(renewed.json.username).toBe(made.json.username);
    expect(renewed.json.password).not.toBe(made.json.password);
    expect((await world.call('GET', info)).json).toMatchObject({
      created_at: seconds,
      updated_at: seconds + 60,
    });
  });

  test('A13 takes the username and the password of the request', async () => {
    const body = { username: 'custom_user', password: 'custom_pass' };
    const made = await world.call('POST', credentials, { body });
    expect(made.json).toMatchObject(body);
    const stored = JSON.stringify(world.store.sftpLogins.get('game'));
    expect(stored).toContain('scrypt:');
    expect(stored).not.toContain('custom_pass');
    expect(world.logged.join()).not.toContain('custom_pass');
    const kept = await world.call('POST', credentials, { body: { password: 'another_pass' } });
    expect(kept.json).toMatchObject({ username: 'custom_user', password: 'another_pass' });
  });

  test('A13 a username belongs to one server: 409', async () => {
    await world.call('POST', credentials, { body: { username: 'taken' } });
    const refused = await world.call('POST', '/containers/other/sftp/credentials', {
      body: { username: 'taken' },
    });
    expect(refused.status).toBe(409);
    expect(refused.json).toEqual({ error: 'The SFTP username taken is taken: choose another one' });
    expect(world.store.sftpLogins.get('other')).toBeNull();
    const [one, two] = await Promise.all(
      ['game', 'other'].map((id) =>
        world.call('POST', `/containers/${id}/sftp/credentials`, { body: { username: 'both' } }),
      ),
    );
    expect([one?.status, two?.status].sort()).toEqual([200, 409]);
  });

  const characters = 'username: must be 1 to 64 of A-Z a-z 0-9 _ . @ - and begin with a letter, a digit or _';
  test.each<[unknown, string]>([
    [{ username: 5 }, 'username: Invalid input: expected string, received number'],
    [{ username: '' }, characters],
    [{ username: '-oProxyCommand=x' }, characters],
    [{ username: 'a b' }, characters],
    [{ username: '../x' }, characters],
    [{ username: 'x\n' }, characters],
    [{ username: 'x'.repeat(65) }, characters],
    [{ password: null }, 'password: Invalid input: expected string, received null'],
    [{ password: 'short' }, 'password: must be at least 8 characters long'],
    [{ password: 'x'.repeat(129) }, 'password: must be at most 128 characters long'],
    [{ password: 'line\nbreak' }, 'password: must not contain control characters'],
    [{ user: 'x' }, 'unknown field: user'],
    [[], 'body: Invalid input: expected object, received array'],
  ])('A3 %j is refused with 400, and nothing is changed', async (body, error) => {
    const before = world.store.sftpLogins.all();
    const reply = await world.call('POST', credentials, { body });
    expect(reply.status).toBe(400);
    expect(reply.json).toEqual({ error });
    expect(world.store.sftpLogins.all()).toEqual(before);
  });
});

describe('GET /containers/:id/sftp/info', () => {
  test('A13 tells the login without its password', async () => {
    await world.call('POST', credentials, { body: { username: 'shown' } });
    const reply = await world.call('GET', info);
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      username: 'shown',
      host: '127.0.0.1',
      port: 2022,
      volume_path: '/home/container',
      created_at: seconds,
      updated_at: seconds,
      state: 'disabled',
      problem: null,
      host_key: null,
    });
  });

  test('A13 a server without a login: 404', async () => {
    const views: Map<string, ServerView> = world.servers.views;
    const game = views.get('game');
    if (game) views.set('fresh', { ...game, definition: { ...game.definition, internal_id: 'fresh' } });
    const reply = await world.call('GET', '/containers/fresh/sftp/info');
    expect(reply.status).toBe(404);
    expect(reply.json.error).toContain('The server fresh has no SFTP login yet');
  });
});

describe.each([
  { method: 'POST', what: 'credentials', scope: 'files.write' },
  { method: 'GET', what: 'info', scope: 'files.read' },
] as const)('$method /containers/:id/sftp/$what', ({ method, what, scope }) => {
  const path = `/containers/game/sftp/${what}`;

  test('A3 an unknown server: 404', async () => {
    const reply = await world.call(method, `/containers/nobody/sftp/${what}`);
    expect(reply.status).toBe(404);
    expect(reply.json).toEqual({ error: 'Container not found' });
  });

  test('A1 no token, a bad one, no vendor header', async () => {
    const before = world.store.sftpLogins.all();
    expect((await world.call(method, path, { token: null })).status).toBe(401);
    expect((await world.call(method, path, { token: 'lightd_wrongwrongwrong' })).status).toBe(401);
    expect((await world.call(method, path, { accept: 'application/json' })).status).toBe(403);
    expect(world.store.sftpLogins.all()).toEqual(before);
  });

  test('a token without the scope, or of another server: 403', async () => {
    const before = world.store.sftpLogins.all();
    const none = await world.call(method, path, { token: world.token({ scopes: ['containers.read'] }) });
    expect([none.status, none.json]).toEqual([403, { error: `not permitted: ${scope}` }]);
    const other = await world.call(method, path, { token: world.token({ containers: ['other'] }) });
    expect(other.status).toBe(403);
    expect(world.store.sftpLogins.all()).toEqual(before);
    const own = await world.call(method, path, {
      token: world.token({ containers: ['game'], scopes: ['files.read', 'files.write'] }),
    });
    expect(own.status).toBe(200);
  });
});

test('a login reads too: writing alone is not enough to make one', async () => {
  const reply = await world.call('POST', credentials, { token: world.token({ scopes: ['files.write'] }) });
  expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: files.read' }]);
});

test('A3 other methods: 405', async () => {
  expect((await world.call('DELETE', credentials)).headers.allow).toBe('POST');
  expect((await world.call('POST', info)).status).toBe(405);
});
