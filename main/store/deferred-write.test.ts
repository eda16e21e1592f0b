import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../lib/log.ts';
import { DeferredWrite } from './deferred-write.ts';
import { StoreHealth } from './health.ts';

let health: StoreHealth;
let isFull: boolean;
let tries: number;
let write: DeferredWrite;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  health = new StoreHealth({ now: () => 0, log: silentLog });
  isFull = false;
  tries = 0;
  write = new DeferredWrite({
    what: 'notes',
    write: () => {
      tries += 1;
      if (isFull) throw new Error('full');
    },
    health,
  });
});
afterEach(() => {
  write.close();
  health.close();
  vi.useRealTimers();
});

test('is done at once; a failure is told, and tried again ever more rarely, however often it is asked for', () => {
  write.request();
  expect(tries).toBe(1);
  isFull = true;
  for (let n = 0; n < 100; n += 1) write.request();
  expect(tries).toBe(2);
  expect(health.state.status).toBe('failing');
  const inTheHour: number[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    const before = tries;
    vi.advanceTimersByTime(60_000);
    inTheHour.push(tries - before);
  }
  expect(inTheHour[0]).toBeGreaterThan(3);
  expect(inTheHour.at(-1)).toBe(1);
  isFull = false;
  vi.advanceTimersByTime(60_000);
  expect([write.isFailing, health.state.status]).toEqual([false, 'ok']);
});

test('is done as soon as the store is well, and leaves no timer of the time before behind', () => {
  isFull = true;
  write.request();
  isFull = false;
  health.reportSuccess();
  expect([tries, write.isFailing]).toEqual([2, false]);
  vi.advanceTimersByTime(600_000);
  expect(tries).toBe(2);
});

test('gets a last try at the end, and none after it', () => {
  isFull = true;
  write.request();
  write.close();
  write.close();
  vi.advanceTimersByTime(600_000);
  expect(tries).toBe(2);
});
