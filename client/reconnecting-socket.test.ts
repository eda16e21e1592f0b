import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { own } from '../tests/support/cleanup.ts';
import { retryDelay } from './reconnecting-socket.ts';
import { linkTo, soon, TestHost } from './test-host.test-helper.ts';

// Real sockets, a clock that stands still: waits are told in milliseconds, and nobody wants to wait for them.
beforeAll(() => vi.stubGlobal('WebSocket', WebSocket));
afterAll(() => vi.unstubAllGlobals());
beforeEach(() =>
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
);
afterEach(() => vi.useRealTimers());

const openHost = async (): Promise<TestHost> => own(await new TestHost().open());

it('the wait is twice as long each time, 10 s at most, and less by up to 30 %', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat(5000), chance, (retries, luck) => {
      const longest = retryDelay(retries, 0);
      expect(longest).toBe(retries < 5 ? 500 * 2 ** retries : 10_000);
      expect(retryDelay(retries, luck)).toBeLessThanOrEqual(longest);
      expect(retryDelay(retries, luck)).toBeGreaterThan(longest * 0.699);
    }),
  );
  expect(retryDelay(0, 1)).toBeCloseTo(350);
});

it('tries again after each wait and not before; once it was open, it begins with the shortest wait', async () => {
  const host = await openHost();
  host.upgrade = 503;
  const to = own(linkTo(host));
  to.link.start();
  for (const [n, delay] of [500, 1000, 2000, 4000, 8000, 10_000, 10_000].entries()) {
    await soon(() => to.delays.length === n + 1, `try ${n} to fail`);
    expect(to.delays[n]).toBe(delay);
    vi.advanceTimersByTime(delay - 1);
    expect(vi.getTimerCount()).toBe(1);
    expect(host.upgrades).toBe(n + 1);
    if (n === 6) host.upgrade = null;
    vi.advanceTimersByTime(1);
    await soon(() => host.upgrades === n + 2, `try ${n + 1}`);
  }
  const offline = to.statuses.filter(({ status }) => status === 'offline');
  // Lost once, however often it was tried.
  expect(new Set(offline.map((status) => 'since' in status && status.since)).size).toBe(1);
  await to.is('online');
  host.drop(1001);
  await to.is('offline');
  expect(to.delays.at(-1)).toBe(500);
});

it('chance makes the waits shorter', async () => {
  const host = await openHost();
  host.upgrade = 503;
  const to = own(linkTo(host, { random: () => 0.5 }));
  to.link.start();
  await to.is('offline');
  expect(to.delays).toEqual([425]);
});

it('retryNow skips the wait, and does nothing to an open link', async () => {
  const host = await openHost();
  host.upgrade = 503;
  const to = own(linkTo(host));
  to.link.start();
  await to.is('offline');
  vi.advanceTimersByTime(500);
  await soon(() => to.delays.length === 2, 'the second try to fail');
  host.upgrade = null;
  to.link.retryNow();
  expect(vi.getTimerCount()).toBe(2); // The handshake's limit and the watch over sleep, no wait.
  await to.is('online');
  to.link.retryNow();
  to.link.start();
  vi.advanceTimersByTime(20_000);
  expect(host.upgrades).toBe(3);
  host.drop(1001);
  await to.is('offline');
  expect(to.delays.at(-1)).toBe(500);
});

it('two tries whose ends are examined at the same time wait for one next try', async () => {
  const host = await openHost();
  host.upgrade = 503;
  const answers: ((refusal: null) => void)[] = [];
  const tokenRefusal = (): Promise<null> => new Promise((resolve) => answers.push(resolve));
  const to = own(linkTo(host, { tokenRefusal }));
  to.link.start();
  await soon(() => answers.length === 1, 'the first try to fail');
  to.link.retryNow();
  await soon(() => answers.length === 2, 'the second try to fail');
  for (const answer of answers) answer(null);
  await to.is('offline');
  expect(to.delays).toEqual([500]);
  expect(vi.getTimerCount()).toBe(1);
});

it('a handshake that is never answered is given up after 10 s', async () => {
  const host = await openHost();
  host.upgrade = 'nothing';
  const to = own(linkTo(host));
  to.link.start();
  await soon(() => host.upgrades === 1, 'the try');
  vi.advanceTimersByTime(9_999);
  expect(to.statuses).toEqual([{ status: 'connecting' }]);
  vi.advanceTimersByTime(1);
  await to.is('offline');
  host.upgrade = null;
  vi.advanceTimersByTime(500);
  await to.is('online');
});

it('a clock that jumped by more than a minute ends the socket, even if the other end is dead', async () => {
  const host = await openHost();
  const to = own(linkTo(host));
  to.link.start();
  await to.is('online');
  // A hidden page’s timers may be late by a minute: that is no sleep.
  vi.setSystemTime(Date.now() + 59_000);
  vi.advanceTimersByTime(60_000);
  expect(to.link.isOpen).toBe(true);
  host.deafen();
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(5_000);
  await to.is('offline');
  vi.advanceTimersByTime(500);
  await soon(() => host.queries.length === 2, 'the next connection');
  await to.is('online');
});

const moments = {
  'before it is open': () => Promise.resolve(),
  'when it is open': (to: ReturnType<typeof linkTo>) => to.is('online'),
  'while it waits': async (to: ReturnType<typeof linkTo>, host: TestHost) => {
    await to.is('online');
    host.drop(1001);
    await to.is('offline');
  },
};

it.each(Object.entries(moments))('close %s leaves no timer and no socket', async (_, moment) => {
  const host = await openHost();
  const to = linkTo(host);
  to.link.start();
  await moment(to, host);
  to.link.close();
  const told = to.statuses.length;
  to.link.start();
  to.link.retryNow();
  expect(to.link.send({ event: 'late' })).toBe(false);
  await soon(() => host.openSockets === 0 && vi.getTimerCount() === 0, 'all to be closed');
  expect(to.statuses).toHaveLength(told);
});

it('close while it is asked why an upgrade failed: the answer changes nothing', async () => {
  const host = await openHost();
  host.upgrade = 401;
  let answer: (refusal: string) => void = () => {};
  const to = linkTo(host, {
    tokenRefusal: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  });
  to.link.start();
  await soon(() => host.upgrades === 1 && vi.getTimerCount() === 0, 'the try to fail');
  to.link.close();
  answer('No.');
  await new Promise((resolve) => setImmediate(resolve));
  expect([to.statuses, to.refusals, vi.getTimerCount()]).toEqual([[{ status: 'connecting' }], [], 0]);
});
