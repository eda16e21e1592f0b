import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointCandidate } from './endpoint-discovery.ts';
import { searchEngine } from './endpoint-probe.ts';
import { describeFailure } from './engine-failure.ts';
import { parseEndpoint } from './engine-target.ts';

let folder = '';
let disposers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lightdeck-probe-'));
  disposers = [];
});

afterEach(async () => {
  for (const dispose of disposers.reverse()) await dispose();
  await rm(folder, { recursive: true, force: true });
});

async function serve(name: string, handler: RequestListener): Promise<string> {
  const path = join(folder, name);
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  disposers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return path;
}

function candidate(path: string, explicit = false): EndpointCandidate {
  return { ...parseEndpoint(path, null), source: `the test's ${path}`, explicit };
}

const engine: RequestListener = (request, response) => {
  response.statusCode = request.url === '/_ping' ? 200 : 404;
  response.end('OK');
};
const options = { platform: 'linux' as const, limitMs: 30_000 };
/** For engines that never answer. */
const impatient = { ...options, limitMs: 300 };

describe('searchEngine', () => {
  it('H3: the first that answers wins, the rest is not asked, and every attempt is told', async () => {
    let asked = 0;
    const first = await serve('first.sock', engine);
    const second = await serve('second.sock', (request, response) => {
      asked += 1;
      engine(request, response);
    });
    const absent = join(folder, 'absent.sock');
    const result = await searchEngine(
      [absent, first, second].map((path) => candidate(path)),
      options,
    );
    expect(result.found).toMatchObject({ kind: 'docker', target: { socketPath: first } });
    expect(result.found?.date).toBeGreaterThan(0);
    expect(result.tried.map((one) => one.endpoint)).toEqual([`unix://${absent}`, `unix://${first}`]);
    expect(result.tried[1]?.result).toBe('answered');
    expect(asked).toBe(0);
  });

  it('H3: Podman is known by its own ping', async () => {
    const path = await serve('podman.sock', (_request, response) => response.end('OK'));
    expect((await searchEngine([candidate(path)], options)).found?.kind).toBe('podman');
  });

  it('H3: one that hangs is told as a time-out, one with another service as no engine, one with 503 as not ready', async () => {
    const code = async (path: string, patience = options) => {
      const result = await searchEngine([candidate(path)], patience);
      return result.found === null ? result.failure.code : 'found';
    };
    expect(await code(await serve('silent.sock', () => {}), impatient)).toBe('timeout');
    expect(await code(await serve('web.sock', (_request, response) => response.writeHead(404).end()))).toBe(
      'not_an_engine',
    );
    expect(
      await code(await serve('starting.sock', (_request, response) => response.writeHead(503).end())),
    ).toBe('not_ready');
  });

  it('H3: the end of its server (a refused connection) and a missing socket are told apart', async () => {
    const server = createNetServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const dead = await searchEngine([candidate(`tcp://127.0.0.1:${port}`)], options);
    expect(dead.found === null && dead.failure.code).toBe('refused');
    const absent = await searchEngine([candidate(join(folder, 'absent.sock'), true)], options);
    expect(absent.found === null && absent.failure.code).toBe('missing');
  });

  it('H3: nothing at the usual places is one clear failure; something dead there is the more telling one', async () => {
    const absent = candidate(join(folder, 'absent.sock'));
    const nothing = await searchEngine([absent], options);
    expect(nothing.found === null && nothing.failure.code).toBe('nothing_found');
    const silent = candidate(await serve('silent.sock', () => {}));
    const hung = await searchEngine([absent, silent, absent], impatient);
    expect(hung.found === null && hung.failure.code).toBe('timeout');
  });

  it('H3: an endpoint that the user named is reported with where it comes from', async () => {
    const result = await searchEngine([candidate('ssh://host', true)], options);
    expect(result).toMatchObject({
      found: null,
      failure: { code: 'unsupported', help: expect.stringContaining("the test's ssh://host") },
    });
  });

  it('ends with the signal', async () => {
    const path = await serve('silent.sock', () => {});
    const controller = new AbortController();
    const search = searchEngine([candidate(path)], {
      ...options,
      signal: controller.signal,
    });
    controller.abort();
    await expect(search).rejects.toThrow();
  });
});

describe('describeFailure', () => {
  const thrown = (code: string) => Object.assign(new Error(code), { code });

  it('H3: every cause has its own words on every platform', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const failures = [
        'EACCES',
        'ENOENT',
        'ECONNREFUSED',
        'ENOTFOUND',
        'CERT_HAS_EXPIRED',
        'ECONNRESET',
      ].map((code) => describeFailure(thrown(code), 'unix:///x', platform));
      expect(new Set(failures.map((one) => one.cause)).size).toBe(failures.length);
      expect(failures.every((one) => one.help !== '')).toBe(true);
    }
    expect(describeFailure(thrown('EACCES'), 'x', 'linux').help).toContain('docker group');
    expect(describeFailure(thrown('EACCES'), 'x', 'win32').help).toContain('docker-users');
  });

  it('looks into the bundle that a name with several addresses gives', () => {
    const bundle = new AggregateError([thrown('ECONNREFUSED')]);
    expect(describeFailure(bundle, 'x', 'linux').code).toBe('refused');
  });
});
