import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { soon, TestHost } from '../../client/test-host.test-helper.ts';
import type { HostInfo } from '../../shared/model/host.ts';
import type { HostEvent } from '../../shared/protocol/server-events.ts';
import { own } from '../../tests/support/cleanup.ts';
import { fakePage } from '../link/page.test-helper.ts';
import { session } from '../link/session.ts';
import { fakeFrames } from './frames.test-helper.ts';
import { findServer, HostStore, type HostView } from './host-store.ts';
import { figures, summary } from './servers.test-helper.ts';

// A real host and real sockets; frames, storage and address are fakes, since Node has no page. The clock of the trends stands still.
const info: HostInfo = {
  name: 'here',
  version: '1',
  engine: { status: 'connecting', tried: [] },
  cpu: { cores: 2, usage: 0 },
  memory: { total: 1, used: 0 },
  disk: { total: 1, used: 0 },
};

async function setUp() {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.stubGlobal('WebSocket', WebSocket);
  own({
    close() {
      session.signOut();
      vi.useRealTimers();
      vi.unstubAllGlobals();
    },
  });
  const host = own(await new TestHost().open());
  fakePage(host.url);
  const page = fakeFrames();
  session.signIn('lightd_a', false);
  const store = new HostStore();
  const told: HostView[] = [];
  store.store.subscribe((view) => told.push(view));
  const stop = store.start();
  own({ close: stop });
  let marks = 0;
  /** Resolves when all that the host told is taken: a last event that shows. */
  const tell = async (...events: (HostEvent | object | string)[]): Promise<void> => {
    marks += 1;
    const mark = String(marks);
    const last: HostEvent = { event: 'host', data: { ...info, name: mark } };
    for (const event of [...events, last])
      host.tell(typeof event === 'string' ? event : JSON.stringify(event));
    await soon(() => {
      page.next();
      return store.store.getState().host?.name === mark;
    }, 'what the host told');
  };
  const is = (status: HostView['link']['status']) =>
    soon(() => {
      page.next();
      return store.store.getState().link.status === status;
    }, `the link to be ${status}`);
  await is('online');
  return { host, page, store, told, stop, tell, is, view: () => store.store.getState() };
}

it('connects with the session’s token, keeps what is told, and forgets it when it is stopped', async () => {
  const { host, page, store, stop, tell, view } = await setUp();
  expect(host.queries.map((query) => [...query])).toEqual([[['token', 'lightd_a']]]);
  await tell({ event: 'containers', data: [summary('b'), summary('a')] });
  expect(view().servers?.map(({ internal_id }) => internal_id)).toEqual(['a', 'b']);
  expect(findServer(view(), 'b')?.name).toBe('b');
  expect(findServer(view(), 'c')).toBeUndefined();
  stop();
  page.next();
  expect(view()).toEqual({
    host: null,
    servers: null,
    operations: [],
    link: { status: 'connecting' },
    expiresAt: null,
  });
  await soon(() => host.openSockets === 0, 'the socket to be closed');
  store.retryNow();
  expect(host.upgrades).toBe(1);
});

it('a hundred events in a frame are told once; a hidden page is told nothing', async () => {
  const { host, page, store, told, tell } = await setUp();
  await tell({ event: 'containers', data: [] });
  const before = told.length;
  const ids = Array.from({ length: 100 }, (_, n) => String(n).padStart(3, '0'));
  for (const id of ids) host.tell(JSON.stringify({ event: 'container', data: summary(id) }));
  host.tell(JSON.stringify({ event: 'stats', internal_id: '099', ...figures }));
  await soon(() => store.trend('099').cpu.last !== null, 'the last event');
  expect([told.length, page.waiting]).toEqual([before, 1]);
  page.next();
  expect(told.length).toBe(before + 1);
  expect(told.at(-1)?.servers?.map(({ internal_id }) => internal_id)).toEqual(ids);
});

it('what it does not know is ignored, and what comes after is not', async () => {
  const { tell, view } = await setUp();
  await tell(
    { event: 'containers', data: [summary('a')] },
    'no json',
    '[]',
    { event: 'of a newer host', data: 1 },
    { event: 'container', data: { internal_id: 'half' } },
    { event: 'container', data: { ...summary('b'), colour: 'red' } },
  );
  expect(view().servers).toEqual([summary('a'), summary('b')]);
});

it('what was told stays while the link is down; then the new list is the whole truth', async () => {
  const { host, store, tell, is, view } = await setUp();
  const run = { ...figures };
  await tell(
    { event: 'containers', data: ['gone', 'stopped', 'goes on'].map((id) => summary(id)) },
    ...['gone', 'stopped', 'goes on'].map((internal_id) => ({ event: 'stats', internal_id, ...run })),
  );
  const old = store.trend('gone');
  expect(old.cpu.values).toEqual([50]);
  host.drop(1001);
  await is('offline');
  expect(view().servers).toHaveLength(3);
  vi.setSystemTime(Date.now() + 1000);
  store.retryNow();
  await is('online');
  await tell({
    event: 'containers',
    data: [summary('stopped', { state: 'exit' }), summary('goes on', { stats: figures })],
  });
  expect(view().servers?.map(({ internal_id }) => internal_id)).toEqual(['goes on', 'stopped']);
  expect(store.trend('gone')).not.toBe(old);
  expect(store.trend('stopped').cpu.values).toEqual([50, null]);
  expect(store.trend('goes on').cpu.values).toEqual([50]);
});

it('the trends: a point for each figure, one gap for a stop, nothing of what was removed', async () => {
  const { store, tell } = await setUp();
  await tell({ event: 'containers', data: [summary('a')] });
  const trend = store.trend('a');
  const second = async (...events: object[]) => {
    vi.setSystemTime(Date.now() + 1000);
    await tell(...events);
  };
  await second({ event: 'stats', internal_id: 'a', ...figures });
  await second({ event: 'container', data: summary('a', { state: 'exit' }) });
  await second({ event: 'container', data: summary('a', { state: 'starting' }) });
  await second({ event: 'stats', internal_id: 'a', ...figures, cpu_usage: 7, memory_usage: 70 });
  expect([trend.cpu.values, trend.memory.values]).toEqual([
    [50, null, 7],
    [1000, null, 70],
  ]);
  for (let n = 0; n < 130; n += 1) await second({ event: 'stats', internal_id: 'a', ...figures });
  expect(store.trend('a').cpu.times).toHaveLength(120);
  await second({ event: 'container_removed', data: 'a' });
  expect(store.trend('a').cpu.values).toEqual([]);
});

it('says when the token ends, until a connection with another one is made', async () => {
  const { host, store, tell, is, view } = await setUp();
  await tell({ event: 'token_expiring', expires_in: 60 });
  expect(view().expiresAt).toBe(Date.now() + 60_000);
  host.drop(1001);
  await is('offline');
  expect(view().expiresAt).not.toBeNull();
  store.retryNow();
  await is('online');
  expect(view().expiresAt).toBeNull();
});

it('a token that the host revokes ends the session, with the reason', async () => {
  const { host, is, view } = await setUp();
  host.drop(4002, 'token revoked');
  await is('ended');
  expect(session.store.getState()).toEqual({
    status: 'sign-in',
    problem: expect.stringMatching(/token revoked/),
  });
  expect(view().link).toMatchObject({ reason: expect.stringMatching(/token revoked/) });
});
