import { createHash, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EngineEvent, EngineMonitor } from '../../main/docker/contract.ts';
import { createEngine } from '../../main/docker/dockerode-engine.ts';
import type { DiscoveryEnvironment } from '../../main/docker/endpoint-discovery.ts';
import { createEngineMonitor, type EngineMonitorOptions } from '../../main/docker/engine-monitor.ts';
import { parseEndpoint } from '../../main/docker/engine-target.ts';
import { silentLog } from '../../main/lib/log.ts';
import type { EngineState } from '../../shared/model/host.ts';
import { docker } from '../support/docker-cli.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { EngineProxy } from './engine-proxy.ts';
import { createOwned, realEngine, testSpec } from './engine-support.ts';

const realSocket = '/var/run/docker.sock';

function environment(socketPath: string): DiscoveryEnvironment {
  const absent = () => Promise.reject(new Error('absent'));
  return { platform: 'linux', env: {}, homedir: '/nowhere', readFile: absent, listDir: absent, socketPath };
}

/** A Docker context `mine`, the current one, that points at this socket. */
function contextPlaces(homedir: string, socket: string): DiscoveryEnvironment {
  const hash = createHash('sha256').update('mine').digest('hex');
  const files: Record<string, string> = {
    [`${homedir}/.docker/config.json`]: '{"currentContext":"mine"}',
    [`${homedir}/.docker/contexts/meta/${hash}/meta.json`]: JSON.stringify({
      Name: 'mine',
      Endpoints: { docker: { Host: `unix://${socket}` } },
    }),
  };
  const readFile = async (path: string) => {
    const found = files[path];
    if (found === undefined) throw new Error('absent');
    return Buffer.from(found);
  };
  return { ...environment(''), socketPath: null, homedir, readFile };
}

interface Watched {
  monitor: EngineMonitor;
  states: EngineState[];
  events: EngineEvent[];
}

function watch(socketPath: string, options: Partial<EngineMonitorOptions> = {}): Watched {
  const monitor = createEngineMonitor({
    hostId: 'host-1',
    environment: environment(socketPath),
    log: silentLog,
    timings: { pingEveryMs: 100, answerLimitMs: 300, retryFirstMs: 20, retryMaxMs: 100 },
    ...options,
  });
  const states: EngineState[] = [];
  const events: EngineEvent[] = [];
  monitor.onState((state) => states.push(state));
  monitor.onEvent((event) => events.push(event));
  onTestFinished(() => monitor.stop());
  return { monitor, states, events };
}

/** Without those of containers that are nobody's: other tests have such ones at the same time, and they are told as well. */
const ofHosts = (events: readonly EngineEvent[]): EngineEvent[] =>
  events.filter(({ internalId }) => internalId !== null);

const isUp = (monitor: EngineMonitor) =>
  until(() => monitor.state.status === 'up', { what: 'the engine to be up' });
const isDown = (monitor: EngineMonitor) =>
  until(() => monitor.state.status === 'down', { what: 'the engine to be down' });

/** As much of an engine as the monitor asks for; it can end, come back, hang, and tell events. */
class FakeEngine {
  readonly path: string;
  readonly asked: URL[] = [];
  silent = false;
  past: object[] = [];
  private server: Server | null = null;
  private feeds: ServerResponse[] = [];

  constructor(path: string) {
    this.path = path;
  }

  async open(): Promise<void> {
    this.server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://engine');
      this.asked.push(url);
      if (this.silent) return;
      if (url.pathname === '/_ping') response.end('OK');
      else if (url.pathname === '/version')
        response.end(JSON.stringify({ Version: '99.1', ApiVersion: '1.99' }));
      else if (url.pathname === '/events') this.feed(response);
      else response.writeHead(404).end('{}');
    });
    await new Promise<void>((resolve) => this.server?.listen(this.path, resolve));
  }

  async shut(): Promise<void> {
    const server = this.server;
    this.server = null;
    this.feeds = [];
    if (server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  tell(text: string): void {
    for (const feed of this.feeds) feed.write(text);
  }

  endFeeds(): void {
    for (const feed of this.feeds.splice(0)) feed.end();
  }

  private feed(response: ServerResponse): void {
    response.writeHead(200).flushHeaders();
    this.feeds.push(response);
    for (const event of this.past) response.write(`${JSON.stringify(event)}\n`);
  }
}

function rawEvent(Action: string, timeNano: number, hostId = 'host-1'): object {
  const Attributes = { 'lightdeck.id': 'mc', 'lightdeck.host': hostId, exitCode: '3' };
  return { Type: 'container', Action, Actor: { ID: 'abc', Attributes }, timeNano };
}

async function fakeEngine(): Promise<FakeEngine> {
  const fake = new FakeEngine(join(tempDir(), 'docker.sock'));
  onTestFinished(() => fake.shut());
  await fake.open();
  return fake;
}

describe('engine monitor, with a fake engine', () => {
  it('H3: no engine is a state with a cause and help, and the engine throws it', async () => {
    const { monitor } = watch(join(tempDir(), 'docker.sock'));
    expect(monitor.state).toEqual({ status: 'connecting', tried: [] });
    expect(() => monitor.engine).toThrow(expect.objectContaining({ code: 'engine_unreachable' }));
    monitor.start();
    monitor.start();
    await isDown(monitor);
    expect(monitor.state).toMatchObject({
      status: 'down',
      code: 'missing',
      tried: [{ source: 'the setting docker.socket_path' }],
    });
    expect(() => monitor.engine).toThrow(/There is no engine at/);
  });

  it('H3: comes up, goes down with the engine and comes back with it; every change is told once', async () => {
    const fake = await fakeEngine();
    const { monitor, states } = watch(fake.path);
    monitor.start();
    await isUp(monitor);
    expect(monitor.state).toMatchObject({
      kind: 'docker',
      version: '99.1',
      api_version: '1.99',
      endpoint: `unix://${fake.path}`,
    });
    expect(monitor.engine).toBeDefined();
    await fake.shut();
    await isDown(monitor);
    const since = monitor.state.status === 'down' ? monitor.state.since : 0;
    expect(() => monitor.engine).toThrow();
    await until(() => monitor.state.status === 'down' && monitor.state.code === 'missing', {
      what: 'the cause',
    });
    expect(monitor.state).toMatchObject({ since });
    await fake.open();
    await isUp(monitor);
    const statuses = states
      .map((state) => state.status)
      .filter((status, index, all) => status !== all[index - 1]);
    expect(statuses).toEqual(['up', 'down', 'up']);
    const told = states.map((state) => JSON.stringify(state));
    expect(told.every((state, index) => state !== told[index - 1])).toBe(true);
  });

  it('H3: an engine that hangs is found out by its pings, and found again when it answers', async () => {
    const fake = await fakeEngine();
    const { monitor } = watch(fake.path);
    monitor.start();
    await isUp(monitor);
    fake.silent = true;
    await isDown(monitor);
    expect(monitor.state).toMatchObject({ code: 'timeout' });
    fake.silent = false;
    await isUp(monitor);
  });

  it('H3: the end of the event feed alone is a loss too', async () => {
    const fake = await fakeEngine();
    const { monitor, states } = watch(fake.path);
    monitor.start();
    await isUp(monitor);
    fake.endFeeds();
    await until(() => states.filter((state) => state.status === 'up').length === 2, {
      what: 'the second connection',
    });
    expect(states.map((state) => state.status)).toEqual(['up', 'down', 'up']);
  });

  it('S10: events are told once, whatever is replayed at a reconnect, and garbage harms nothing', async () => {
    const fake = await fakeEngine();
    const { monitor, events } = watch(fake.path);
    monitor.start();
    await isUp(monitor);
    const now = Date.now() * 1e6;
    const [first, second, third] = [
      rawEvent('start', now),
      rawEvent('die', now + 1e6),
      rawEvent('start', now + 2e6),
    ];
    const text = `${JSON.stringify(first)}\nnot json\n${JSON.stringify(rawEvent('die', now, 'host-2'))}\n`;
    fake.tell(text.slice(0, 40));
    fake.tell(text.slice(40));
    await until(() => events.length === 1, { what: 'the first event' });
    fake.past = [first, second, third];
    fake.endFeeds();
    await until(() => events.length === 3, { what: 'the missed events' });
    expect(events.map((event) => event.type)).toEqual(['start', 'die', 'start']);
    const feeds = fake.asked.filter((url) => url.pathname === '/events');
    // Of all containers: those that were adopted have no label of ours.
    expect(feeds[0]?.searchParams.get('filters')).toBe('{"type":["container"]}');
    expect(Number(feeds[1]?.searchParams.get('since'))).toBeCloseTo(now / 1e9 - 1, 1);
  });

  it('H3: an engine that was in use is waited for, not replaced by another', async () => {
    const folder = tempDir();
    const own = new FakeEngine(join(folder, 'docker.sock'));
    onTestFinished(() => own.shut());
    await own.open();
    // Behind the context's engine come the usual places, where this machine's real engine answers.
    const places = contextPlaces('/nowhere', own.path);
    const { monitor, states } = watch('', { environment: places });
    monitor.start();
    await isUp(monitor);
    await own.shut();
    await isDown(monitor);
    await until(() => monitor.state.status === 'down' && monitor.state.code === 'missing', {
      what: 'another look',
    });
    await own.open();
    await isUp(monitor);
    const endpoints = states.flatMap((state) => (state.status === 'up' ? [state.endpoint] : []));
    expect(endpoints).toEqual([`unix://${own.path}`, `unix://${own.path}`]);
  });

  describe('C18: an engine that was in use and is gone', () => {
    /** A context points at the first; behind it comes the second, at the first of macOS's usual places. */
    async function twoEngines(othersAfterMs: number, env: DiscoveryEnvironment['env'] = {}) {
      const homedir = tempDir();
      const [first, second] = [join(homedir, 'first.sock'), join(homedir, '.docker/run/docker.sock')].map(
        (path) => new FakeEngine(path),
      );
      if (!first || !second) throw new Error('no engines');
      await mkdir(join(homedir, '.docker/run'), { recursive: true });
      for (const engine of [first, second]) {
        onTestFinished(() => engine.shut());
        await engine.open();
      }
      const places = contextPlaces(homedir, first.path);
      const { monitor, states } = watch('', {
        environment: { ...places, platform: 'darwin', env },
        timings: {
          pingEveryMs: 100,
          answerLimitMs: 300,
          retryFirstMs: 20,
          retryMaxMs: 100,
          othersAfterMs,
        },
      });
      monitor.start();
      await isUp(monitor);
      return { monitor, states, first, second };
    }
    const endpoint = ({ state }: EngineMonitor) => (state.status === 'up' ? state.endpoint : null);

    it('is replaced by another one after a while, and both are told', async () => {
      const { monitor, states, first, second } = await twoEngines(200);
      await first.shut();
      await until(() => endpoint(monitor) === `unix://${second.path}`);
      const down = states.find((state) => state.status === 'down' && state.code === 'missing');
      expect(down).toMatchObject({
        help: expect.stringContaining('for 0.2 s, another one that answers is used'),
      });
      expect(monitor.state).toMatchObject({
        tried: [
          { endpoint: `unix://${first.path}` },
          { endpoint: `unix://${second.path}`, result: 'answered' },
        ],
      });
      // The new one is waited for like the first: for a while, and then the first may come again.
      await first.open();
      await second.shut();
      await until(() => endpoint(monitor) === `unix://${first.path}`);
    });

    it('is waited for when the user named it', async () => {
      const { monitor, first, second } = await twoEngines(0, { DOCKER_CONTEXT: 'mine' });
      await first.shut();
      await until(() => monitor.state.status === 'down' && monitor.state.code === 'missing');
      expect(second.asked).toEqual([]);
      await first.open();
      await until(() => endpoint(monitor) === `unix://${first.path}`);
    });

    it('is waited for while it is there and hangs: the containers may run', async () => {
      const { monitor, first, second } = await twoEngines(0);
      first.silent = true;
      await until(() => monitor.state.status === 'down' && monitor.state.code === 'timeout');
      const pings = first.asked.length;
      await until(() => first.asked.length > pings + 3);
      expect(second.asked).toEqual([]);
      first.silent = false;
      await until(() => endpoint(monitor) === `unix://${first.path}`);
    });
  });

  it('stops in every state, at once and for good', async () => {
    const fake = await fakeEngine();
    const up = watch(fake.path);
    up.monitor.start();
    await isUp(up.monitor);
    await up.monitor.stop();
    const told = up.states.length;
    fake.silent = true;
    const searching = watch(fake.path, { timings: { answerLimitMs: 60_000 } });
    searching.monitor.start();
    await searching.monitor.stop();
    const resting = watch(fake.path);
    await resting.monitor.stop();
    resting.monitor.start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(up.states).toHaveLength(told);
    expect(searching.states).toEqual([]);
    expect(resting.states).toEqual([]);
  });
});

describe.skipIf(!has('images'))('engine monitor, with the real engine', () => {
  it('S10: tells what happens to our containers: create, start, kill, OOM, die, destroy', async () => {
    const hostId = `host-${randomUUID()}`;
    const { monitor, events } = watch(realSocket, { hostId });
    monitor.start();
    await isUp(monitor);
    const engine = await realEngine();
    const spec = testSpec('sleep 600', { hostId });
    const id = await createOwned(engine, spec);
    await createOwned(engine, testSpec('sleep 600'));
    await engine.start(id);
    await engine.signal(id, 'SIGKILL');
    await docker('wait', id);
    await engine.remove(id);
    const ours = () => ofHosts(events);
    await until(() => ours().some((event) => event.type === 'destroy'), { what: 'the end' });
    expect(ours().map((event) => event.type)).toEqual(['create', 'start', 'kill', 'die', 'destroy']);
    expect(ours().every((event) => event.id === id && event.internalId === spec.internalId)).toBe(true);
    expect(ours().find((event) => event.type === 'kill')).toMatchObject({ signal: 'SIGKILL' });
    expect(ours().find((event) => event.type === 'die')).toMatchObject({ exitCode: 137 });
    const times = ours().map((event) => event.at);
    expect([...times].sort((a, b) => a - b)).toEqual(times);

    // The container goes with it: engines lose such news, the kernel's own log has them.
    const hungry = testSpec('exec tail /dev/zero', {
      hostId,
      limits: { memory: 16 * 1024 * 1024, cpu: null },
    });
    const second = await createOwned(engine, hungry);
    await engine.start(second);
    await until(() => events.some((event) => event.type === 'die' && event.id === second), {
      what: 'the OOM kill',
    });
    await until(() => events.some((event) => event.type === 'oom' && event.id === second), {
      what: 'the OOM event',
    });
  });

  longTest('S10: full memory is told of each, also when the engine loses some of it', async () => {
    const hostId = `host-${randomUUID()}`;
    const { monitor, events } = watch(realSocket, { hostId });
    monitor.start();
    await isUp(monitor);
    const engine = await realEngine();
    for (let round = 0; round < 5; round += 1) {
      const limits = { memory: 16 * 1024 * 1024, cpu: null };
      const specs = Array.from({ length: 5 }, () => testSpec('tail /dev/zero; exit 1', { hostId, limits }));
      const ids = await Promise.all(specs.map((spec) => createOwned(engine, spec)));
      await Promise.all(ids.map((id) => engine.start(id)));
      const of = (id: string): string[] =>
        events.filter((event) => event.id === id && /oom|die/.test(event.type)).map(({ type }) => type);
      await until(() => ids.every((id) => of(id).length > 1), { what: 'all ends and their cause' });
      expect(ids.map((id) => of(id).sort())).toEqual(ids.map(() => ['die', 'oom']));
      // The kernel writes ten such records in five seconds, and no more.
      await pause(3000);
    }
  });

  it('H3: what happened while the engine was away is told when it is back', async () => {
    const path = join(tempDir(), 'docker.sock');
    const proxy = new EngineProxy(realSocket);
    onTestFinished(() => proxy.shut());
    await proxy.open(path);
    const hostId = `host-${randomUUID()}`;
    const { monitor, events } = watch(path, { hostId });
    monitor.start();
    await isUp(monitor);
    const engine = await realEngine();
    const id = await createOwned(engine, testSpec('sleep 600', { hostId }));
    await engine.start(id);
    const ours = () => ofHosts(events).map((event) => event.type);
    await until(() => ours().includes('start'), { what: 'the start' });
    await proxy.shut();
    await isDown(monitor);
    await engine.signal(id, 'SIGKILL');
    await docker('wait', id);
    await proxy.open(path);
    await isUp(monitor);
    await until(() => ours().includes('die'), { what: 'the missed end' });
    expect(ours()).toEqual(['create', 'start', 'kill', 'die']);
  });

  it('reaches an engine by TCP, attachments too', async () => {
    const proxy = new EngineProxy(realSocket);
    onTestFinished(() => proxy.shut());
    const port = await proxy.open(0);
    const { target } = parseEndpoint(`tcp://127.0.0.1:${port}`, null);
    if (target === null) throw new Error('no target');
    const engine = await createEngine({ target });
    onTestFinished(() => engine.close());
    const id = await createOwned(engine, testSpec('cat', { tty: true }));
    const { stream } = await engine.attach(id, { tty: true, stdin: true }, AbortSignal.timeout(60_000));
    stream.on('error', () => {});
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await engine.start(id);
    stream.write('ping\n');
    await until(() => text.includes('ping\r\nping\r\n'), { what: 'the echo' });
    stream.destroy();
    expect((await engine.inspect(id))?.running).toBe(true);
  });
});
