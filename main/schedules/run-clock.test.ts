import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRunClock } from './run-clock.ts';

const minute = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pause of ten minutes, and how far it is. */
function begin() {
  const abort = new AbortController();
  let isOver = false;
  const over = createRunClock(Date.now)
    .pause(10 * minute, abort.signal)
    .then(() => {
      isOver = true;
    });
  return { abort, over, isOver: () => isOver, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

describe('W4 a pause', () => {
  test('lasts as long as it should, and ends when it is no longer wanted', async () => {
    const one = begin();
    await one.pass(10 * minute - 1);
    expect(one.isOver()).toBe(false);
    await one.pass(1);
    expect(one.isOver()).toBe(true);
    const other = begin();
    other.abort.abort();
    await other.over;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('goes on by the clock while the machine sleeps', async () => {
    const one = begin();
    await one.pass(2.5 * minute);
    // Timers stood still meanwhile.
    vi.setSystemTime(Date.now() + 60 * minute);
    await one.pass(minute);
    expect(one.isOver()).toBe(true);
  });

  test('is no longer when the clock is set back', async () => {
    const one = begin();
    await one.pass(2.5 * minute);
    vi.setSystemTime(Date.now() - 60 * minute);
    await one.pass(7.5 * minute);
    expect(one.isOver()).toBe(true);
  });
});
