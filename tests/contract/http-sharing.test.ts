import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.time = startTime;
});

const pair = async (body: object = { scopes: null }) =>
  String((await world.call('POST', '/sharing/pairing', { body })).json.token);
const phone = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';
const open = (token: string | null) =>
  world.call('POST', '/auth/sessions', { token, headers: { 'user-agent': phone } });
const works = async (token: unknown) =>
  (await world.call('GET', '/containers', { token: String(token) })).status;

describe('pairing and sessions', () => {
  test('a link becomes a session once, which may all but tokens where its link says so', async () => {
    const link = await pair();
    expect(await works(link)).toBe(401);
    const { status, json } = await open(link);
    expect([status, json.expires_at]).toEqual([200, new Date(startTime + 12 * 3_600_000).toISOString()]);
    expect(await works(json.token)).toBe(200);
    const token = String(json.token);
    expect((await world.call('GET', '/auth/sessions', { token })).status).toBe(403);
    expect((await world.call('POST', '/sharing/pairing', { token })).status).toBe(403);
    expect((await open(link)).status).toBe(401);
    const { sessions } = (await world.call('GET', '/auth/sessions')).json;
    expect(sessions).toContainEqual({
      id: json.id,
      label: 'Chrome on Android',
      address: '127.0.0.1',
      since: new Date(startTime).toISOString(),
      last_seen: new Date(startTime).toISOString(),
      scopes: null,
      containers: null,
      ends_at: null,
      expires_at: json.expires_at,
      open_sockets: 0,
      current: false,
    });
    expect(JSON.stringify(sessions)).not.toContain(token.slice(7));
  });

  test('A17 a link whose answer was lost is good once more for the same client, and for nobody else', async () => {
    const use = async (link: string, key?: string, headers: Record<string, string> = {}) => {
      const keyed = key === undefined ? headers : { ...headers, 'idempotency-key': key };
      const { status, json } = await world.call('POST', '/auth/sessions', { token: link, headers: keyed });
      return { status, token: json.token };
    };
    const count = async () =>
      Object.keys((await world.call('GET', '/auth/sessions')).json.sessions ?? {}).length;
    const before = await count();
    const link = await pair();
    const first = await use(link, 'made-up-key-1');
    expect(first.status).toBe(200);
    expect(await use(link, 'made-up-key-1')).toEqual(first);
    expect((await use(link, 'made-up-key-2')).status).toBe(401);
    expect((await use(link)).status).toBe(401);
    // A key is the link's own: another client that made up the same one gets a session of its own.
    const other = await use(await pair(), 'made-up-key-1');
    expect(other.status).toBe(200);
    expect(other.token).not.toBe(first.token);
    expect(await count()).toBe(before + 2);
    world.time += 61_000;
    expect((await use(link, 'made-up-key-1')).status).toBe(401);
    // A key that is none uses nothing up.
    const third = await pair();
    expect((await use(third, 'short')).status).toBe(400);
    expect((await use(third, 'made-up-key-3')).status).toBe(200);
  });

  test('B3 a link about which nothing is said gives the least: to look on', async () => {
    const link = String((await world.call('POST', '/sharing/pairing')).json.token);
    const token = String((await open(link)).json.token);
    const self = (await world.call('GET', '/auth/self', { token })).json;
    expect([self.scopes, self.containers]).toEqual([['containers.read', 'console.read'], null]);
    expect(await works(token)).toBe(200);
    const refused = [
      ['PUT', '/sharing', { enabled: false }],
      ['POST', '/volumes', {}],
      ['POST', '/containers/x/start', {}],
      ['GET', '/sharing', undefined],
    ] as const;
    for (const [method, path, body] of refused)
      expect((await world.call(method, path, { token, ...(body && { body }) })).status, path).toBe(403);
  });

  test('B3 a link carries scopes and servers; its session has those alone, also renewed', async () => {
    const link = await pair({ scopes: ['containers.read', 'power'], containers: ['mine'] });
    const first = (await open(link)).json;
    const next = (await world.call('POST', '/auth/sessions/renew', { token: String(first.token) })).json;
    for (const { token } of [first, next]) {
      const status = async (method: 'GET' | 'POST', path: string) =>
        (await world.call(method, path, { token: String(token) })).status;
      expect(await status('GET', '/containers/mine')).toBe(404);
      expect(await status('GET', '/containers/other')).toBe(403);
      expect(await status('POST', '/containers/other/start')).toBe(403);
      expect(await status('GET', '/containers/mine/logs')).toBe(403);
    }
    const { sessions } = (await world.call('GET', '/auth/sessions')).json;
    expect(sessions).toContainEqual(
      expect.objectContaining({ id: first.id, scopes: ['containers.read', 'power'], containers: ['mine'] }),
    );
  });

  test('B3 with a ttl the session ends then, however often it is renewed; tokens are nobody’s to give', async () => {
    const renew = (token: unknown) =>
      world.call('POST', '/auth/sessions/renew', { token: String(token) }).then(({ json }) => json);
    const inMs = (ms: number) => new Date(startTime + ms).toISOString();
    const day = (await open(await pair({ ttl: '1d' }))).json;
    expect(day.expires_at).toBe(inMs(12 * 3_600_000));
    world.time += 11 * 3_600_000;
    const second = await renew(day.token);
    expect(second.expires_at).toBe(inMs(23 * 3_600_000));
    world.time += 11 * 3_600_000;
    const third = await renew(second.token);
    expect(third.expires_at).toBe(inMs(24 * 3_600_000));
    expect((await renew(third.token)).expires_at).toBe(inMs(24 * 3_600_000));
    world.time = startTime + 24 * 3_600_000;
    expect(await works(third.token)).toBe(401);
    const bad = [
      { scopes: ['tokens'] },
      { scopes: [] },
      { containers: [] },
      { ttl: '0s' },
      { ttl: 5 },
      { all: true },
    ];
    for (const body of bad) expect((await world.call('POST', '/sharing/pairing', { body })).status).toBe(400);
  });

  test('a link ends after five minutes; no other token is one', async () => {
    const link = await pair();
    world.time += 5 * 60_000;
    expect((await open(link)).json).toEqual({ error: 'Token expired' });
    expect((await open(world.token())).status).toBe(401);
    expect((await open(null)).status).toBe(401);
  });

  test('renewed, the session keeps its id and the token before works for a minute', async () => {
    const first = (await open(await pair())).json;
    world.time += 11 * 3_600_000;
    const renew = (token: unknown) => world.call('POST', '/auth/sessions/renew', { token: String(token) });
    const next = (await renew(first.token)).json;
    expect([next.id, next.expires_at]).toEqual([
      first.id,
      new Date(world.time + 12 * 3_600_000).toISOString(),
    ]);
    expect([await works(first.token), await works(next.token)]).toEqual([200, 200]);
    world.time += 60_000;
    expect([await works(first.token), await works(next.token)]).toEqual([401, 200]);
    expect((await world.call('POST', '/auth/sessions/renew')).status).toBe(409);
    expect((await renew(world.token())).status).toBe(409);
  });

  test('ended, it is refused at once, and its sockets are told', async () => {
    const told: string[] = [];
    onTestFinished(world.auth.onRevoked((id) => told.push(id)));
    const { id, token } = (await open(await pair())).json;
    expect((await world.call('DELETE', `/auth/sessions/${id}`)).json).toEqual({ message: 'Session ended' });
    expect(told).toEqual([id]);
    expect(await works(token)).toBe(401);
    expect((await world.call('DELETE', `/auth/sessions/${id}`)).status).toBe(404);
  });
});

// 127.0.0.2 stands for an address on the LAN: it is not served unless it is asked for. Linux alone has it by itself.
describe.runIf(process.platform === 'linux')('PUT /sharing', () => {
  const put = (body: object) => world.call('PUT', '/sharing', { body });
  const there = (host: string) =>
    world.call('GET', '/containers', { host }).then(
      ({ status }) => status,
      () => null,
    );
  const stored = () => JSON.parse(readFileSync(world.configFile, 'utf8')).server.host;

  test('listens on an address while it runs, keeps loopback, and remembers it', async () => {
    expect(await there('127.0.0.2')).toBeNull();
    const on = await put({ enabled: true, host: '127.0.0.2' });
    expect(on.json).toMatchObject({ enabled: true, host: '127.0.0.2', port: world.port });
    expect(on.json.urls).toContainEqual(
      expect.objectContaining({ url: `http://127.0.0.2:${world.port}`, served: true, is_public: false }),
    );
    expect([await there('127.0.0.2'), await there('127.0.0.1'), stored()]).toEqual([200, 200, '127.0.0.2']);
    const { urls } = (await world.call('POST', '/sharing/pairing')).json;
    expect(JSON.stringify(urls)).toContain(`http://127.0.0.2:${world.port}/#pair=lightd_`);
    expect((await world.call('POST', '/remote/config/reload')).json.restart_required).toEqual([]);
    expect((await put({ enabled: false })).json).toMatchObject({ enabled: false, host: '127.0.0.1' });
    expect([await there('127.0.0.2'), await there('127.0.0.1'), stored()]).toEqual([null, 200, '127.0.0.1']);
  });

  test('all addresses, and back', async () => {
    expect((await put({ enabled: true })).json).toMatchObject({ enabled: true, host: '0.0.0.0' });
    expect([await there('127.0.0.3'), await there('127.0.0.1')]).toEqual([200, 200]);
    await put({ enabled: false });
    expect([await there('127.0.0.3'), await there('127.0.0.1')]).toEqual([null, 200]);
  });

  test('announced only while it is shared and that is wanted, which is remembered', async () => {
    const told = async (body: object) => {
      const { announce, announced } = (await put(body)).json;
      return [announce, announced, JSON.parse(readFileSync(world.configFile, 'utf8')).server.announce];
    };
    const host = '127.0.0.2';
    expect(await told({ enabled: true, host })).toEqual([false, false, false]);
    expect(await told({ enabled: true, host, announce: true })).toEqual([true, true, true]);
    expect(await told({ enabled: true, host })).toEqual([true, true, true]);
    expect(await told({ enabled: false })).toEqual([true, false, true]);
    expect(await told({ enabled: true, host, announce: false })).toEqual([false, false, false]);
    expect((await put({ enabled: false, announce: 'yes' })).status).toBe(400);
    await put({ enabled: false });
  });

  test('a port that is taken there, or no address of ours: said, and nothing changed', async () => {
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(world.port, '127.0.0.9', resolve));
    onTestFinished(() => void thief.close());
    const taken = await put({ enabled: true, host: '127.0.0.9' });
    expect([taken.status, taken.json.error]).toEqual([409, expect.stringContaining('is taken')]);
    expect((await put({ enabled: true })).status).toBe(409);
    const strange = await put({ enabled: true, host: '192.0.2.77' });
    expect([strange.status, strange.json.error]).toEqual([400, expect.stringContaining('no such address')]);
    expect([await there('127.0.0.1'), stored()]).toEqual([200, '127.0.0.1']);
    expect((await world.call('GET', '/sharing')).json).toMatchObject({ enabled: false });
  });
});
