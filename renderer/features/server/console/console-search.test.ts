import { expect, test, vi } from 'vitest';
import { ConsoleSearch, maxMatches } from './console-search.ts';

/** A history that can grow, of so many bytes with a match at each of these offsets; each step goes back 100 bytes. */
function scene(offsets: number[], end = 1000) {
  const shown: number[] = [];
  const waits: (() => void)[] = [];
  let isHeld = false;
  const search = new ConsoleSearch({
    find: async ({ before }, signal) => {
      if (isHeld) await new Promise<void>((resolve) => waits.push(resolve));
      signal.throwIfAborted();
      const to = before === undefined ? end : Number(before);
      const from = Math.max(0, to - 100);
      const matches = offsets.filter((at) => at >= from && at < to).sort((a, b) => b - a);
      return { matches, from, to, oldest: 0 };
    },
    reveal: async (offset) => void shown.push(offset),
  });
  return {
    search,
    shown,
    hold: () => {
      isHeld = true;
    },
    next: async () => {
      await vi.waitUntil(() => waits.length > 0);
      waits.shift()?.();
    },
    done: () => vi.waitUntil(() => search.store.getState().status !== 'searching'),
  };
}

test('goes through all, shows the newest first, and steps through them; beyond the newest it looks again', async () => {
  const { search, shown, done } = scene([10, 450, 990]);
  search.start('x');
  await done();
  expect(search.store.getState()).toMatchObject({
    status: 'done',
    count: 3,
    index: 0,
    searched: 1000,
    total: 1000,
  });
  for (const direction of [1, 1, -1, 1, 1] as const) await search.step(direction);
  expect(shown).toEqual([990, 450, 10, 450, 10, 990]);
});

test('what came since is found by stepping beyond the newest, and where there was nothing', async () => {
  const offsets: number[] = [];
  const { search, shown, done } = scene(offsets);
  search.start('x');
  await done();
  expect(search.store.getState().count).toBe(0);
  for (const at of [700, 800]) {
    offsets.push(at);
    await search.step(-1);
    await done();
  }
  expect(shown).toEqual([700, 800]);
  expect(search.store.getState()).toMatchObject({ count: 2, index: 0 });
});

test('while it goes on it counts, tells how far it is, and doesn’t go round; cancelled it keeps what it has', async () => {
  const { search, shown, hold, next } = scene([950]);
  hold();
  search.start('x');
  await next();
  await vi.waitUntil(() => search.store.getState().count === 1);
  expect(search.store.getState()).toMatchObject({ status: 'searching', searched: 100, total: 1000 });
  await search.step(1);
  search.cancel();
  await next();
  expect(search.store.getState()).toMatchObject({ status: 'cancelled', count: 1, index: 0 });
  expect(shown).toEqual([950]);
  await search.step(1);
  expect(shown).toEqual([950, 950]);
});

test('another term ends the search before it; an empty one leaves nothing', async () => {
  const { search, hold, next } = scene([950, 10]);
  hold();
  search.start('x');
  search.start('');
  await next();
  expect(search.store.getState()).toMatchObject({ status: 'idle', count: 0, index: null });
});

test('it says why it failed, and finds no more than its bound', async () => {
  const failing = new ConsoleSearch({
    find: () => Promise.reject(new Error('The host can’t be reached.')),
    reveal: async () => {},
  });
  failing.start('x');
  await vi.waitUntil(() => failing.store.getState().status === 'failed');
  expect(failing.store.getState().problem).toBe('The host can’t be reached.');
  const { search, done } = scene([...Array(20_000).keys()], 20_000);
  search.start('x');
  await done();
  expect(search.store.getState().count).toBe(maxMatches);
});
