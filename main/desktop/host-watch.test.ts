import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { HostInfo } from '../../shared/model/host.ts';
import type { HostEvent } from '../../shared/protocol/server-events.ts';
import { until } from '../../tests/support/until.ts';
import type { NotificationEvent } from './contract.ts';
import { exit, summary } from './desktop.test-helper.ts';
import { openHostWatch } from './host-watch.ts';

const info: HostInfo = {
  name: 'machine',
  version: '1',
  engine: { status: 'connecting', tried: [] },
  cpu: { cores: 1, usage: 0 },
  memory: { total: 1, used: 0 },
  disk: { total: 1, used: 0 },
};

/** A host's two ways in, on a real port; it does what the test says. */
async function openHost() {
  const upgrades: IncomingMessage[] = [];
  const authorizations: unknown[] = [];
  const calls: string[] = [];
  const sockets: WebSocket[] = [];
  const answer = { status: 200, body: '{}' };
  const http = createServer((request, response) => {
    calls.push(`${request.method} ${request.url} ${request.headers.accept} ${request.headers.authorization}`);
    response.writeHead(answer.status).end(answer.body);
  });
  const wss = new WebSocketServer({
    server: http,
    verifyClient: ({ req }, done) => {
      const { authorization } = req.headers;
      authorizations.push(authorization);
      done(authorization !== 'Bearer wrong', 401);
    },
  });
  wss.on('connection', (socket, request) => {
    sockets.push(socket);
    upgrades.push(request);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
    wss.close();
    http.close();
    http.closeAllConnections();
  });
  const say = (...events: HostEvent[]): void => {
    for (const event of events) sockets.at(-1)?.send(JSON.stringify(event));
  };
  return { url: `http://127.0.0.1:${port}`, authorizations, upgrades, calls, sockets, answer, say };
}

function watchHost(connection: () => { url: string; token: string }) {
  const watch = openHostWatch({ connection, firstRetryMs: 5, longestRetryMs: 50 });
  onTestFinished(() => watch.close());
  const news: NotificationEvent[] = [];
  let changes = 0;
  watch.onNews((one) => news.push(one));
  watch.onChange(() => {
    changes += 1;
  });
  return { watch, news, changes: () => changes };
}

describe('the watch over a host', () => {
  test('knows its servers, tells changes and news, and forgets what it can’t see', async () => {
    const host = await openHost();
    const { watch, news, changes } = watchHost(() => ({ url: host.url, token: 'secret' }));
    expect(watch.servers).toBeNull();
    await until(() => host.sockets.length === 1);
    expect(host.upgrades[0]?.url).toBe('/ws?stats=false');
    expect(host.upgrades[0]?.headers).toMatchObject({
      origin: 'app://local',
      authorization: 'Bearer secret',
    });
    const two = summary({ internal_id: 'two', name: 'A two' });
    host.say({ event: 'host', data: info }, { event: 'containers', data: [summary(), two] });
    await until(() => watch.servers?.length === 2);
    expect(watch.engine).toBe('connecting');
    const before = changes();

    const stats = { cpu_usage: 1, memory_usage: 1, memory_limit: 1, network_rx: 1, network_tx: 1 };
    host.say({ event: 'stats', internal_id: 'one', ...stats, block_read: 1, block_write: 1 });
    host.say({ event: 'container', data: { ...summary(), image: 'other' } });
    host.sockets[0]?.send('{"event":"of a newer host"}');
    host.sockets[0]?.send('no JSON');
    host.say({ event: 'container', data: summary({ state: 'exit', last_exit: exit() }) });
    await until(() => news.length === 1);
    expect(news[0]).toMatchObject({ kind: 'crashed', serverId: 'one' });
    expect(changes()).toBe(before + 1);
    // In the order of the host, whatever changes.
    expect(watch.servers?.map(({ internal_id, state }) => [internal_id, state])).toEqual([
      ['one', 'exit'],
      ['two', 'running'],
    ]);
    host.say({ event: 'daemon_message', data: 'Error: for this socket alone' });
    host.say({ event: 'daemon_message', data: 'System out of storage', internal_id: 'two' });
    await until(() => news.length === 2);
    expect(news[1]).toMatchObject({ kind: 'out-of-space', serverId: 'two', serverName: 'A two' });
    host.say({ event: 'container_removed', data: 'one' });
    await until(() => watch.servers?.length === 1);

    host.sockets[0]?.close();
    await until(() => watch.servers === null);
    expect(watch.engine).toBeNull();
    await until(() => host.sockets.length === 2);
    host.say({ event: 'containers', data: [two] });
    await until(() => watch.servers?.length === 1);
    expect(news).toHaveLength(2);
  });

  test('finds a host that comes later, elsewhere and with another token', async () => {
    const host = await openHost();
    let tries = 0;
    const { watch } = watchHost(() => {
      tries += 1;
      if (tries === 1) throw new Error('no host yet');
      return tries < 4 ? { url: 'http://127.0.0.1:1', token: 'a' } : { url: host.url, token: 'b' };
    });
    await until(() => host.sockets.length === 1);
    expect(host.upgrades[0]?.headers.authorization).toBe('Bearer b');
    host.say({ event: 'containers', data: [] });
    await until(() => watch.servers !== null);
    watch.close();
    await until(() => host.sockets[0]?.readyState === 3);
    expect(watch.servers).toBeNull();
  });

  test('that refuses the token is left in peace for longer, but for a wake-up', async () => {
    const host = await openHost();
    let token = 'wrong';
    const { watch } = watchHost(() => ({ url: host.url, token }));
    await until(() => host.authorizations.length === 1);
    // Meanwhile a host that is only away is tried again and again.
    let tries = 0;
    watchHost(() => {
      tries += 1;
      return { url: 'http://127.0.0.1:1', token };
    });
    await until(() => tries === 6);
    expect(host.authorizations).toEqual(['Bearer wrong']);
    token = 'right';
    // Asked again: while the refusal is still on its way there is nothing to wake.
    await until(() => {
      watch.retryNow();
      return host.sockets.length === 1;
    });
    watch.retryNow();
    expect(host.authorizations).toEqual(['Bearer wrong', 'Bearer right']);
  });

  test('asks for power in the host’s way, and fails in the host’s words', async () => {
    const host = await openHost();
    const { watch } = watchHost(() => ({ url: host.url, token: 'secret' }));
    await watch.power('a.b', 'restart');
    expect(host.calls).toEqual(['POST /containers/a.b/restart Application/vnd.pkglatv1+json Bearer secret']);
    Object.assign(host.answer, { status: 409, body: '{"error":"the server is running already"}' });
    await expect(watch.power('one', 'start')).rejects.toThrow('the server is running already');
    Object.assign(host.answer, { status: 502, body: '<p>' });
    await expect(watch.power('one', 'stop')).rejects.toThrow(
      'The host refused to stop the server (HTTP 502).',
    );
    const away = watchHost(() => ({ url: 'http://127.0.0.1:1', token: 'secret' }));
    await expect(away.watch.power('one', 'stop')).rejects.toThrow('The host can’t be reached.');
  });
});
