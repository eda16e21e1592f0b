import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RetriedWrites } from './retried-writes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A disk that is full for as long as `full` is set. */
function disk() {
  const state = { full: false, written: [] as string[], told: [] as string[] };
  const write = (value: string) => ({
    work: () => {
      if (state.full) throw new Error('database or disk is full');
      state.written.push(value);
    },
    onFailed: () => state.told.push(`failed ${value}`),
    onDone: () => state.told.push(`done ${value}`),
  });
  return { state, write };
}

test('what works is written at once, and nothing is told', () => {
  const writes = new RetriedWrites({ what: 'servers' });
  const { state, write } = disk();
  writes.write('a', write('1'));
  expect(state).toEqual({ full: false, written: ['1'], told: [] });
  expect(writes.size).toBe(0);
});

test('what fails is told once, tried again with back-off, and told once when it is written', async () => {
  const writes = new RetriedWrites({ what: 'servers', pauses: { first: 100, max: 400 } });
  const { state, write } = disk();
  state.full = true;
  writes.write('a', write('1'));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(state.told).toEqual(['failed 1']);
  state.full = false;
  await vi.advanceTimersByTimeAsync(400);
  expect(state.written).toEqual(['1']);
  expect(state.told).toEqual(['failed 1', 'done 1']);
  expect(vi.getTimerCount()).toBe(0);
});

test('of one key the newest alone is written', async () => {
  const writes = new RetriedWrites({ what: 'servers', pauses: { first: 100, max: 10_000 } });
  const { state, write } = disk();
  state.full = true;
  for (const value of ['1', '2', '3']) writes.write('a', write(value));
  expect(writes.size).toBe(1);
  state.full = false;
  await vi.advanceTimersByTimeAsync(100);
  expect(state.written).toEqual(['3']);
});

test('a write that succeeds at once takes the place of one that waits', async () => {
  const writes = new RetriedWrites({ what: 'servers', pauses: { first: 100, max: 10_000 } });
  const { state, write } = disk();
  state.full = true;
  writes.write('a', write('1'));
  state.full = false;
  writes.write('a', write('2'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.written).toEqual(['2']);
  expect(state.told).toEqual(['failed 1', 'done 2']);
});

test('one key that goes on failing keeps no other from being written', async () => {
  const writes = new RetriedWrites({ what: 'servers', pauses: { first: 100, max: 10_000 } });
  const { state, write } = disk();
  const never = vi.fn(() => {
    throw new Error('disk I/O error');
  });
  writes.write('bad', { work: never, onFailed: () => {}, onDone: () => {} });
  state.full = true;
  writes.write('a', write('1'));
  state.full = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.written).toEqual(['1']);
  expect(writes.size).toBe(1);
});

test('closing tries once more, and never again', async () => {
  const writes = new RetriedWrites({ what: 'servers', pauses: { first: 100, max: 10_000 } });
  const { state, write } = disk();
  state.full = true;
  writes.write('a', write('1'));
  writes.write('b', write('2'));
  writes.forget('b');
  state.full = false;
  writes.close();
  expect(state.written).toEqual(['1']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(state.written).toEqual(['1']);
});
