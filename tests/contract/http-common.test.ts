import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { createWorld, master, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const missing = { error: 'Missing or invalid authorization token' };

describe('A1 the public ping', () => {
  test('answers without token and vendor header, and shows the version', async () => {
    const reply = await world.call('GET', '/api/v1/public/ping', { token: null, accept: null });
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({ status: 'ok', message: 'Lightd is running', version: '9.9.9' });
    expect(reply.headers['x-lightdeck']).toBe('9.9.9');
  });

  test('a wrong token does not matter there', async () => {
    expect((await world.call('GET', '/api/v1/public/ping', { token: 'lightd_wrong' })).status).toBe(200);
  });
});

describe('A1 the token', () => {
  test.each([
    ['none', undefined],
    ['another scheme', `Basic ${master}`],
    ['a bare token', master],
    ['an empty one', 'Bearer '],
    ['two', `Bearer ${master} ${master}`],
    ['a wrong one', 'Bearer lightd_0123456789abcdee'],
  ])('%s: 401', async (_name, authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const reply = await world.call('GET', '/containers', { token: null, headers });
    expect([reply.status, reply.json]).toEqual([401, missing]);
    expect(reply.headers['www-authenticate']).toBe('Bearer');
  });

  test('the scheme is compared without case', async () => {
    const reply = await world.call('GET', '/containers', {
      token: null,
      headers: { authorization: `bEARER  ${master}` },
    });
    expect(reply.status).toBe(200);
  });

  test('expired: 401 Token expired', async () => {
    const token = world.token();
    world.time += 60_000;
    const reply = await world.call('GET', '/containers', { token });
    expect([reply.status, reply.json]).toEqual([401, { error: 'Token expired' }]);
  });

  test('A2: a single-use one is consumed by its first request, even by one that then fails', async () => {
    const good = world.token({ removeOnUse: true });
    expect((await world.call('GET', '/containers', { token: good })).status).toBe(200);
    expect((await world.call('GET', '/containers', { token: good })).json).toEqual(missing);
    const bad = world.token({ removeOnUse: true });
    expect((await world.call('GET', '/containers', { token: bad, accept: null })).status).toBe(403);
    expect((await world.call('GET', '/containers', { token: bad })).status).toBe(401);
  });

  test('A2: of simultaneous requests with a single-use token exactly one wins', async () => {
    const token = world.token({ removeOnUse: true });
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => world.call('GET', '/containers', { token })),
    );
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, ...Array(7).fill(401)]);
  });

  test('A3: after 20 wrong ones in a minute 429, and the log has none of them', async () => {
    for (let i = 0; i < 20; i += 1) {
      expect((await world.call('GET', '/containers', { token: `lightd_guess_number_${i}` })).status).toBe(
        401,
      );
    }
    const reply = await world.call('GET', '/containers', { token: 'lightd_guess_number_20' });
    expect(reply.status).toBe(429);
    expect(reply.headers['retry-after']).toBe('60');
    world.time += 60_000;
    expect((await world.call('GET', '/containers', { token: 'lightd_guess_number_21' })).status).toBe(401);
    expect(world.logged.join('\n')).not.toContain('lightd_');
  });
});

describe('A1 the vendor header', () => {
  test.each([undefined, '*/*', 'application/json', 'application/vnd.pkglatv2+json'])(
    '%s: 403 naming what to send',
    async (accept) => {
      const reply = await world.call('GET', '/containers', { accept: accept ?? null });
      expect(reply.status).toBe(403);
      expect(reply.json).toEqual({
        error: 'Invalid vendor header: send "Accept: Application/vnd.pkglatv1+json"',
      });
    },
  );

  test.each([
    'Application/vnd.pkglatv1+json',
    'application/vnd.pkglatv1+json',
    'text/html, APPLICATION/VND.PKGLATV1+JSON;q=0.5, */*',
  ])('%s is fine', async (accept) => {
    expect((await world.call('GET', '/containers', { accept })).status).toBe(200);
  });
});

test('A1, A3: the checks come in the order token, vendor header, scope, input, existence', async () => {
  const token = world.token({ scopes: ['network'] });
  const path = '/containers/none/start?odd=1';
  expect((await world.call('POST', path, { token: 'lightd_wrong', accept: null })).status).toBe(401);
  expect((await world.call('POST', path, { token, accept: null })).json.error).toMatch(
    'Invalid vendor header',
  );
  expect((await world.call('POST', path, { token })).json.error).toBe('not permitted: power');
  expect((await world.call('POST', path)).json.error).toBe('unknown field: odd');
  expect((await world.call('POST', '/containers/none/start')).status).toBe(404);
});

describe('A3 bodies', () => {
  const bodyPath = '/network/ports';

  test.each(['{', '{"ip":}', 'ip=0.0.0.0', '{"ip":"0.0.0.0"} x'])('%s is no JSON: 400', async (body) => {
    const reply = await world.call('POST', bodyPath, { body });
    expect(reply.status).toBe(400);
    expect(reply.json.error).toContain('not valid JSON');
  });

  test.each(['[]', '5', '"text"', 'null', 'true'])('%s is no object: 400', async (body) => {
    const reply = await world.call('POST', bodyPath, { body });
    expect([reply.status, Object.keys(reply.json)]).toEqual([400, ['error']]);
  });

  test('keys that would reach into prototypes: 400', async () => {
    for (const body of ['{"__proto__":{"ip":"0.0.0.0"}}', '{"ip":{"constructor":{"prototype":{"x":1}}}}']) {
      expect((await world.call('POST', bodyPath, { body })).status).toBe(400);
    }
  });

  test('over 1 MiB: 413, with a length and without; just below it is read', async () => {
    const over = Buffer.alloc(1024 * 1024 + 1, ' ');
    expect((await world.call('POST', bodyPath, { body: over })).status).toBe(413);
    const chunked = await world.call('POST', bodyPath, {
      body: over,
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect([chunked.status, Object.keys(chunked.json)]).toEqual([413, ['error']]);
    const text = JSON.stringify({ ip: '0.0.0.0', port: 1 });
    const full = text + ' '.repeat(1024 * 1024 - text.length);
    expect((await world.call('POST', bodyPath, { body: full })).status).toBe(200);
  });

  test('who is not admitted is told so before a large body is read', async () => {
    const reply = await world.call('POST', bodyPath, { body: Buffer.alloc(1024 * 1024 + 1), token: null });
    expect(reply.status).toBe(401);
  });

  test('whatever its type is called, it is read as JSON', async () => {
    for (const [index, type] of ['text/plain', 'application/x-www-form-urlencoded', null].entries()) {
      const reply = await world.call('POST', bodyPath, {
        body: JSON.stringify({ ip: '0.0.0.0', port: index + 1 }),
        type,
      });
      expect(reply.status).toBe(200);
    }
  });
});

describe('A3 errors', () => {
  test('an unknown path: 404 in the one form', async () => {
    const reply = await world.call('GET', '/nowhere');
    expect([reply.status, reply.json]).toEqual([404, { error: 'There is nothing here' }]);
  });

  test('a path that can not be decoded: 400 in the one form', async () => {
    const reply = await world.call('GET', '/containers/%E0%A4%A');
    expect([reply.status, Object.keys(reply.json)]).toEqual([400, ['error']]);
  });

  test('what nobody foresaw: 500 without its words, which are logged', async () => {
    world.servers.failure = new Error('secret detail at /some/file.ts:12');
    const body = {
      internal_id: 'a',
      image: 'i',
      volume_id: (await world.call('POST', '/volumes')).json.id,
      startup_command: 'x',
    };
    const reply = await world.call('POST', '/containers?', { body });
    expect([reply.status, reply.json]).toEqual([500, { error: 'internal error' }]);
    expect(world.logged.join('\n')).toContain('secret detail');
    expect(world.logged.join('\n')).toContain('"route":"/containers"');
  });

  test('Docker unreachable: 503 with the cause', async () => {
    await createContainer();
    world.servers.failure = new LightdeckError(
      'engine_unreachable',
      'Docker does not answer at /var/run/docker.sock: ENOENT',
    );
    const reply = await world.call('POST', '/containers/a/start');
    expect([reply.status, reply.json]).toEqual([
      503,
      { error: 'Docker does not answer at /var/run/docker.sock: ENOENT' },
    ]);
  });

  test('another action under way: 409', async () => {
    await createContainer();
    world.servers.failure = new LightdeckError('busy', "can't start now: install is under way");
    expect((await world.call('POST', '/containers/a/start')).status).toBe(409);
  });

  async function createContainer() {
    const volume_id = (await world.call('POST', '/volumes')).json.id;
    const reply = await world.call('POST', '/containers', {
      body: { internal_id: 'a', image: 'i', volume_id, startup_command: 'x' },
    });
    expect(reply.status).toBe(200);
  }
});

describe('pages of other origins', () => {
  test('may ask first: a preflight needs no token', async () => {
    const reply = await world.call('OPTIONS', '/containers/a/start', {
      token: null,
      accept: null,
      headers: {
        origin: 'https://panel.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,accept,content-type',
      },
    });
    expect(reply.status).toBe(204);
    expect(reply.headers['access-control-allow-origin']).toBe('*');
    expect(reply.headers['access-control-allow-methods']).toContain('POST');
    for (const name of ['Authorization', 'Accept', 'Content-Type']) {
      expect(reply.headers['access-control-allow-headers']).toContain(name);
    }
    expect(reply.headers['access-control-allow-credentials']).toBeUndefined();
  });

  test('may read replies, refusals too', async () => {
    expect((await world.call('GET', '/containers')).headers['access-control-allow-origin']).toBe('*');
    expect(
      (await world.call('GET', '/containers', { token: null })).headers['access-control-allow-origin'],
    ).toBe('*');
  });
});

test('bytes that are no HTTP end that connection alone, and are no error of ours', async () => {
  const socket = connect(world.port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write('nonsense\r\n\r\n');
  socket.resume();
  await gone;
  expect((await world.call('GET', '/api/v1/public/ping')).status).toBe(200);
  expect(world.logged).toEqual([]);
});

test('a closed app answers 503', async () => {
  await world.closeApp();
  expect((await world.call('GET', '/api/v1/public/ping')).status).toBe(503);
});

describe('the static interface (A1)', () => {
  let ui: World;
  let uiDir: string;
  beforeEach(async () => {
    uiDir = mkdtempSync(join(tmpdir(), 'lightdeck-ui-'));
    mkdirSync(join(uiDir, 'assets'));
    writeFileSync(join(uiDir, 'index.html'), '<!doctype html><title>Lightdeck</title>');
    writeFileSync(join(uiDir, 'assets', 'app-abc.js'), 'let a;');
    writeFileSync(join(uiDir, '.env'), 'SECRET=1');
    writeFileSync(join(uiDir, '..', 'lightdeck-outside.txt'), 'outside');
    ui = await createWorld({ uiDir });
  });
  afterEach(async () => {
    await ui.close();
    rmSync(uiDir, { recursive: true, force: true });
    rmSync(join(uiDir, '..', 'lightdeck-outside.txt'), { force: true });
  });

  const page = { token: null, accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

  test.each(['/', '/index.html', '/servers/a', '/network'])(
    'B18 GET %s is the page, with its security headers, and connects to where it came from alone',
    async (path) => {
      const reply = await ui.call('GET', path, page);
      expect([reply.status, reply.text]).toEqual([200, '<!doctype html><title>Lightdeck</title>']);
      expect(reply.headers['content-security-policy']).toContain("default-src 'self'");
      const sockets = `ws://127.0.0.1:${ui.port} wss://127.0.0.1:${ui.port}`;
      expect(reply.headers['content-security-policy']).toContain(`connect-src 'self' ${sockets};`);
      expect(reply.headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(reply.headers['x-content-type-options']).toBe('nosniff');
      expect(reply.headers['referrer-policy']).toBe('no-referrer');
      expect(reply.headers['cache-control']).toBe('no-cache');
    },
  );

  test('files with a hash in their name are kept by the browser', async () => {
    const reply = await ui.call('GET', '/assets/app-abc.js', { token: null, accept: '*/*' });
    expect([reply.status, reply.text]).toEqual([200, 'let a;']);
    expect(reply.headers['cache-control']).toContain('immutable');
  });

  test('files that were packed at build time are sent packed to who takes that, and once only', async () => {
    for (const [ending, text] of [
      ['br', 'packed best'],
      ['gz', 'packed well'],
    ] as const)
      writeFileSync(join(uiDir, 'assets', `app-abc.js.${ending}`), text);
    const get = async (headers: Record<string, string>, path = '/assets/app-abc.js') => {
      const reply = await ui.call('GET', path, { token: null, accept: '*/*', headers });
      const { 'content-encoding': encoding, 'content-type': type, vary, etag } = reply.headers;
      return { status: reply.status, text: reply.text, encoding, type, vary, etag };
    };
    const best = await get({ 'accept-encoding': 'gzip, deflate, br' });
    const type = expect.stringContaining('javascript');
    expect(best).toMatchObject({ status: 200, text: 'packed best', encoding: 'br', type });
    expect(best.vary).toMatch(/accept-encoding/i);
    expect(await get({ 'accept-encoding': 'gzip' })).toMatchObject({
      text: 'packed well',
      encoding: 'gzip',
      type,
    });
    expect(await get({})).toMatchObject({ text: 'let a;', encoding: undefined, type });
    const again = { 'accept-encoding': 'br', 'if-none-match': String(best.etag) };
    expect(await get(again)).toMatchObject({ status: 304, text: '' });
    const page = await get({ 'accept-encoding': 'br' }, '/index.html');
    expect(page).toMatchObject({ status: 200, encoding: undefined });
  });

  test.each([
    '/assets/gone.js',
    '/.env',
    '/../lightdeck-outside.txt',
    '/..%2flightdeck-outside.txt',
    '/%2e%2e/lightdeck-outside.txt',
  ])('GET %s is not found', async (path) => {
    const reply = await ui.call('GET', path, { token: null, accept: '*/*' });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.text).not.toMatch(/SECRET|outside$/);
  });

  test('only reading gets the page', async () => {
    expect((await ui.call('POST', '/servers/a', page)).status).toBe(404);
    expect((await ui.call('GET', '/servers/a', { token: null, accept: null })).status).toBe(404);
  });

  test('the API stays what it is', async () => {
    expect((await ui.call('GET', '/containers', page)).status).toBe(401);
    expect((await ui.call('GET', '/api/v1/public/ping', page)).json.status).toBe('ok');
    // Also where the page's files would be looked for.
    expect(await ui.call('GET', '/containers/a/start', page)).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
    });
    expect((await ui.call('POST', '/assets/gone.js', page)).status).toBe(404);
  });
});
