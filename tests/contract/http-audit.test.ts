import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { clientAddress } from '../../main/lib/client-address.ts';
import { type auditRecordSchema, readAudit } from '../../shared/http/audit.ts';
import { vendorType } from '../../shared/http/route.ts';
import { createWorld, master, startTime, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

type AuditRecord = z.infer<typeof auditRecordSchema>;

async function entries(query = '', token = master): Promise<AuditRecord[]> {
  const reply = await world.call('GET', `/audit${query}`, { token });
  expect(reply.status).toBe(200);
  return readAudit.reply.parse(reply.json).entries;
}

async function createServer(id: string, more: object = {}, token = master): Promise<number> {
  const volume_id = (await world.call('POST', '/volumes')).json.id;
  const body = { internal_id: id, image: 'i', volume_id, startup_command: 'x', ...more };
  return (await world.call('POST', '/containers', { body, token })).status;
}

describe('B10 behind a proxy that is trusted', () => {
  beforeEach(async () => {
    await world.close();
    world = await createWorld({ clientAddress: clientAddress(['127.0.0.1']) });
  });

  test('a change, a refused token and a session have the address of the client', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' };
    expect((await world.call('POST', '/volumes', { headers })).status).toBe(201);
    expect((await world.call('GET', '/system', { headers, token: 'lightd_wrong' })).status).toBe(401);
    expect((await entries()).map(({ address }) => address)).toEqual(['192.0.2.7', '192.0.2.7']);
  });

  test('guesses of one client lock out nobody else', async () => {
    const guess = (client: string, token: string) =>
      world.call('GET', '/system', { headers: { 'x-forwarded-for': client }, token });
    for (let n = 0; n < 30; n += 1) await guess('192.0.2.7', 'lightd_wrong');
    expect((await guess('192.0.2.7', 'lightd_wrong')).status).toBe(429);
    expect((await guess('192.0.2.8', 'lightd_wrong')).status).toBe(401);
    expect((await guess('192.0.2.8', master)).status).toBe(200);
  });
});

describe('GET /audit: every change', () => {
  test('that was made is there: who, from where, what, when, how it ended', async () => {
    await createServer('a');
    const token = world.token({ label: 'night shift' });
    world.time += 1000;
    expect((await world.call('POST', '/containers/a/start', { token })).status).toBe(200);
    const [start, create, volume] = await entries();
    expect(start).toEqual({
      id: 3,
      at: startTime + 1000,
      actor: 'night shift',
      address: '127.0.0.1',
      via: 'http',
      action: 'POST /containers/:id/start',
      container: 'a',
      volume: null,
      detail: '',
      result: 'ok',
    });
    expect(create).toMatchObject({
      actor: 'master',
      action: 'POST /containers',
      container: 'a',
      result: 'ok',
    });
    expect(create?.volume).toBe(volume?.volume);
    expect(volume).toMatchObject({ action: 'POST /volumes', container: null });
  });

  test('that was tried and refused is there with the words', async () => {
    const weak = world.token({ label: 'weak', scopes: ['containers.read'] });
    await createServer('a');
    await world.call('POST', '/containers/a/start', { token: weak });
    await world.call('POST', '/containers/none/start');
    await world.call('POST', '/network/ports', { body: { ip: '0.0.0.0', port: 70_000 } });
    world.servers.failure = new Error('secret detail');
    await world.call('POST', '/containers/a/kill');
    const told = (await entries())
      .slice(0, 4)
      .map(({ actor, container, detail, result }) => [actor, container, detail, result]);
    expect(told).toEqual([
      ['master', 'a', '', 'internal error'],
      ['master', null, 'ip="0.0.0.0" port=70000', expect.stringContaining('port: ')],
      ['master', 'none', '', 'Container not found'],
      ['weak', 'a', '', 'not permitted: power'],
    ]);
  });

  test('sharing is there with where from and what with', async () => {
    for (const body of [{ enabled: true, host: '192.0.2.77' }, { enabled: false }])
      await world.call('PUT', '/sharing', { body });
    expect(await entries()).toEqual([
      expect.objectContaining({ action: 'PUT /sharing', address: '127.0.0.1', detail: 'enabled=false' }),
      expect.objectContaining({ address: '127.0.0.1', detail: 'enabled=true host="192.0.2.77"' }),
    ]);
  });

  test('of a client that is gone when its call is read, is there with its address or not made at all', async () => {
    const body = JSON.stringify({ enabled: false });
    const lines = [
      'PUT /sharing HTTP/1.1',
      'host: localhost',
      `authorization: Bearer ${master}`,
      `accept: ${vendorType}`,
      `content-length: ${body.length}`,
    ];
    for (let n = 0; n < 5; n += 1) {
      const socket = connect(world.port, '127.0.0.1', () =>
        socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.resetAndDestroy()),
      );
      await once(socket, 'close');
    }
    await world.call('PUT', '/sharing', { body: { enabled: false } });
    expect(new Set((await entries()).map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
  });

  test('what only reads is not there', async () => {
    await world.call('GET', '/containers');
    await world.call('GET', '/volumes');
    await world.call('GET', '/containers/none');
    expect(await entries()).toEqual([]);
  });

  test('a refused token is there once for each address, without the token', async () => {
    for (let n = 0; n < 30; n += 1) await world.call('GET', '/containers', { token: `lightd_guess${n}` });
    await world.call('GET', '/containers', { token: null });
    expect(await entries()).toEqual([
      expect.objectContaining({ action: 'authenticate', address: '127.0.0.1', result: 'unknown token' }),
    ]);
  });

  test('A2: secrets are never in it', async () => {
    const created = await world.call('POST', '/auth/tokens', {
      body: { ttl: '1h', label: 'door', remove_on_use: true },
    });
    const secret = String(created.json.token);
    await createServer('a', {
      environment: { DB_PASSWORD: 'hunter2' },
      install_script: 'curl -u user:hunter2',
      startup_command: 'run --key hunter2',
    });
    expect((await world.call('POST', `/volumes?token=${secret}`, { token: secret })).status).toBe(400);
    const text = JSON.stringify(await entries());
    expect(text).not.toContain(secret.slice(7));
    expect(text).not.toContain(master.slice(7));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('label=\\"door\\"');
    expect(text).toContain(String(created.json.id));
  });

  test('a value can not pass itself off as another field', async () => {
    await world.call('POST', '/auth/tokens', { body: { ttl: '1h', label: 'x" ttl="365d' } });
    expect((await entries())[0]?.detail).toMatch(/^label="x\\" ttl=\\"365d" ttl="1h" id="/);
  });
});

describe('GET /audit: reading', () => {
  test('100 at a time, newest first, going on with before', async () => {
    for (let n = 0; n < 130; n += 1) await world.call('POST', '/volumes');
    const first = await entries();
    const rest = await entries(`?before=${first.at(-1)?.id}`);
    expect([first.length, rest.length]).toEqual([100, 30]);
    expect([...first, ...rest].map(({ id }) => id)).toEqual(Array.from({ length: 130 }, (_, n) => 130 - n));
    expect(await entries('?before=0')).toEqual([]);
  });

  test('a bound token sees what is about its servers alone, also after they are gone', async () => {
    await createServer('mine');
    await createServer('other');
    const bound = world.token({ containers: ['mine'] });
    await world.call('DELETE', '/containers/mine');
    const seen = await entries('', bound);
    expect(seen.map(({ container, action }) => [container, action])).toEqual([
      ['mine', 'DELETE /containers/:id'],
      ['mine', 'POST /containers'],
    ]);
    expect(await entries('?container=mine', bound)).toEqual(seen);
    const refused = await world.call('GET', '/audit?container=other', { token: bound });
    expect([refused.status, refused.json]).toEqual([403, { error: 'not permitted: system' }]);
    expect((await entries('?container=other')).map(({ container }) => container)).toEqual(['other']);
  });

  test.each([
    ['before=x', 'before: '],
    ['before=-1', 'before: '],
    ['before=', 'before: '],
    ['before=1&before=2', 'before: '],
    ['before=9999999999999999', 'before: '],
    ['container=../x', 'container: '],
    ['container=', 'container: '],
    ['limit=5', 'unknown field: limit'],
  ])('A3: %s: 400 beginning with %s', async (query, words) => {
    const reply = await world.call('GET', `/audit?${query}`);
    expect(reply.status).toBe(400);
    expect(String(reply.json.error).startsWith(words)).toBe(true);
  });
});
