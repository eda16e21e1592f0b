import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Room } from '../../main/files/contract.ts';
import { outOfSpace } from '../../main/files/file-errors.ts';
import { vendorType } from '../../shared/http/route.ts';
import { openPlaces } from '../support/open-places.ts';
import { until } from '../support/until.ts';
import { createWorld, master, startTime, type World } from './http-world.ts';

const literal = 'Invalid path: path traversal detected';
let world: World;
let id: string;
/** The volume's folder. */
let root: string;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.time = startTime;
  const volume = (await world.call('POST', '/volumes')).json;
  id = String(volume.id);
  root = String(volume.path);
});

const post = (route: string, body: unknown) => world.call('POST', `/volumes/${id}/${route}`, { body });
const content = (path: string) => `/volumes/${id}/content?path=${encodeURIComponent(path)}`;
const put = (path: string, body: string | Buffer) =>
  world.call('PUT', content(path), { body, type: 'text/plain' });
const get = (path: string, headers: Record<string, string> = {}) =>
  world.call('GET', content(path), { headers });
const inside = (path: string) => join(root, path);

function countingRoom(bytes: number): Room {
  let taken = 0;
  return {
    take(more) {
      if (taken + more > bytes) throw outOfSpace();
      taken += more;
    },
    left: () => bytes - taken,
  };
}

/** Everything that names paths, with good ones, and what names them. */
const routes = [
  { method: 'GET', path: () => `/volumes/${id}/files?path=d`, fields: [] },
  { method: 'GET', path: () => content('f'), fields: [] },
  { method: 'PUT', path: () => content('new'), fields: [] },
  {
    method: 'POST',
    path: () => `/volumes/${id}/files`,
    fields: ['path', 'content'],
    body: { path: 'new', content: 'x' },
  },
  { method: 'POST', path: () => `/volumes/${id}/folders`, fields: ['path'], body: { path: 'new' } },
  {
    method: 'POST',
    path: () => `/volumes/${id}/copy`,
    fields: ['source', 'destination'],
    body: { source: 'f', destination: 'new' },
  },
  {
    method: 'POST',
    path: () => `/volumes/${id}/rename`,
    fields: ['source', 'destination'],
    body: { source: 'f', destination: 'new' },
  },
  { method: 'POST', path: () => `/volumes/${id}/delete`, fields: ['paths'], body: { paths: ['f'] } },
  {
    method: 'POST',
    path: () => '/downloads',
    fields: ['volume_id', 'path'],
    body: () => ({ volume_id: id, path: 'f' }),
  },
];
const bodyOf = (route: (typeof routes)[number]): Record<string, unknown> | undefined =>
  typeof route.body === 'function' ? route.body() : route.body;
const titled = routes.map(
  (route) => [`${route.method} ${String(route.path).replace(/\(\) => |\$\{id\}/g, '')}`, route] as const,
);

describe.each(titled)('A3 %s', (_title, route) => {
  beforeEach(() => {
    mkdirSync(inside('d'));
    writeFileSync(inside('f'), 'f');
  });
  const expectUnchanged = () => {
    expect(readdirSync(root).sort()).toEqual(['d', 'f']);
    expect(readFileSync(inside('f'), 'utf8')).toBe('f');
  };

  test('a good request is done', async () => {
    expect((await world.call(route.method, route.path(), { body: bodyOf(route) })).status).toBe(200);
  });

  test('each field missing, or of a wrong type: 400 naming it', async () => {
    for (const field of route.fields) {
      const missing = { ...bodyOf(route) };
      delete missing[field];
      const reply = await world.call(route.method, route.path(), { body: missing });
      expect([reply.status, reply.json]).toEqual([400, { error: `${field}: is required` }]);
      for (const wrong of [5, null, {}, ...(field === 'paths' ? ['f', [], [''], [5]] : [['f']])]) {
        const bad = await world.call(route.method, route.path(), {
          body: { ...bodyOf(route), [field]: wrong },
        });
        expect([bad.status, String(bad.json.error).startsWith(field)]).toEqual([400, true]);
      }
    }
    expectUnchanged();
  });

  test('an unknown field: 400 naming it', async () => {
    if (route.fields.length === 0) return;
    const reply = await world.call(route.method, route.path(), { body: { ...bodyOf(route), surprise: 1 } });
    expect([reply.status, reply.json]).toEqual([400, { error: 'unknown field: surprise' }]);
    expectUnchanged();
  });

  test('an unknown volume, or one of another server: 404', async () => {
    const path = route.path().replace(id, 'unknown');
    const body = bodyOf(route);
    const other = body?.volume_id === undefined ? body : { ...body, volume_id: 'unknown' };
    const reply = await world.call(route.method, path, { body: other });
    expect([reply.status, reply.json]).toEqual([404, { error: 'Volume not found' }]);
    const token = world.token({ containers: ['another'] });
    const refused = await world.call(route.method, route.path(), { token, body });
    expect([refused.status, refused.json]).toEqual([404, { error: 'Volume not found' }]);
    expectUnchanged();
  });

  test.each([
    '..',
    '../x',
    'd/../f',
    '/etc/passwd',
    '/f',
    '//f',
    'C:\\x',
    'c:/x',
    '\\\\server\\x',
    'd\\f',
    'a\0b',
    'out/x',
    'out',
    'n'.repeat(256),
  ])('A9 %j: 400 in the published words, and nothing changed', async (bad) => {
    symlinkSync('../..', inside('out'));
    const before = readdirSync(root).sort();
    const expected = [400, { error: literal }];
    const ends = bad === 'out' && ['rename', 'delete', 'copy'].some((verb) => route.path().endsWith(verb));
    if (route.fields.length === 0) {
      const path = route.path().replace(/path=.*/, `path=${encodeURIComponent(bad)}`);
      const reply = await world.call(route.method, path, { body: route.method === 'PUT' ? 'x' : undefined });
      expect([reply.status, reply.json]).toEqual(expected);
    }
    // A link itself may be renamed and deleted.
    for (const field of ends ? [] : route.fields.filter((name) => !['content', 'volume_id'].includes(name))) {
      const body = { ...bodyOf(route), [field]: field === 'paths' ? ['f', bad] : bad };
      const reply = await world.call(route.method, route.path(), { body });
      expect([field, reply.status, reply.json]).toEqual([field, ...expected]);
    }
    expect(readdirSync(root).sort()).toEqual(before);
  });
});

describe('A9 encodings of what comes in', () => {
  test.each(['%2e%2e%2fx', '..%2fx', '%2e%2e/x', '%2fetc%2fpasswd', '..%5cx', 'a%00b'])(
    '?path=%s: 400',
    async (path) => {
      const reply = await world.call('GET', `/volumes/${id}/files?path=${path}`);
      expect([reply.status, reply.json]).toEqual([400, { error: literal }]);
    },
  );

  test('encoded twice it is a name', async () => {
    const reply = await world.call('GET', `/volumes/${id}/files?path=%252e%252e%252fx`);
    expect(reply.status).toBe(404);
  });

  test('what is no UTF-8, and a surrogate alone, reach nothing', async () => {
    expect([400, 404]).toContain(
      (await world.call('GET', `/volumes/${id}/files?path=%c0%ae%c0%ae%2fx`)).status,
    );
    expect((await post('files', '{"path":"\\ud800","content":""}')).json).toEqual({ error: literal });
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('files of a volume', () => {
  test('written, listed folders first, with links as what they lead to', async () => {
    const written = await post('files', { path: 'config/server.properties', content: 'motd=ü' });
    expect(written.json).toEqual({ message: 'File written successfully', path: 'config/server.properties' });
    await post('files', { path: 'a.txt', content: '' });
    expect((await post('folders', { path: 'plugins/My' })).json).toEqual({
      message: 'Folder created successfully',
      path: 'plugins/My',
    });
    symlinkSync('config', inside('z'));
    symlinkSync('/etc/passwd', inside('out'));
    const expected = [
      { name: 'config', type: 'directory', size: 0, link: false },
      { name: 'plugins', type: 'directory', size: 0, link: false },
      { name: 'z', type: 'directory', size: 0, link: true },
      { name: 'a.txt', type: 'file', size: 0, link: false },
      { name: 'out', type: 'file', size: 0, link: true },
    ].map((entry) => ({ ...entry, modified_at: expect.any(Number) }));
    for (const query of ['', '?path=', '?path=/', '?path=.'])
      expect((await world.call('GET', `/volumes/${id}/files${query}`)).json).toEqual({ files: expected });
    const inner = (await world.call('GET', `/volumes/${id}/files?path=z/`)).json;
    expect(inner.files).toMatchObject([{ name: 'server.properties', type: 'file', size: 7 }]);
    expect((await world.call('GET', `/volumes/${id}/files?path=a.txt`)).status).toBe(400);
    expect((await world.call('GET', `/volumes/${id}/files?path=nothing`)).status).toBe(404);
  });

  test('copied, renamed and deleted; what is in the way is told', async () => {
    await post('files', { path: 'd/f', content: 'f' });
    symlinkSync('f', inside('d/link'));
    expect((await post('copy', { source: 'd', destination: 'backup/d' })).json).toEqual({
      message: 'Copied successfully',
      source: 'd',
      destination: 'backup/d',
      left_out: 1,
    });
    expect((await post('copy', { source: 'd', destination: 'backup/d' })).status).toBe(409);
    expect((await post('rename', { source: 'd', destination: 'backup/d' })).status).toBe(409);
    expect((await post('rename', { source: 'd', destination: 'd/e' })).status).toBe(409);
    expect((await post('rename', { source: 'd', destination: 'e' })).json).toEqual({
      message: 'Renamed successfully',
      source: 'd',
      destination: 'e',
    });
    const wrong = await post('delete', { paths: ['e', 'nothing'] });
    expect([wrong.status, wrong.json]).toEqual([404, { error: '"nothing" is not there' }]);
    expect((await post('delete', { paths: ['e', '/'] })).status).toBe(400);
    expect((await post('delete', { paths: ['e', './'] })).status).toBe(400);
    expect(readdirSync(root).sort()).toEqual(['backup', 'e']);
    expect((await post('delete', { paths: ['e', 'e/f', 'backup'], permanent: true })).json).toEqual({
      message: 'Deleted 3 paths',
      deleted_count: 3,
      trash: [],
    });
    expect(readdirSync(root)).toEqual([]);
  });

  test('more paths than may be deleted at once: 400; a body over 1 MiB: 413', async () => {
    expect((await post('delete', { paths: Array.from({ length: 1001 }, () => 'x') })).status).toBe(400);
    const large = await post('files', { path: 'f', content: 'x'.repeat(1024 * 1024) });
    expect([large.status, large.json]).toEqual([413, { error: 'The body is too large: 1 MiB at most' }]);
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('the bytes of a file', () => {
  test('any, of any size, and back as they were', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
    const reply = await put('deep/f.bin', bytes);
    expect([reply.status, reply.json]).toEqual([200, { path: 'deep/f.bin', size: bytes.length }]);
    expect(readFileSync(inside('deep/f.bin')).equals(bytes)).toBe(true);
    for (const body of ['', '{"broken json', '\0']) {
      expect((await world.call('PUT', content('odd'), { body })).json).toEqual({
        path: 'odd',
        size: body.length,
      });
      expect((await get('odd')).text).toBe(body);
    }
    expect((await world.call('PUT', content('none'))).json).toEqual({ path: 'none', size: 0 });
  });

  test('are saved by a browser and never run', async () => {
    await put('d/ä "x".html', '<script>');
    const { headers, text } = await get('d/ä "x".html');
    expect(text).toBe('<script>');
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': `attachment; filename="_ _x_.html"; filename*=UTF-8''%C3%A4%20%22x%22.html`,
      'content-length': '8',
    });
  });

  test('in parts, as Range says', async () => {
    await put('f', '0123456789');
    const part = await get('f', { range: 'bytes=2-4' });
    expect([part.status, part.text, part.headers['content-range'], part.headers['content-length']]).toEqual([
      206,
      '234',
      'bytes 2-4/10',
      '3',
    ]);
    expect((await get('f', { range: 'bytes=-2' })).text).toBe('89');
    expect([
      (await get('f', { range: 'bytes=0-1,3-4' })).status,
      (await get('f', { range: 'x' })).status,
    ]).toEqual([200, 200]);
    const behind = await get('f', { range: 'bytes=10-' });
    expect([behind.status, behind.headers['content-range'], Object.keys(behind.json)]).toEqual([
      416,
      'bytes */10',
      ['error'],
    ]);
  });

  test('with HEAD, and only when they changed', async () => {
    await put('f', '0123456789');
    const head = await world.call('HEAD', content('f'));
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '10', '']);
    const { etag, 'last-modified': modified } = head.headers;
    expect((await get('f', { 'if-none-match': `"x", ${etag}` })).status).toBe(304);
    expect((await get('f', { 'if-modified-since': String(modified) })).status).toBe(304);
    expect((await get('f', { 'if-none-match': '"x"', 'if-modified-since': String(modified) })).status).toBe(
      200,
    );
    expect((await get('f', { 'if-range': String(etag), range: 'bytes=0-0' })).status).toBe(206);
    await put('f', '9876543210');
    expect((await get('f', { 'if-none-match': String(etag) })).status).toBe(200);
    expect((await get('f', { 'if-range': String(etag), range: 'bytes=0-0' })).text).toBe('9876543210');
    expect((await world.call('HEAD', content('nothing'))).status).toBe(404);
    await put('empty', '');
    expect((await get('empty')).headers['content-length']).toBe('0');
  });

  test('of no folder and of no part alone', async () => {
    mkdirSync(inside('d'));
    expect((await get('d')).status).toBe(400);
    expect((await put('d', 'x')).status).toBe(409);
    const part = await world.call('PUT', content('f'), {
      body: 'x',
      headers: { 'content-range': 'bytes 0-0/5' },
    });
    expect(part.status).toBe(400);
    expect(existsSync(inside('f'))).toBe(false);
  });

  test('an upload that breaks off leaves the old file and nothing else', async () => {
    await put('f', 'old');
    const outgoing = request({
      port: world.port,
      method: 'PUT',
      path: content('f'),
      headers: { authorization: `Bearer ${master}`, accept: vendorType, 'content-length': '1000000' },
    });
    outgoing.on('error', () => {});
    outgoing.write(Buffer.alloc(500_000));
    await until(() => readdirSync(root).includes('.lightdeck-unfinished'));
    expect((await get('.lightdeck-unfinished')).status).toBe(400);
    expect((await world.call('GET', `/volumes/${id}/files`)).json.files).toHaveLength(1);
    outgoing.destroy();
    await until(() => readdirSync(root).length === 1);
    expect((await get('f')).text).toBe('old');
    expect(world.logged.filter((line) => line.includes('nobody foresaw'))).toEqual([]);
  });

  test('what does not fit is told while it is still being sent (A10), and the old file stays', async () => {
    const full = await createWorld({ room: countingRoom(1_000_000) });
    const volume = (await full.call('POST', '/volumes')).json;
    const path = `/volumes/${volume.id}/content?path=f`;
    await full.call('PUT', path, { body: 'old' });
    const reply = await full.call('PUT', path, { body: Buffer.alloc(20_000_000) });
    expect([reply.status, reply.json]).toEqual([
      507,
      { error: expect.stringContaining('System out of storage') },
    ]);
    expect((await full.call('GET', path)).text).toBe('old');
    expect(readdirSync(String(volume.path))).toEqual(['f']);
    await full.close();
  });

  test.skipIf(process.platform !== 'linux')('leave no file open, also when the receiver goes', async () => {
    await put('big', Buffer.alloc(20_000_000));
    for (let round = 0; round < 5; round += 1) {
      const socket = connect(world.port, '127.0.0.1');
      socket.write(
        `GET ${content('big')} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${master}\r\nAccept: ${vendorType}\r\n\r\n`,
      );
      if (round > 0) await once(socket, 'data');
      socket.destroy();
    }
    await get('big', { range: 'bytes=99999999-' });
    await world.call('HEAD', content('big'));
    await until(() => openPlaces(root).length === 0);
  });

  test('who is not admitted is answered before any byte is read', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(world.port, '127.0.0.1');
      socket.on('error', reject);
      socket.once('data', (data) => {
        socket.destroy();
        resolve(data.toString());
      });
      socket.write(`PUT ${content('f')} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n`);
    });
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(readdirSync(root)).toEqual([]);
  });

  test('two uploads to one path at once: one of them, whole', async () => {
    const [a, b] = [Buffer.alloc(2_000_000, 'a'), Buffer.alloc(2_000_000, 'b')];
    const replies = await Promise.all([put('f', a), put('f', b)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const found = readFileSync(inside('f'));
    expect(found.equals(a) || found.equals(b)).toBe(true);
  });
});

describe('links for a browser', () => {
  const create = (path: string) => world.call('POST', '/downloads', { body: { volume_id: id, path } });
  const open = (url: string, more: object = {}) =>
    world.call('GET', url, { token: null, accept: null, ...more });
  const used = { error: 'This link was used, or has expired: ask for a new one' };
  beforeEach(async () => {
    await put('d/f.txt', 'text');
  });

  test('work once, without headers; looking uses nothing up', async () => {
    const reply = await create('d/f.txt');
    expect(reply.json).toEqual({
      url: expect.stringMatching(/^\/downloads\/[\w-]{32}$/),
      expires_at: new Date(startTime + 300_000).toISOString(),
    });
    const url = String(reply.json.url);
    expect((await world.call('HEAD', url, { token: null, accept: null })).headers['content-length']).toBe(
      '4',
    );
    const file = await open(url, { headers: { range: 'bytes=1-' } });
    expect([file.status, file.text]).toEqual([206, 'ext']);
    expect(file.headers['content-disposition']).toContain('filename="f.txt"');
    const again = await open(url);
    expect([again.status, again.json]).toEqual([404, used]);
    expect(world.logged.join('\n')).not.toContain(url.slice('/downloads/'.length));
  });

  test('of two at once, one gets it', async () => {
    const { url } = (await create('d/f.txt')).json;
    const replies = await Promise.all([open(String(url)), open(String(url)), open(String(url))]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
  });

  test('end after five minutes, and only success uses them up', async () => {
    const url = String((await create('d/f.txt')).json.url);
    await post('rename', { source: 'd/f.txt', destination: 'd/g' });
    expect((await open(url)).json).toEqual({ error: '"d/f.txt" is not there' });
    await post('rename', { source: 'd/g', destination: 'd/f.txt' });
    world.time += 299_999;
    expect((await open(url)).text).toBe('text');
    const late = String((await create('d/f.txt')).json.url);
    world.time += 300_000;
    expect((await open(late)).json).toEqual(used);
    expect((await open('/downloads/unknown')).json).toEqual(used);
  });

  test('are for files alone', async () => {
    expect((await create('d')).json).toEqual({
      error: 'path: is a folder; ask for what is in it by `paths`',
    });
    expect((await create('nothing')).status).toBe(404);
  });
});
