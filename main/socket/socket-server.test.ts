import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { HeartClient } from '../../tests/support/heart-client.ts';
import { until } from '../../tests/support/until.ts';
import type { AuthResult, Grant } from '../auth/contract.ts';
import { clientAddress } from '../lib/client-address.ts';
import { silentLog } from '../lib/log.ts';
import { Channel, type ChannelListener } from '../servers/registry/channel.ts';
import { SocketLimits } from './socket-limits.ts';
import { SocketServer, type SocketServerOptions } from './socket-server.ts';

const grant: Grant = { tokenId: null, label: 'master', containers: null, expiresAt: null, may: () => true };
const accepted: AuthResult = { ok: true, grant };

interface World {
  url: string;
  sockets: SocketServer;
  channel: Channel;
  /** Does what it says until it is set to something else. */
  asked: { authenticate: (address?: string) => AuthResult; server: () => null; summaries: () => [] };
}

/** Real sockets on a real HTTP server; what stands behind them does as the test says. */
async function makeWorld(
  more: Pick<SocketServerOptions, 'maxOutgoing' | 'pingEveryMs' | 'clientAddress'> = {},
): Promise<World> {
  const channel = new Channel();
  const asked: World['asked'] = { authenticate: () => accepted, server: () => null, summaries: () => [] };
  const unused = (): never => {
    throw new Error('nobody asks this here');
  };
  const options: SocketServerOptions = {
    auth: {
      authenticate: (_secret, address) => asked.authenticate(address),
      onRevoked: () => () => {},
    },
    audit: { record: () => {} },
    registry: {
      channel: () => channel,
      server: () => asked.server(),
      exists: () => false,
      leave: () => {},
      summaries: () => asked.summaries(),
      onEvent: () => () => {},
    },
    sampler: { want: () => () => {}, onSample: () => () => {} },
    hostInfo: { current: unused, onChange: () => () => {} },
    news: { on: () => () => {} },
    operations: { running: () => [] },
    log: silentLog,
    ...more,
  };
  const sockets = new SocketServer(options);
  const server = createServer();
  server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await sockets.close();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  return { url: `ws://127.0.0.1:${port}`, sockets, channel, asked };
}

describe('B4 one caller can not have them all', () => {
  const as = (tokenId: string): AuthResult => ({ ok: true, grant: { ...grant, tokenId } });

  it('the 65th socket of one token is refused with 429, in words, until one closes; another token is welcome', async () => {
    const { url, asked, sockets } = await makeWorld();
    asked.authenticate = () => as('greedy');
    const open = await Promise.all(Array.from({ length: 64 }, () => opened(`${url}/ws/s1?token=t`)));
    expect(sockets.openWith('greedy')).toBe(64);
    expect(await refusal(`${url}/ws/s1?token=t`)).toBe(429);
    asked.authenticate = () => as('other');
    const other = await opened(`${url}/ws/s1?token=t`);
    open[0]?.socket.close();
    await until(() => sockets.openWith('greedy') === 63);
    asked.authenticate = () => as('greedy');
    const again = await opened(`${url}/ws/s1?token=t`);
    for (const { socket } of [...open, other, again]) socket.close();
    await until(() => sockets.openWith('greedy') === 0);
  });

  it('from one address 256, but for this machine; IPv6 counts by /64', () => {
    const limits = new SocketLimits();
    const fill = (address: (index: number) => string): void => {
      for (let index = 0; index < 256; index += 1) limits.add(null, address(index));
    };
    fill(() => '::ffff:192.0.2.7');
    fill((index) => `2001:db8:0:5::${index.toString(16)}`);
    fill(() => '127.0.0.1');
    expect(limits.refuseAddress('192.0.2.7')).toContain('256 open sockets from this address');
    expect(limits.refuseAddress('2001:db8::5:1:2:3:4')).toContain('256 open sockets');
    for (const address of ['192.0.2.8', '2001:db8:0:6::1', '127.0.0.1', '::1'])
      expect(limits.refuseAddress(address)).toBeNull();
  });

  it('all that waits for all has a budget: who has most waiting is cut, the others go on', async () => {
    const { channel, sockets } = await makeWorld({ maxOutgoing: 4 * 1024 * 1024 });
    // In memory: the system's own buffers would take some megabytes.
    const join = (): HeartClient => new HeartClient({ sockets, url: '/ws/s1?token=t' });
    const [largest, stalled, reader] = [join(), join(), join()];
    await until(() => sockets.size === 3 && reader.status === 101);
    for (const client of [largest, stalled]) client.pause();
    const [first, second] = channel.listeners;
    const send = (listener: ChannelListener | undefined, pieces: number): void => {
      for (let index = 0; index < pieces; index += 1)
        listener?.event({ event: 'daemon_message', data: 'x'.repeat(64 * 1024) });
    };
    send(first, 40);
    send(second, 20);
    expect(sockets.size).toBe(3);
    send(second, 10);
    await until(() => sockets.size === 2);
    channel.each((listener) => listener.event({ event: 'daemon_message', data: 'hello' }));
    await until(() => reader.messages.includes('hello'));
    stalled.resume();
    await until(() => stalled.messages.includes('hello'));
    expect([stalled.messages.length, largest.messages.includes('hello')]).toEqual([31, false]);
  });
});

describe('G11 S3 a token whose end passes while no timer noticed', () => {
  /** The clock goes on, and nothing else. */
  const sleep = (ms: number): void => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
    onTestFinished(() => void vi.useRealTimers());
  };

  it('is noticed within moments, without a frame of its client; others, silent since then, stay', async () => {
    const { url, asked, sockets } = await makeWorld({ pingEveryMs: 300 });
    const other = await opened(`${url}/ws/s1?token=t`);
    asked.authenticate = () => ({
      ok: true,
      grant: { ...grant, tokenId: 't', expiresAt: Date.now() + 3_600_000 },
    });
    const { socket } = await opened(`${url}/ws/s1?token=t`);
    const closed = once(socket, 'close');
    sleep(3_601_000);
    const [code]: unknown[] = await closed;
    expect(code).toBe(4001);
    await until(() => sockets.size === 1);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    other.socket.terminate();
  });

  it('is good for nothing from then on: what its client sends is not carried out', async () => {
    const { asked, sockets } = await makeWorld();
    let looked = 0;
    asked.server = () => {
      looked += 1;
      return null;
    };
    asked.authenticate = () => ({
      ok: true,
      grant: { ...grant, tokenId: 't', expiresAt: Date.now() + 3_600_000 },
    });
    const client = new HeartClient({ sockets, url: '/ws/s1?token=t' });
    await until(() => client.status === 101);
    const before = looked;
    sleep(3_601_000);
    client.send({ event: 'power', action: 'kill' });
    await until(() => client.closed !== null);
    expect([client.closed?.code, looked]).toEqual([4001, before]);
  });
});

const fails = (): never => {
  throw new Error('SQLITE_FULL: database or disk is full');
};

/** The status that a refused upgrade was answered with. */
async function refusal(url: string): Promise<number | undefined> {
  const socket = new WebSocket(url);
  socket.on('error', () => {});
  const [, response]: { statusCode?: number }[] = await once(socket, 'unexpected-response');
  socket.terminate();
  return response?.statusCode;
}

async function opened(url: string): Promise<{ socket: WebSocket; messages: string[] }> {
  const socket = new WebSocket(url);
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  await once(socket, 'open');
  return { socket, messages };
}

describe('B10 behind a proxy that is trusted', () => {
  it('a socket has the address of the client', async () => {
    const { url, asked } = await makeWorld({ clientAddress: clientAddress(['127.0.0.1']) });
    const addresses: (string | undefined)[] = [];
    asked.authenticate = (address) => {
      addresses.push(address);
      return accepted;
    };
    const socket = new WebSocket(`${url}/ws/s1?token=t`, { headers: { 'x-forwarded-for': '192.0.2.7' } });
    await once(socket, 'open');
    socket.close();
    expect(addresses).toEqual(['192.0.2.7']);
  });
});

describe('what throws ends one socket alone', () => {
  it('S2 C1 a token that can not be checked is answered with 503, and the next one is welcome', async () => {
    const { url, asked } = await makeWorld();
    asked.authenticate = fails;
    expect(await refusal(`${url}/ws/s1?token=t`)).toBe(503);
    asked.authenticate = () => accepted;
    const { socket } = await opened(`${url}/ws/s1?token=t`);
    socket.close();
  });

  it('a session that can not begin closes with 1011', async () => {
    const { url, asked, sockets } = await makeWorld();
    asked.server = fails;
    const { socket } = await opened(`${url}/ws/s1?token=t`);
    const [code] = await once(socket, 'close');
    expect(code).toBe(1011);
    asked.server = () => null;
    const other = await opened(`${url}/ws/s1?token=t`);
    expect(sockets.size).toBe(1);
    other.socket.close();
  });

  it('one of two clients fails at an event: it closes with 1011, the other hears it', async () => {
    const { url, channel } = await makeWorld();
    const first = await opened(`${url}/ws/s1?token=t`);
    const [broken] = channel.listeners;
    if (broken) broken.event = fails;
    const second = await opened(`${url}/ws/s1?token=t`);
    const closed = once(first.socket, 'close');
    const heard = once(second.socket, 'message');
    channel.each((listener) => listener.event({ event: 'daemon_message', data: 'hello' }));
    expect((await closed)[0]).toBe(1011);
    await heard;
    expect(second.messages).toEqual(['{"event":"daemon_message","data":"hello"}']);
    second.socket.close();
  });

  it('a frame that makes the host throw closes its socket with 1011', async () => {
    const { url, asked } = await makeWorld();
    asked.authenticate = () => ({
      ok: true,
      grant: { ...grant, may: (scope) => scope !== 'power' || fails() },
    });
    const { socket } = await opened(`${url}/ws/s1?token=t`);
    socket.send(JSON.stringify({ event: 'power', action: 'start' }));
    const [code] = await once(socket, 'close');
    expect(code).toBe(1011);
  });
});
