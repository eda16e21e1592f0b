import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pause, settlesWithin } from './pause.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Whether the pause is over by now. */
async function isOver(waiting: Promise<void>): Promise<boolean> {
  let over = false;
  void waiting.then(() => (over = true));
  await vi.advanceTimersByTimeAsync(0);
  return over;
}

test('a pause lasts as long as it was told', async () => {
  const waiting = pause(1000);
  await vi.advanceTimersByTimeAsync(999);
  expect(await isOver(waiting)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await isOver(waiting)).toBe(true);
});

test('the signal ends it, and no listener or timer is left, however it ended', async () => {
  const abort = new AbortController();
  const { signal } = abort;
  const short = pause(10, { signal });
  const long = pause(60_000, { signal });
  await vi.advanceTimersByTimeAsync(10);
  expect(await isOver(short)).toBe(true);
  expect(await isOver(long)).toBe(false);
  abort.abort();
  expect(await isOver(long)).toBe(true);
  expect(await isOver(pause(60_000, { signal }))).toBe(true);
  expect([getEventListeners(signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
});

test('who pauses again and again with a signal that is over holds nobody up', async () => {
  vi.useRealTimers();
  const signal = AbortSignal.abort();
  let isHeard = false;
  setTimeout(() => {
    isHeard = true;
  }, 1);
  for (let n = 0; n < 1e6 && !isHeard; n += 1) await pause(10, { signal });
  expect(isHeard).toBe(true);
});

test('a time beyond what a timer can have is a long one; one that is over already is none', async () => {
  const waiting = pause(Number.POSITIVE_INFINITY);
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(await isOver(waiting)).toBe(false);
  const past = pause(-5);
  await vi.advanceTimersByTimeAsync(1);
  expect(await isOver(past)).toBe(true);
});

test('it keeps a process alive only when asked to', () => {
  vi.useRealTimers();
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const abort = new AbortController();
  void pause(60_000, { signal: abort.signal });
  expect(timers()).toBe(before);
  void pause(60_000, { signal: abort.signal, keepsAlive: true });
  expect(timers()).toBe(before + 1);
  abort.abort();
});

test('work in time is true or rejects, late work is false, and no timer is left', async () => {
  await expect(settlesWithin(Promise.resolve('done'), 50)).resolves.toBe(true);
  await expect(settlesWithin(Promise.reject(new Error('no')), 50)).rejects.toThrow('no');
  let fail = (_: Error) => {};
  const late = settlesWithin(new Promise((_, reject) => (fail = reject)), 50);
  await vi.advanceTimersByTimeAsync(50);
  expect(await late).toBe(false);
  fail(new Error('ignored'));
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});
