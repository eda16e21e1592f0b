import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scopes } from '../../shared/scopes.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
/** Of each test, in Unix ms. The wrong tokens of the test before are over a minute ago: they don't count as guesses any more. */
let begin = startTime;
beforeEach(() => {
  begin += 2 * 86_400_000;
  world.time = begin;
});

/** Every protected route, with a request that its checks let through as far as the handler. */
const routes = [
  { method: 'POST', path: '/auth/tokens', scope: 'tokens', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/auth/tokens', scope: 'tokens', allow: 'POST, GET, HEAD' },
  { method: 'DELETE', path: '/auth/tokens/x', scope: 'tokens', allow: 'DELETE' },
  { method: 'GET', path: '/auth/sessions', scope: 'tokens', allow: 'POST, GET, HEAD' },
  { method: 'DELETE', path: '/auth/sessions/x', scope: 'tokens', allow: 'DELETE' },
  { method: 'GET', path: '/sharing', scope: 'system', allow: 'GET, PUT, HEAD' },
  { method: 'PUT', path: '/sharing', scope: 'system', allow: 'GET, PUT, HEAD' },
  { method: 'POST', path: '/sharing/pairing', scope: 'tokens', allow: 'POST' },
  { method: 'POST', path: '/volumes', scope: 'files.write', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/volumes', scope: 'files.read', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/volumes/x/files', scope: 'files.read', allow: 'GET, POST, HEAD' },
  { method: 'POST', path: '/volumes/x/files', scope: 'files.write', allow: 'GET, POST, HEAD' },
  { method: 'POST', path: '/volumes/x/folders', scope: 'files.write', allow: 'POST' },
  { method: 'POST', path: '/volumes/x/copy', scope: 'files.write', allow: 'POST' },
  { method: 'POST', path: '/volumes/x/rename', scope: 'files.write', allow: 'POST' },
  { method: 'POST', path: '/volumes/x/delete', scope: 'files.write', allow: 'POST' },
  { method: 'GET', path: '/volumes/x/content?path=f', scope: 'files.read', allow: 'GET, PUT, HEAD' },
  { method: 'PUT', path: '/volumes/x/content?path=f', scope: 'files.write', allow: 'GET, PUT, HEAD' },
  { method: 'POST', path: '/downloads', scope: 'files.read', allow: 'POST' },
  { method: 'POST', path: '/volumes/x/compress', scope: 'files.write', allow: 'POST' },
  { method: 'POST', path: '/volumes/x/decompress', scope: 'files.write', allow: 'POST' },
  { method: 'GET', path: '/volumes/x/quota', scope: 'files.read', allow: 'GET, HEAD' },
  { method: 'POST', path: '/volumes/x/resize', scope: 'files.write', allow: 'POST' },
  { method: 'DELETE', path: '/volumes/x', scope: 'files.write', allow: 'DELETE' },
  { method: 'POST', path: '/network/ports', scope: 'network', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/network/ports', scope: 'network', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/network/ports/random', scope: 'network', allow: 'GET, HEAD' },
  { method: 'GET', path: '/network/ports/::1/9', scope: 'network', allow: 'GET, DELETE, HEAD' },
  { method: 'DELETE', path: '/network/ports/::1/9', scope: 'network', allow: 'GET, DELETE, HEAD' },
  { method: 'PUT', path: '/network/ports/::1/9/use', scope: 'network', allow: 'PUT' },
  { method: 'POST', path: '/network/ports/bulk-delete', scope: 'network', allow: 'POST' },
  { method: 'POST', path: '/containers', scope: 'containers.write', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/containers', scope: 'containers.read', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/containers/x', scope: 'containers.read', allow: 'GET, PATCH, DELETE, HEAD' },
  { method: 'DELETE', path: '/containers/x', scope: 'containers.write', allow: 'GET, PATCH, DELETE, HEAD' },
  { method: 'PATCH', path: '/containers/x', scope: 'containers.write', allow: 'GET, PATCH, DELETE, HEAD' },
  { method: 'GET', path: '/containers/x/resources', scope: 'containers.read', allow: 'GET, POST, HEAD' },
  { method: 'POST', path: '/containers/x/resources', scope: 'containers.write', allow: 'GET, POST, HEAD' },
  { method: 'POST', path: '/containers/x/volumes', scope: 'containers.write', allow: 'POST' },
  { method: 'GET', path: '/containers/x/logs', scope: 'console.read', allow: 'GET, HEAD' },
  { method: 'GET', path: '/containers/x/logs/search?text=x', scope: 'console.read', allow: 'GET, HEAD' },
  { method: 'POST', path: '/containers/x/start', scope: 'power', allow: 'POST' },
  { method: 'POST', path: '/containers/x/stop', scope: 'power', allow: 'POST' },
  { method: 'POST', path: '/containers/x/restart', scope: 'power', allow: 'POST' },
  { method: 'POST', path: '/containers/x/kill', scope: 'power', allow: 'POST' },
  { method: 'POST', path: '/containers/x/rebind-network', scope: 'containers.write', allow: 'POST' },
  { method: 'PATCH', path: '/containers/x/variables', scope: 'containers.write', allow: 'PATCH' },
  { method: 'POST', path: '/containers/x/reinstall', scope: 'containers.write', allow: 'POST' },
  { method: 'GET', path: '/containers/x/backups', scope: 'backups', allow: 'GET, POST, HEAD' },
  { method: 'POST', path: '/containers/x/backups', scope: 'backups', allow: 'GET, POST, HEAD' },
  { method: 'GET', path: '/containers/x/backups/y/files', scope: 'backups', allow: 'GET, HEAD' },
  { method: 'POST', path: '/containers/x/backups/y/restore', scope: 'backups', allow: 'POST' },
  { method: 'GET', path: '/containers/x/backups/y/content', scope: 'backups', allow: 'GET, HEAD' },
  { method: 'POST', path: '/containers/x/backups/y/download', scope: 'backups', allow: 'POST' },
  { method: 'POST', path: '/containers/x/backups/y/server', scope: 'backups', allow: 'POST' },
  { method: 'GET', path: '/containers/x/backup-rules', scope: 'backups', allow: 'GET, PUT, HEAD' },
  { method: 'PUT', path: '/containers/x/backup-rules', scope: 'backups', allow: 'GET, PUT, HEAD' },
  { method: 'GET', path: '/host/backups', scope: 'system', allow: 'GET, PUT, HEAD' },
  { method: 'GET', path: '/community-eggs', scope: 'containers.read', allow: 'GET, HEAD' },
  { method: 'GET', path: '/community-eggs/x/y', scope: 'containers.read', allow: 'GET, HEAD' },
  { method: 'POST', path: '/community-eggs/refresh', scope: 'containers.write', allow: 'POST' },
  { method: 'POST', path: '/eggs/preview', scope: 'containers.write', allow: 'POST, GET, DELETE, HEAD' },
  { method: 'POST', path: '/eggs/plan', scope: 'containers.write', allow: 'POST, GET, DELETE, HEAD' },
  { method: 'POST', path: '/eggs/fetch', scope: 'containers.write', allow: 'POST, GET, DELETE, HEAD' },
  { method: 'POST', path: '/eggs/describe', scope: 'containers.write', allow: 'POST, GET, DELETE, HEAD' },
  { method: 'POST', path: '/eggs', scope: 'containers.write', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/eggs', scope: 'containers.read', allow: 'POST, GET, HEAD' },
  { method: 'GET', path: '/eggs/x', scope: 'containers.read', allow: 'GET, DELETE, HEAD' },
  { method: 'DELETE', path: '/eggs/x', scope: 'containers.write', allow: 'GET, DELETE, HEAD' },
  { method: 'GET', path: '/eggs/x/export', scope: 'containers.read', allow: 'GET, HEAD' },
  { method: 'GET', path: '/volumes/x/config-files', scope: 'files.read', allow: 'GET, HEAD' },
  {
    method: 'GET',
    path: '/volumes/x/config-file?path=a&parser=ini',
    scope: 'files.read',
    allow: 'GET, PATCH, HEAD',
  },
  { method: 'PATCH', path: '/volumes/x/config-file', scope: 'files.write', allow: 'GET, PATCH, HEAD' },
  { method: 'GET', path: '/containers/x/schedules', scope: 'schedules', allow: 'GET, POST, HEAD' },
  { method: 'POST', path: '/containers/x/schedules', scope: 'schedules', allow: 'GET, POST, HEAD' },
  { method: 'PATCH', path: '/containers/x/schedules/y', scope: 'schedules', allow: 'PATCH, DELETE' },
  { method: 'DELETE', path: '/containers/x/schedules/y', scope: 'schedules', allow: 'PATCH, DELETE' },
  { method: 'POST', path: '/containers/x/schedules/y/run', scope: 'schedules', allow: 'POST' },
  { method: 'GET', path: '/containers/x/schedules/y/runs', scope: 'schedules', allow: 'GET, HEAD' },
  { method: 'GET', path: '/schedules/preview?cron=0+4+*+*+*', scope: 'schedules', allow: 'GET, HEAD' },
  { method: 'GET', path: '/alerts', scope: 'system', allow: 'GET, POST, HEAD' },
  { method: 'POST', path: '/alerts', scope: 'system', allow: 'GET, POST, HEAD' },
  { method: 'PATCH', path: '/alerts/x', scope: 'system', allow: 'PATCH, DELETE' },
  { method: 'DELETE', path: '/alerts/x', scope: 'system', allow: 'PATCH, DELETE' },
  { method: 'POST', path: '/alerts/x/test', scope: 'system', allow: 'POST' },
  { method: 'GET', path: '/alerts/x/deliveries', scope: 'system', allow: 'GET, HEAD' },
  { method: 'GET', path: '/updates', scope: 'containers.read', allow: 'GET, HEAD' },
  { method: 'PUT', path: '/host/updates', scope: 'system', allow: 'PUT' },
  { method: 'POST', path: '/containers/x/update', scope: 'containers.write', allow: 'POST' },
  { method: 'POST', path: '/containers/x/update/check', scope: 'containers.write', allow: 'POST' },
  { method: 'POST', path: '/containers/x/update/take-back', scope: 'containers.write', allow: 'POST' },
  { method: 'GET', path: '/audit', scope: 'system', allow: 'GET, HEAD' },
  { method: 'GET', path: '/system', scope: 'system', allow: 'GET, HEAD' },
  { method: 'GET', path: '/remote/config', scope: 'system', allow: 'GET, HEAD' },
  { method: 'POST', path: '/remote/config/reload', scope: 'system', allow: 'POST' },
  { method: 'GET', path: '/host/unknown', scope: 'system', allow: 'GET, HEAD' },
  { method: 'POST', path: '/host/unknown/adopt', scope: 'system', allow: 'POST' },
  { method: 'GET', path: '/host/settings', scope: 'system', allow: 'GET, PATCH, HEAD' },
  { method: 'PATCH', path: '/host/settings', scope: 'system', allow: 'GET, PATCH, HEAD' },
  { method: 'POST', path: '/containers/x/sftp/credentials', scope: 'files.write', allow: 'POST' },
  { method: 'GET', path: '/containers/x/sftp/info', scope: 'files.read', allow: 'GET, HEAD' },
] as const;

describe.each(routes)('$method $path', ({ method, path, scope, allow }) => {
  test('A1: no token, a bad one, an expired one: 401', async () => {
    const expired = world.token();
    world.time += 60_000;
    expect((await world.call(method, path, { token: null })).status).toBe(401);
    expect((await world.call(method, path, { token: expired })).json).toEqual({ error: 'Token expired' });
    world.time += 3_600_000;
    expect((await world.call(method, path, { token: 'lightd_bad' })).json).toEqual({
      error: 'Missing or invalid authorization token',
    });
  });

  test('A1: another vendor header: 403', async () => {
    const reply = await world.call(method, path, { accept: 'application/json' });
    expect([reply.status, reply.json.error]).toEqual([403, expect.stringContaining('Invalid vendor header')]);
  });

  test(`a token without ${scope}: 403 naming it`, async () => {
    const token = world.token({ scopes: [scope === 'system' ? 'network' : 'system'] });
    const reply = await world.call(method, path, { token });
    expect([reply.status, reply.json]).toEqual([403, { error: `not permitted: ${scope}` }]);
  });

  test('a token without scopes is let in, but for tokens', async () => {
    const { status } = await world.call(method, path, {
      token: world.token(),
      body: ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined,
    });
    if (scope === 'tokens') expect(status).toBe(403);
    else expect([200, 201, 400, 404]).toContain(status);
  });

  test('A3: an unknown field in the query or the body: 400 naming it', async () => {
    const query = await world.call(method, `${path}${path.includes('?') ? '&' : '?'}surprise=1`);
    expect([query.status, query.json]).toEqual([400, { error: 'unknown field: surprise' }]);
    // The body of an upload is bytes of any kind.
    if (method === 'GET' || path.includes('/content')) return;
    const body = await world.call(method, path, { body: { surprise: 1 } });
    expect([body.status, Object.keys(body.json)]).toEqual([400, ['error']]);
  });

  test('A3: another method: 405 saying which ones there are', async () => {
    for (const other of ['PATCH', 'PUT', 'DELETE'].filter((one) => !allow.split(', ').includes(one))) {
      const reply = await world.call(other, path, { body: {}, token: null });
      expect([reply.status, reply.headers.allow, Object.keys(reply.json)]).toEqual([405, allow, ['error']]);
    }
  });
});

describe('POST /auth/tokens (A2)', () => {
  const create = (body: unknown) => world.call('POST', '/auth/tokens', { body });

  test('makes a token that works until it expires', async () => {
    const reply = await create({ ttl: '30s' });
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      token: expect.stringMatching(/^lightd_[0-9a-f]{32}$/),
      expires_at: new Date(begin + 30_000).toISOString(),
      id: expect.any(String),
    });
    const token = String(reply.json.token);
    expect((await world.call('GET', '/containers', { token })).status).toBe(200);
    expect((await world.call('GET', '/containers', { token })).status).toBe(200);
    world.time += 30_000;
    expect((await world.call('GET', '/containers', { token })).status).toBe(401);
  });

  test('makes single-use ones', async () => {
    const token = String((await create({ ttl: '1h', remove_on_use: true })).json.token);
    expect((await world.call('GET', '/containers', { token })).status).toBe(200);
    expect((await world.call('GET', '/containers', { token })).status).toBe(401);
  });

  test('makes ones with label, scopes and servers', async () => {
    const more = { label: 'panel', scopes: ['power', 'console.read'], containers: ['a'] };
    const { id, token } = (await create({ ttl: '7d', ...more })).json;
    const list = (await world.call('GET', '/auth/tokens')).json.tokens;
    expect(list).toContainEqual({
      id,
      ...more,
      created_at: new Date(begin).toISOString(),
      expires_at: new Date(begin + 7 * 86_400_000).toISOString(),
      remove_on_use: false,
      used_at: null,
    });
    expect(JSON.stringify(list)).not.toContain(String(token).slice(7));
  });

  test.each([
    [{}, 'ttl: is required'],
    [{ ttl: 5 }, 'ttl: '],
    [{ ttl: 'soon' }, 'ttl: '],
    [{ ttl: '0s' }, 'ttl: '],
    [{ ttl: '1h', remove_on_use: 'yes' }, 'remove_on_use: '],
    [{ ttl: '1h', label: 5 }, 'label: '],
    [{ ttl: '1h', scopes: ['everything'] }, 'scopes.0: '],
    [{ ttl: '1h', scopes: ['tokens'] }, 'scopes: '],
    [{ ttl: '1h', containers: ['../x'] }, 'containers.0: '],
    [{ ttl: '1h', TTL: '1h' }, 'unknown field: TTL'],
  ])('A3: %j: 400 beginning with %s', async (body, words) => {
    const reply = await create(body);
    expect(reply.status).toBe(400);
    expect(String(reply.json.error).startsWith(words)).toBe(true);
  });

  test('A3: no body at all: 400', async () => {
    expect((await create(undefined)).json).toEqual({ error: 'the body is missing: send a JSON object' });
  });
});

test('GET /auth/self: what the token that asks may do, whatever that is', async () => {
  const self = async (token?: string) => (await world.call('GET', '/auth/self', token ? { token } : {})).json;
  expect(await self()).toEqual({ label: 'master', scopes: [...scopes], containers: null, expires_at: null });
  const bound = world.token({ label: 'b', scopes: ['power', 'containers.read'], containers: ['a'] });
  expect(await self(bound)).toEqual({
    label: 'b',
    scopes: ['containers.read', 'power'],
    containers: ['a'],
    expires_at: new Date(begin + 60_000).toISOString(),
  });
  expect((await self(world.token())).scopes).toEqual(scopes.filter((scope) => scope !== 'tokens'));
  expect((await world.call('GET', '/auth/self', { token: null })).status).toBe(401);
});

test('DELETE /auth/tokens/:id revokes at once; an unknown one: 404', async () => {
  const { id, token } = (await world.call('POST', '/auth/tokens', { body: { ttl: '1h' } })).json;
  expect((await world.call('DELETE', `/auth/tokens/${id}`)).json).toEqual({
    message: 'Token revoked successfully',
  });
  expect((await world.call('GET', '/containers', { token: String(token) })).status).toBe(401);
  const again = await world.call('DELETE', `/auth/tokens/${id}`);
  expect([again.status, again.json]).toEqual([404, { error: 'Token not found' }]);
});

describe('volumes', () => {
  test('POST makes a folder: without a body 1024 MB, else what it says', async () => {
    const plain = await world.call('POST', '/volumes');
    expect(plain.status).toBe(201);
    expect(plain.json).toEqual({
      volume_id: plain.json.id,
      id: expect.any(String),
      path: expect.stringContaining(String(plain.json.id)),
      created_at: begin / 1000,
      quota_mb: 1024,
    });
    expect(existsSync(String(plain.json.path))).toBe(true);
    expect((await world.call('POST', '/volumes', { body: {} })).json.quota_mb).toBe(1024);
    expect((await world.call('POST', '/volumes', { body: { size: 2048 } })).json.quota_mb).toBe(2048);
  });

  test.each([0, -1, 1.5, '1024', null, 1e12, []])('A3: size %j: 400 naming it', async (size) => {
    const reply = await world.call('POST', '/volumes', { body: { size } });
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringContaining('size: ')]);
  });

  test('GET lists them', async () => {
    const { id, path } = (await world.call('POST', '/volumes', { body: { size: 7 } })).json;
    expect((await world.call('GET', '/volumes')).json.volumes).toContainEqual({
      id,
      path,
      created_at: begin / 1000,
      quota_mb: 7,
    });
  });

  test('a token that is bound to servers makes none and sees those of its servers', async () => {
    const token = world.token({ containers: ['bound'] });
    expect((await world.call('POST', '/volumes', { token })).json).toEqual({
      error: 'not permitted: files.write',
    });
    const { id } = (await world.call('POST', '/volumes')).json;
    const body = { internal_id: 'bound', image: 'i', volume_id: id, startup_command: 'x' };
    expect((await world.call('POST', '/containers', { body })).status).toBe(200);
    const { volumes } = (await world.call('GET', '/volumes', { token })).json;
    expect(volumes).toEqual([expect.objectContaining({ id })]);
  });
});
