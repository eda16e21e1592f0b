import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFetchText } from './fetch-text.ts';
import type { Found } from './open-url.ts';

const local: Found = { address: '127.0.0.1', family: 4 };
let server: Server;
let port = 0;
let ca = '';
let asked: string[] = [];
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-text-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...[
        '-subj',
        '/CN=eggs.example',
        '-addext',
        'subjectAltName=DNS:eggs.example,DNS:other.example,IP:127.0.0.1',
      ],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  ca = readFileSync(cert, 'utf8');
  server = createServer({ key: readFileSync(key), cert: ca }, (request, response) => {
    asked.push(`${request.headers.host?.replace(/:\d+$/, '')}${request.url}`);
    const to = /^\/to\/(.+)/.exec(request.url ?? '')?.[1];
    if (to !== undefined) response.writeHead(302, { location: decodeURIComponent(to) }).end();
    else if (request.url === '/loop') response.writeHead(301, { location: '/loop' }).end();
    else if (request.url === '/large') response.end('x'.repeat(1024 * 1024));
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': '10' }).write('abc', () => response.destroy());
    else if (request.url === '/egg.json') response.end('{"an":"egg"}');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const names: Record<string, Found[]> = {
  'eggs.example': [local],
  'other.example': [local, { address: '::1', family: 6 }],
};
const fetchText = (url: string, isPrivateAllowed = true, signal = new AbortController().signal) => {
  asked = [];
  const lookup = async (name: string): Promise<Found[]> =>
    names[name] ?? Promise.reject(new Error(`no name ${name}`));
  return createFetchText({ lookup, ca: [ca] })({
    url: url.replace(':P', `:${port}`),
    isPrivateAllowed,
    signal,
  });
};

test('E11 a text is fetched from where its name leads, through other addresses, each looked up and checked', async () => {
  expect(await fetchText('https://eggs.example:P/egg.json')).toEqual({
    text: '{"an":"egg"}',
    url: `https://eggs.example:${port}/egg.json`,
  });
  const through = `https://eggs.example:P/to/${encodeURIComponent(`https://other.example:${port}/egg.json`)}`;
  expect((await fetchText(through)).text).toBe('{"an":"egg"}');
  expect(asked[1]).toBe('other.example/egg.json');
});

test.each([
  ['a name of one’s own network', 'https://eggs.example:P/egg.json', 'conflict', 'eggs.example is 127.0.0.1'],
  ['one of whose addresses is', 'https://other.example:P/egg.json', 'conflict', 'other.example is 127.0.0.1'],
  ['an address', 'https://127.0.0.1:P/egg.json', 'conflict', '127.0.0.1 is 127.0.0.1'],
  ['one that is written otherwise', 'https://2130706433:P/egg.json', 'conflict', '127.0.0.1'],
  ['one in IPv6', 'https://[::ffff:127.0.0.1]:P/egg.json', 'conflict', 'not on the internet'],
])('E11 %s is not asked unless that is allowed', async (_what, url, code, message) => {
  await expect(fetchText(url, false)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
  expect(asked).toEqual([]);
});

test.each([
  ['http://eggs.example/x', 'invalid', 'only https'],
  ['file:///etc/passwd', 'invalid', 'only https'],
  ['not an address', 'invalid', 'is no address'],
  ['https://me:secret@eggs.example/x', 'invalid', 'a user and a password'],
  ['https://nobody.example/x', 'invalid', 'no name nobody.example'],
  ['https://eggs.example:P/none', 'not_found', 'answered with 404'],
  ['https://eggs.example:P/loop', 'invalid', 'without an end'],
  ['https://eggs.example:P/large', 'too_large', 'larger than 960 KiB'],
  ['https://eggs.example:P/cut', 'invalid', 'could not be asked'],
  [`https://eggs.example:P/to/${encodeURIComponent('http://eggs.example/x')}`, 'invalid', 'only https'],
])('E11 %s: %s', async (url, code, message) => {
  await expect(fetchText(url)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('E11 who it belongs to is held to its certificate, and a request can be given up', async () => {
  const untrusting = createFetchText({ lookup: async () => [local] });
  const { signal } = new AbortController();
  await expect(
    untrusting({ url: `https://eggs.example:${port}/egg.json`, isPrivateAllowed: true, signal }),
  ).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('certificate') });
  await expect(fetchText('https://eggs.example:P/egg.json', true, AbortSignal.abort())).rejects.toThrow();
});
