import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { soon, TestHost } from '../../client/test-host.test-helper.ts';
import { own } from '../../tests/support/cleanup.ts';
import { openNodeSocket } from './open-node-socket.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** A socket to a real server, and all that it told. */
async function openTo(prepare: (host: TestHost) => void = () => {}) {
  const host = own(await new TestHost().open());
  prepare(host);
  const peers: WebSocket[] = [];
  host.onSocket = (peer) => peers.push(peer);
  const told: string[] = [];
  const url = new URL('/ws', host.url.replace('http', 'ws'));
  const socket = own(
    openNodeSocket(url, 'lightd_secret', {
      onOpen: () => told.push('open'),
      onText: (text) => told.push(text),
      onClose: (code, reason) => told.push(`close ${code} ${reason}`.trim()),
    }),
  );
  return { host, peers, socket, told };
}

it('tells of its opening, its texts and its end; the token is in a header alone', async () => {
  const { host, peers, socket, told } = await openTo();
  expect(socket.isOpen).toBe(false);
  await soon(() => told.length === 1, 'the opening');
  expect(socket.isOpen).toBe(true);
  expect(host.handshakes[0]).toMatchObject({ authorization: 'Bearer lightd_secret', origin: 'app://local' });
  expect(String(host.queries[0])).toBe('');
  socket.send('up');
  await soon(() => host.frames.length === 1, 'the frame');
  peers[0]?.send(Buffer.from('bytes'));
  host.tell('down');
  host.drop(4002, 'token revoked');
  await soon(() => told.length === 3, 'the end');
  expect(told).toEqual(['open', 'down', 'close 4002 token revoked']);
  expect(vi.getTimerCount()).toBe(0);
});

it('ends when the host is silent for longer than its pings allow', async () => {
  const { peers, told } = await openTo();
  await soon(() => told.length === 1, 'the opening');
  vi.advanceTimersByTime(74_999);
  peers[0]?.ping();
  await new Promise<void>((resolve) => peers[0]?.once('pong', () => resolve()));
  vi.advanceTimersByTime(74_999);
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['open']);
  vi.advanceTimersByTime(1);
  await soon(() => told.length === 2, 'the end');
  expect(told[1]).toBe('close 1006');
});

it('is told to be closed once by a host that takes no upgrade', async () => {
  const { told } = await openTo((host) => {
    host.upgrade = 401;
  });
  await soon(() => told.length === 1, 'the end');
  expect(told).toEqual(['close 1006']);
});

it.each(['in its handshake', 'when it is open'])('closed %s, it tells nothing more', async (moment) => {
  const { host, socket, told } = await openTo();
  if (moment === 'when it is open') await soon(() => told.length === 1, 'the opening');
  const before = told.length;
  socket.close();
  await soon(() => host.openSockets === 0, 'the end at the host');
  expect(told).toHaveLength(before);
  expect(vi.getTimerCount()).toBe(0);
});
