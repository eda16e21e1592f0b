import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { own } from '../tests/support/cleanup.ts';
import type { SocketStatus } from './reconnecting-socket.ts';
import { ServerSocket } from './server-socket.ts';
import { TestHost } from './test-host.test-helper.ts';

beforeAll(() => vi.stubGlobal('WebSocket', WebSocket));
afterAll(() => vi.unstubAllGlobals());

const openHost = async (): Promise<TestHost> => own(await new TestHost().open());

function open(url: string) {
  const statuses: SocketStatus[] = [];
  const texts: string[] = [];
  const refusals: string[] = [];
  const link = own(
    new ServerSocket({
      serverId: 'a',
      connection: () => ({ url, token: 'lightd_x' }),
      onRefused: (problem) => refusals.push(problem),
      tokenRefusal: () => Promise.resolve(null),
      onEvent: (event) => event.event === 'console' && texts.push(event.data),
      onStatus: (status) => statuses.push(status),
      firstLines: 10,
    }),
  );
  return { link, statuses, texts, refusals };
}

const patience = { timeout: 60_000 };
const running = JSON.stringify({ event: 'event', data: 'running' });

it('X3 I11 resumes exactly after the last text; what was typed meanwhile is sent once, in order, at most 50', async () => {
  const host = await openHost();
  const { link, statuses, texts } = open(host.url);
  link.start();
  await vi.waitFor(() => expect(host.frames).toHaveLength(1), patience);
  host.tell(JSON.stringify({ event: 'logs', data: 'old\n', from: 96, to: 100 }));
  for (const bad of ['no json', '[]', '{"event":"of a newer host"}', '{"event":"console","data":1}'])
    host.tell(bad);
  host.tell(JSON.stringify({ event: 'console', data: 'grüße\n', offset: 100 }));
  await vi.waitFor(() => expect(texts).toEqual(['grüße\n']), patience);
  host.drop(1001);
  await vi.waitFor(() => expect(statuses.at(-1)?.status).toBe('offline'), patience);
  const taken = Array.from({ length: 51 }, (_, n) => link.send({ event: 'send_command', command: `${n}\n` }));
  expect(taken.indexOf(false)).toBe(50);
  await vi.waitFor(() => expect(host.queries).toHaveLength(2), patience);
  await vi.waitFor(() => expect(statuses.at(-1)?.status).toBe('online'), patience);
  // A host that has just started knows its servers before it knows what they do.
  host.tell(JSON.stringify({ event: 'event', data: 'unknown' }));
  expect(host.frames).toHaveLength(1);
  host.tell(running);
  await vi.waitFor(() => expect(host.frames).toHaveLength(51), patience);
  expect(host.queries.map((query) => query.get('after'))).toEqual([null, '108']);
  expect(host.frames.slice(1)).toEqual(
    Array.from({ length: 50 }, (_, n) => JSON.stringify({ event: 'send_command', command: `${n}\n` })),
  );
});

it('a connection cut between the first live text and the history: asks for what was before that text', async () => {
  const host = await openHost();
  const { link, statuses } = open(host.url);
  link.start();
  await vi.waitFor(() => expect(host.frames).toHaveLength(1), patience);
  host.tell(JSON.stringify({ event: 'console', data: 'grüße\n', offset: 100 }));
  host.drop(1001);
  await vi.waitFor(() => expect(statuses.at(-1)?.status).toBe('offline'), patience);
  link.retryNow();
  await vi.waitFor(() => expect(host.frames).toHaveLength(2), patience);
  expect(host.queries.at(-1)?.get('after')).toBe('108');
  expect(JSON.parse(host.frames[1] ?? '')).toEqual({ event: 'request_logs', lines: 10, before: 100 });
  host.tell(JSON.stringify({ event: 'logs', data: 'old\n', from: 96, to: 100 }));
  host.drop(1001);
  await vi.waitFor(() => expect(statuses.at(-1)?.status).toBe('offline'), patience);
  link.send({ event: 'send_command', command: 'last\n' });
  link.retryNow();
  await vi.waitFor(() => expect(statuses.at(-1)?.status).toBe('online'), patience);
  host.tell(running);
  await vi.waitFor(() => expect(host.frames).toHaveLength(3), patience);
  expect(host.queries.at(-1)?.get('after')).toBe('108');
  expect(JSON.parse(host.frames[2] ?? '')).toEqual({ event: 'send_command', command: 'last\n' });
});

it.each([
  ['history', '100', [{ event: 'logs', data: 'old\n', from: 96, to: 100 }]],
  [
    'a gap',
    '200',
    [
      { event: 'console', data: 'grüße\n', offset: 100 },
      { event: 'gap', from: 108, to: 200 },
    ],
  ],
])('X3 %s is resumed behind its end', async (_, after, events) => {
  const host = await openHost();
  const { link, statuses } = open(host.url);
  link.start();
  await vi.waitFor(() => expect(host.frames).toHaveLength(1), patience);
  for (const event of events) host.tell(JSON.stringify(event));
  host.drop(1001);
  await vi.waitFor(() => expect(statuses.at(-1)?.status).toBe('offline'), patience);
  link.retryNow();
  await vi.waitFor(() => expect(host.queries).toHaveLength(2), patience);
  expect(host.queries[1]?.get('after')).toBe(after);
});

it.each([4001, 4002])('S3 close %i: reported once, and never tried again', async (code) => {
  const host = await openHost();
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
  const host = await openHost();
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
