import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import type { InstallState, WireState } from '../../shared/model/server.ts';
import { startPanel, type TestPanel } from '../../tests/support/panel.ts';
import { serverDefinition } from '../../tests/support/server-definition.ts';
import { until } from '../../tests/support/until.ts';
import { configSchema } from '../config/config-schema.ts';
import { Emitter } from '../lib/emitter.ts';
import { silentLog } from '../lib/log.ts';
import { runsAs } from '../servers/container/runs-as.ts';
import type { ServerView } from '../servers/contract.ts';
import type { RegistryEvent } from '../servers/registry/registry-event.ts';
import { StoreHealth } from '../store/health.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import { maxQueued, RemoteSync } from './remote-sync.ts';
import { type RemoteTable, remoteSchema, remoteTable } from './remote-table.ts';
import { maxRefusals } from './update-sender.ts';

const secret = 'lightd_the-panel-secret';

/** Servers whose installs go as the test says. */
class FakeServers {
  private readonly views = new Map<string, ServerView>();
  private readonly events = new Emitter<RegistryEvent>();
  readonly onEvent = this.events.on;
  list = () => [...this.views.values()];
  get = (id: string) => this.views.get(id) ?? null;

  set(id: string, install_state: InstallState, install_error: string | null = null): void {
    const definition = serverDefinition(id);
    const state: WireState = install_state === 'installed' ? 'exit' : install_state;
    const view = {
      definition,
      install_state,
      install_error,
      state,
      container_id: null,
      started_at: null,
      pending_restart: [],
      image_version: null,
      runs_as: runsAs(definition, null),
    };
    this.views.set(id, { ...view, last_exit: null });
    const { internal_id, name, image, ports, limits } = definition;
    const summary = { internal_id, name, image, ports, limits, state, started_at: null, stats: null };
    this.events.emit({ type: 'changed', summary: { ...summary, last_exit: null } });
  }

  remove(id: string): void {
    this.views.delete(id);
    this.events.emit({ type: 'removed', id });
  }
}

let panel: TestPanel;
let folder: string;
let store: SqliteStore;
let table: RemoteTable;
let servers: FakeServers;
let sync: RemoteSync;
let logged: string[];
let remote: { enabled: boolean; url: string; token: string };
let limitMs: number;
const changes = new Emitter<void>();
const disposers: (() => void | Promise<void>)[] = [];

function start(health?: StoreHealth): void {
  const write = (details: object, message: string) => logged.push(`${message} ${JSON.stringify(details)}`);
  sync = new RemoteSync({
    servers,
    table,
    config: {
      current: () => configSchema.parse({ authorization: { token: 'lightd_0123456789abcdef' }, remote }),
      onChange: (listener) => changes.on(listener),
    },
    log: { ...silentLog, info: write, warn: write, error: write },
    now: () => 5,
    health,
    times: { healthEvery: 100, firstWait: 10, longestWait: 100, limit: limitMs },
  });
}

function configure(more: Partial<typeof remote>): void {
  remote = { ...remote, ...more };
  changes.emit();
}

const installing = (server: string) => ({ event: 'update', server, status: 'installing' });
const ready = (server: string) => ({ event: 'update', server, status: 'ready' });
const failed = (server: string, data: string) => ({ event: 'update', server, error: 'failed', data });
/** Waits until the panel has taken so many messages, and they must be these. `twice`: one may have come again at once. */
async function expectTaken(messages: unknown[], { twice = false } = {}): Promise<void> {
  const found = () => (twice ? panel.takenOnce : panel.taken);
  await until(() => found().length >= messages.length, { timeoutMs: 60_000 });
  expect(found()).toEqual(messages);
}
const queueIsEmpty = () => table.first() === null;

beforeEach(async () => {
  panel = await startPanel((dispose) => disposers.push(dispose));
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-remote-'));
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
  table = remoteTable(store.tables(remoteSchema));
  servers = new FakeServers();
  logged = [];
  limitMs = 30_000;
  remote = { enabled: true, url: panel.url, token: secret };
});
afterEach(async () => {
  await sync.close();
  store.close();
  for (const dispose of disposers.splice(0).reverse()) await dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('A12 what a panel is told', () => {
  test('installs, in exactly the published words, with the token', async () => {
    start();
    servers.set('a', 'installing');
    servers.set('a', 'failed', 'the image can not be pulled');
    servers.set('a', 'installing');
    servers.set('a', 'installed');
    servers.set('a', 'installed');
    await until(() => panel.taken.length === 4 && queueIsEmpty());
    expect(
      panel.requests.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body]),
    ).toEqual([
      ['/api/update', '{"event":"update","server":"a","status":"installing"}'],
      [
        '/api/update',
        '{"event":"update","server":"a","error":"failed","data":"the image can not be pulled"}',
      ],
      ['/api/update', '{"event":"update","server":"a","status":"installing"}'],
      ['/api/update', '{"event":"update","server":"a","status":"ready"}'],
    ]);
    for (const { headers } of panel.requests) expect(headers.authorization).toBe(`Bearer ${secret}`);
  });

  test('is asked for its health again and again', async () => {
    start();
    await until(() => panel.requests.filter(({ path }) => path === '/api/health').length >= 3);
    expect(panel.requests[0]).toMatchObject({ method: 'GET', path: '/api/health', body: '' });
  });

  test('nothing, while it is not enabled', async () => {
    remote.enabled = false;
    start();
    servers.set('a', 'installing');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(panel.requests).toEqual([]);
  });

  test('nothing of servers that were there before', async () => {
    servers.set('old', 'installed');
    start();
    servers.set('new', 'installing');
    await until(() => panel.taken.length > 0);
    expect(panel.taken).toEqual([installing('new')]);
  });

  test('an id that was deleted and is made again is a new server', async () => {
    start();
    servers.set('a', 'installing');
    servers.remove('a');
    servers.set('a', 'installing');
    await expectTaken([installing('a'), installing('a')]);
  });
});

describe('A12 a panel in trouble misses nothing, and gets all in order', () => {
  const expected = [installing('a'), installing('b'), ready('a'), failed('b', 'why'), installing('c')];
  const happen = (): void => {
    servers.set('a', 'installing');
    servers.set('b', 'installing');
    servers.set('a', 'installed');
    servers.set('b', 'failed', 'why');
    servers.set('c', 'installing');
  };

  test('down, and back', async () => {
    await panel.stop();
    start();
    happen();
    await until(() => logged.some((line) => line.includes('ECONNREFUSED')));
    await panel.start();
    await expectTaken(expected);
  });

  test.each([500, 502, 401, 403, 429, 301, 307])('answers %d for a while', async (status) => {
    panel.update = status;
    start();
    happen();
    await until(() => panel.requests.filter(({ method }) => method === 'POST').length >= 3);
    expect(panel.taken).toEqual([]);
    panel.update = 200;
    await expectTaken(expected);
  });

  test('a redirect is not followed, so the token goes nowhere else', async () => {
    const other = await startPanel((dispose) => disposers.push(dispose));
    panel.update = (_request, response) => response.writeHead(307, { location: `${other.url}/update` }).end();
    start();
    happen();
    await until(() => panel.requests.filter(({ method }) => method === 'POST').length >= 3);
    expect(other.requests).toEqual([]);
  });

  test.each<[string, TestPanel['update']]>([
    ['never answers', () => {}],
    ['hangs in the middle of its answer', (_request, response) => response.writeHead(200).write('{')],
    ['answers no HTTP', (request) => request.socket.end('garbage\r\n\r\n')],
    ['cuts the connection', (request) => request.socket.destroy()],
  ])('%s', async (_name, behaviour) => {
    limitMs = 500;
    panel.update = behaviour;
    start();
    happen();
    await until(() => panel.requests.filter(({ method }) => method === 'POST').length >= 2);
    panel.update = 200;
    // On a busy machine even a good answer can come too late.
    await expectTaken(expected, { twice: true });
  });

  test('answers without end: what it says is not read for ever', async () => {
    panel.update = (_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16 * 1024)));
      };
      response.on('drain', more);
      more();
    };
    start();
    servers.set('a', 'installing');
    await until(queueIsEmpty);
    expect(panel.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('a message that it refuses for good does not hold the others up', async () => {
    panel.update = (request, response) => response.writeHead(422).end(String(request.url));
    start();
    servers.set('bad', 'installing');
    await until(() => logged.some((line) => line.includes('given up')));
    expect(panel.requests.filter(({ method }) => method === 'POST')).toHaveLength(maxRefusals);
    panel.update = 200;
    servers.set('good', 'installing');
    await expectTaken([installing('good')]);
  });

  test('the log tells of it once, in words, without the token', async () => {
    panel.update = 500;
    start();
    happen();
    await until(() => panel.requests.filter(({ method }) => method === 'POST').length >= 5);
    const told = logged.filter((line) => line.includes('does not answer as it should'));
    expect(told).toEqual([expect.stringContaining('it answered 500')]);
    expect(logged.join('\n')).not.toContain('panel-secret');
  });
});

describe('A12 restarts and reconfiguration', () => {
  test('the queue is on disk: a new start goes on where the old one ended', async () => {
    await panel.stop();
    start();
    servers.set('a', 'installing');
    servers.set('a', 'installed');
    await sync.close();
    store.close();
    store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
    table = remoteTable(store.tables(remoteSchema));
    await panel.start();
    start();
    await expectTaken([installing('a'), ready('a')]);
  });

  test('ended between the request and its answer: sent again', async () => {
    let asked = 0;
    panel.update = () => {
      asked += 1;
    };
    start();
    servers.set('a', 'installing');
    await until(() => asked === 1);
    await sync.close();
    panel.update = 200;
    start();
    await expectTaken([installing('a')]);
    expect(panel.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  test('a change that was never queued (killed in between, or not enabled) is told later', async () => {
    start();
    servers.set('a', 'installing');
    await until(() => panel.taken.length === 1 && queueIsEmpty());
    await sync.close();
    servers.set('a', 'installed');
    servers.set('b', 'installing');
    start();
    await expectTaken([installing('a'), ready('a'), installing('b')]);
    await until(queueIsEmpty);
    configure({ enabled: false });
    servers.set('b', 'installed');
    configure({ enabled: true });
    await expectTaken([installing('a'), ready('a'), installing('b'), ready('b')]);
  });

  test('switched off, moved and given another token while it runs', async () => {
    start();
    await until(() => panel.requests.length > 0);
    configure({ enabled: false });
    const before = panel.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(panel.requests.length).toBeLessThanOrEqual(before + 1);
    const first = panel;
    panel = await startPanel((dispose) => disposers.push(dispose));
    configure({ enabled: true, url: `${panel.url}/`, token: 'another-secret' });
    servers.set('a', 'installing');
    await expectTaken([installing('a')]);
    expect(panel.requests.map(({ path }) => path)).toContain('/api/update');
    for (const { headers } of panel.requests) expect(headers.authorization).toBe('Bearer another-secret');
    expect(first.taken).toEqual([]);
  });

  test('its state is told: whether it answers, since when, and why not', async () => {
    remote = { ...remote, enabled: false };
    start();
    expect(sync.status).toEqual({ state: 'off', last_success: null, last_failure: null });
    panel.health = 401;
    configure({ enabled: true });
    expect(sync.status.state).toBe('waiting');
    await until(() => sync.status.state === 'failing');
    const failure = { at: 5, problem: 'it answered 401' };
    expect(sync.status).toEqual({ state: 'failing', last_success: null, last_failure: failure });
    panel.health = 200;
    await until(() => sync.status.state === 'connected');
    expect(sync.status).toEqual({ state: 'connected', last_success: 5, last_failure: failure });
  });

  test('many changes of the configuration at once leave one sender', async () => {
    panel.update = (_request, response) => setTimeout(() => response.writeHead(200).end(), 20);
    start();
    for (let n = 0; n < 20; n += 1) configure({ token: `secret-${n}` });
    for (let n = 0; n < 5; n += 1) servers.set(`s${n}`, 'installing');
    await until(queueIsEmpty);
    const posts = panel.requests.filter(({ method }) => method === 'POST');
    expect(posts.map(({ body }) => body)).toEqual(
      Array.from({ length: 5 }, (_, n) => JSON.stringify(installing(`s${n}`))),
    );
  });

  test('the queue is bounded: the oldest are lost, and that is told', async () => {
    await panel.stop();
    start();
    store.transaction(() => {
      for (let n = 0; n < maxQueued; n += 1) {
        table.enqueue({ server: `old${n}`, status: 'ready', detail: '' }, maxQueued);
      }
    });
    servers.set('a', 'installing');
    expect(logged.join('\n')).toContain('its oldest messages were lost');
    expect(table.first()?.server).toBe('old1');
  });
});

describe('C1 while the store takes no writes', () => {
  const full = () => {
    throw new LightdeckError('disk_full', 'The disk is full');
  };

  test('what changed is told afterwards, in words and order, without another change', async () => {
    const health = new StoreHealth({ now: () => 5, log: silentLog });
    start(health);
    await until(() => sync.status.state === 'connected');
    const spies = [
      vi.spyOn(table, 'enqueue').mockImplementation(full),
      vi.spyOn(table, 'forget').mockImplementation(full),
    ];
    servers.set('a', 'installing');
    servers.set('b', 'installing');
    servers.remove('b');
    servers.set('a', 'failed', 'no such image');
    expect(logged.filter((line) => line.includes('could not be queued'))).toHaveLength(1);
    for (const spy of spies) spy.mockRestore();
    health.reportSuccess();
    await expectTaken([failed('a', 'no such image')]);
    health.close();
  });

  test('a message that the panel has is not sent again because the queue could not be written', async () => {
    start();
    let refused = 0;
    const remove = vi.spyOn(table, 'remove').mockImplementation(() => {
      refused += 1;
      full();
    });
    servers.set('a', 'installing');
    await until(() => refused > 3);
    expect(panel.taken).toEqual([installing('a')]);
    remove.mockRestore();
    await until(queueIsEmpty);
    servers.set('a', 'installed');
    await expectTaken([installing('a'), ready('a')]);
  });

  test('it starts all the same, with notes of servers that are gone', async () => {
    table.setTold('gone', 'ready');
    const forget = vi.spyOn(table, 'forget').mockImplementation(full);
    const health = new StoreHealth({ now: () => 5, log: silentLog });
    start(health);
    expect(health.state.status).toBe('failing');
    forget.mockRestore();
    health.reportSuccess();
    expect(table.told()).toEqual([]);
    health.close();
  });
});
