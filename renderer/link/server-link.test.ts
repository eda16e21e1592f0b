import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ServerLink } from './server-link.ts';
import type { LinkStatus } from './socket-link.ts';

vi.stubGlobal('WebSocket', WebSocket);

const undos: (() => void)[] = [];
afterEach(() => {
  for (const undo of undos.splice(0).reverse()) undo();
});

/** A host that only notes: who connected with which query, and what was sent. */
async function noteTaker() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const queries: URLSearchParams[] = [];
  const frames: string[] = [];
  server.on('connection', (socket, request) => {
    queries.push(new URL(request.url ?? '/', 'http://host').searchParams);
    socket.on('message', (data) => frames.push(data.toString()));
  });
  const drop = (code: number, reason = ''): void => {
    for (const socket of server.clients) socket.close(code, reason);
  };
  const tell = (text: string): void => {
    for (const socket of server.clients) socket.send(text);
  };
  undos.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, queries, frames, drop, tell };
}

function open(url: string) {
  const statuses: LinkStatus[] = [];
  const texts: string[] = [];
  const refusals: string[] = [];
  const link = new ServerLink({
    serverId: 'a',
    connection: () => ({ url, token: 'lightd_x' }),
    onRefused: (problem) => refusals.push(problem),
    tokenRefusal: () => Promise.resolve(null),
    onEvent: (event) => event.event === 'console' && texts.push(event.data),
    onStatus: (status) => statuses.push(status),
    firstLines: 10,
  });
  undos.push(() => link.close());
  return { link, statuses, texts, refusals };
}

const patience = { timeout: 10_000 };

it('X3 resumes exactly after the last text; what was typed meanwhile is sent once, in order, at most 50', async () => {
  const host = await noteTaker();
  const { link, statuses, texts } = open(host.url);
  link.start();
  await vi.waitFor(() => expect(host.frames).toHaveLength(1), patience);
  for (const bad of ['no json', '[]', '{"event":"of a newer host"}', '{"event":"console","data":1}'])
    host.tell(bad);
  host.tell(JSON.stringify({ event: 'console', data: 'grüße\n', offset: 100 }));
  await vi.waitFor(() => expect(texts).toEqual(['grüße\n']), patience);
  host.drop(1001);
  await vi.waitFor(() => expect(statuses.at(-1)?.status).toBe('offline'), patience);
  const taken = Array.from({ length: 51 }, (_, n) => link.send({ event: 'send_command', command: `${n}\n` }));
  expect(taken.indexOf(false)).toBe(50);
  await vi.waitFor(() => expect(host.frames).toHaveLength(51), patience);
  expect(host.queries.map((query) => query.get('after'))).toEqual([null, '108']);
  expect(host.frames.slice(1)).toEqual(
    Array.from({ length: 50 }, (_, n) => JSON.stringify({ event: 'send_command', command: `${n}\n` })),
  );
});

it.each([4001, 4002])('S3 close %i: reported once, and never tried again', async (code) => {
  const host = await noteTaker();
  const { link, statuses, refusals } = open(host.url);
  link.start();
  await vi.waitFor(() => expect(host.frames).toHaveLength(1), patience);
  host.drop(code, 'token gone');
  await vi.waitFor(() => expect(refusals).toHaveLength(1), patience);
  link.retryNow();
  expect(statuses.at(-1)?.status).toBe('ended');
  expect(host.queries).toHaveLength(1);
});

it('a closed link leaves no timers', async () => {
  const host = await noteTaker();
  const set = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')] as const;
  const cleared = [vi.spyOn(globalThis, 'clearTimeout'), vi.spyOn(globalThis, 'clearInterval')] as const;
  const { link } = open(host.url);
  link.start();
  const made = set.flatMap((spy) => spy.mock.results.map(({ value }) => value));
  link.close();
  const ended = new Set<unknown>(cleared.flatMap((spy) => spy.mock.calls.map(([timer]) => timer)));
  vi.restoreAllMocks();
  expect(made.length).toBeGreaterThanOrEqual(2);
  expect(made.filter((timer) => !ended.has(timer))).toEqual([]);
});
