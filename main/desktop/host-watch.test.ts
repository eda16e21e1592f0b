import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { soon, TestHost } from '../../client/test-host.test-helper.ts';
import { vendorType } from '../../shared/http/route.ts';
import type { HostInfo } from '../../shared/model/host.ts';
import type { HostEvent } from '../../shared/protocol/server-events.ts';
import { own } from '../../tests/support/cleanup.ts';
import { silentLog } from '../lib/log.ts';
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

// Real sockets, a clock that stands still: it is moved by as much as a wait takes.
beforeEach(() =>
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
);
afterEach(() => vi.useRealTimers());

/** A real server in the host's place. */
async function openHost() {
  const host = own(await new TestHost().open());
  const say = (...events: HostEvent[]): void => {
    for (const event of events) host.tell(JSON.stringify(event));
  };
  return { host, say };
}

function watchHost(connection: () => { url: string; token: string }) {
  /** What it meant to wait before each next try, in ms. */
  const waits: unknown[] = [];
  const log = { debug: ({ ms }: { ms?: unknown }) => waits.push(ms) };
  const watch = openHostWatch({ connection, log: { ...silentLog, ...log } });
  onTestFinished(() => watch.close());
  const news: NotificationEvent[] = [];
  let changes = 0;
  watch.onNews((one) => news.push(one));
  watch.onChange(() => {
    changes += 1;
  });
  return { watch, news, changes: () => changes, waits };
}

describe('the watch over a host', () => {
  test('knows its servers, tells changes and news, and forgets what it can’t see', async () => {
    const { host, say } = await openHost();
    const { watch, news, changes } = watchHost(() => ({ url: host.url, token: 'secret' }));
    expect(watch.servers).toBeNull();
    await soon(() => host.openSockets === 1, 'the connection');
    // The token is in no address.
    expect(String(host.queries[0])).toBe('stats=false');
    expect(host.handshakes[0]).toMatchObject({
      origin: 'app://local',
      authorization: 'Bearer secret',
    });
    const two = summary({ internal_id: 'two', name: 'A two' });
    say({ event: 'host', data: info }, { event: 'containers', data: [summary(), two] });
    await soon(() => watch.servers?.length === 2, 'both servers');
    expect(watch.engine).toBe('connecting');
    const before = changes();

    const stats = { cpu_usage: 1, memory_usage: 1, memory_limit: 1, network_rx: 1, network_tx: 1 };
    say({ event: 'stats', internal_id: 'one', ...stats, block_read: 1, block_write: 1 });
    say({ event: 'container', data: { ...summary(), image: 'other' } });
    host.tell('{"event":"of a newer host"}');
    host.tell('no JSON');
    say({ event: 'container', data: summary({ state: 'exit', last_exit: exit() }) });
    await soon(() => news.length === 1, 'the crash');
    expect(news[0]).toMatchObject({ kind: 'crashed', serverId: 'one' });
    expect(changes()).toBe(before + 1);
    // In the order of the host, whatever changes.
    expect(watch.servers?.map(({ internal_id, state }) => [internal_id, state])).toEqual([
      ['one', 'exit'],
      ['two', 'running'],
    ]);
    say({ event: 'daemon_message', data: 'Error: for this socket alone' });
    say({ event: 'daemon_message', data: 'System out of storage', internal_id: 'two' });
    await soon(() => news.length === 2, 'the second piece of news');
    expect(news[1]).toMatchObject({ kind: 'out-of-space', serverId: 'two', serverName: 'A two' });
    say({ event: 'container_removed', data: 'one' });
    await soon(() => watch.servers?.length === 1, 'one server');

    host.drop(1001);
    await soon(() => watch.servers === null, 'the loss to be noticed');
    expect(watch.engine).toBeNull();
    vi.advanceTimersByTime(500);
    await soon(() => host.openSockets === 1, 'the next connection');
    say({ event: 'containers', data: [two] });
    await soon(() => watch.servers?.length === 1, 'one server');
    expect(news).toHaveLength(2);
  });

  test('finds a host that comes later, elsewhere and with another token', async () => {
    const { host, say } = await openHost();
    let tries = 0;
    const { watch } = watchHost(() => {
      tries += 1;
      if (tries === 1) throw new Error('no host yet');
      return tries < 4 ? { url: 'http://127.0.0.1:1', token: 'a' } : { url: host.url, token: 'b' };
    });
    await soon(() => {
      if (vi.getTimerCount() === 1) vi.advanceTimersToNextTimer();
      return host.openSockets === 1;
    }, 'the host to be found');
    expect(host.handshakes[0]?.authorization).toBe('Bearer b');
    say({ event: 'containers', data: [] });
    await soon(() => watch.servers !== null, 'its list');
    watch.close();
    await soon(() => host.openSockets === 0, 'the end of the socket');
    expect(watch.servers).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([401, 403, 429])(
    'a host that refuses (%i) is left in peace for a minute, but for a wake-up',
    async (status) => {
      const { host } = await openHost();
      Object.assign(host, { upgrade: status, answer: () => ({ status, body: { error: 'No.' } }) });
      const { watch, waits } = watchHost(() => ({ url: host.url, token: 'secret' }));
      await soon(() => waits.length === 1, 'the refusal');
      expect(waits).toEqual([60_000]);
      vi.advanceTimersByTime(59_999);
      expect(host.upgrades).toBe(1);
      vi.advanceTimersByTime(1);
      await soon(() => waits.length === 2, 'the second refusal');
      host.upgrade = null;
      watch.retryNow();
      await soon(() => host.openSockets === 1, 'the connection');
      watch.retryNow();
      expect(host.upgrades).toBe(3);
    },
  );

  test('a host that is only away is tried again soon, and ever more slowly', async () => {
    const { waits } = watchHost(() => ({ url: 'http://127.0.0.1:1', token: 'secret' }));
    for (const [n, longest] of [500, 1000, 2000].entries()) {
      await soon(() => waits.length === n + 1, `try ${n} to fail`);
      expect(waits[n]).toBeLessThanOrEqual(longest);
      expect(waits[n]).toBeGreaterThan(longest * 0.699);
      vi.advanceTimersByTime(longest);
    }
  });

  test('a token that can’t be read any more is asked for again: nothing is thrown at nobody', async () => {
    const { host } = await openHost();
    let isReadable = true;
    const { waits } = watchHost(() => {
      if (!isReadable) throw new Error('EACCES');
      return { url: host.url, token: 'secret' };
    });
    await soon(() => host.openSockets === 1, 'the connection');
    isReadable = false;
    host.drop(1001);
    await soon(() => waits.length === 1, 'the loss');
    vi.advanceTimersByTime(500);
    await soon(() => waits.length === 2, 'a try without a token');
    isReadable = true;
    vi.advanceTimersByTime(1000);
    await soon(() => host.openSockets === 1, 'the connection with it');
  });

  test('asks for power in the host’s way, and fails in the host’s words', async () => {
    const { host } = await openHost();
    const reply = { message: 'Container restart initiated', internal_id: 'a.b' };
    host.answer = () => ({ status: 202, body: reply });
    const { watch } = watchHost(() => ({ url: host.url, token: 'secret' }));
    await watch.power('a.b', 'restart');
    const [{ method, path, headers } = { method: '', path: '', headers: {} }] = host.asked;
    expect([method, path]).toEqual(['POST', '/containers/a.b/restart']);
    expect(headers).toMatchObject({ accept: vendorType, authorization: 'Bearer secret' });
    host.answer = () => ({ status: 409, body: { error: 'the server is running already' } });
    await expect(watch.power('one', 'start')).rejects.toThrow('the server is running already');
    host.answer = () => ({ status: 502, body: '<p>' });
    await expect(watch.power('one', 'stop')).rejects.toThrow('The host answered 502.');
    const away = watchHost(() => ({ url: 'http://127.0.0.1:1', token: 'secret' }));
    await expect(away.watch.power('one', 'stop')).rejects.toThrow(
      'The host can’t be reached. Lightdeck tries to connect again by itself.',
    );
  });
});
