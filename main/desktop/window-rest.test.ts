import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WindowRest } from './window-rest.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

function open() {
  const done: string[] = [];
  const rest = new WindowRest({
    afterMs: 1000,
    close: () => void done.push('close'),
    open: (path) => void done.push(`open ${path}`),
  });
  return { rest, done };
}
const path = () => '/servers/one';

test('a window that is out of sight long enough is let go, and comes back where it was', () => {
  const { rest, done } = open();
  rest.hidden(path);
  vi.advanceTimersByTime(999);
  expect(done).toEqual([]);
  expect(rest.wake(undefined)).toBe(false);
  rest.hidden(path);
  vi.advanceTimersByTime(1000);
  expect(done).toEqual(['close']);
  rest.closed();
  expect(rest.isResting).toBe(true);
  expect(rest.wake(undefined)).toBe(true);
  expect(done).toEqual(['close', 'open /servers/one']);
  expect(rest.isResting).toBe(false);
});

test('or where somebody wants it', () => {
  const { rest, done } = open();
  rest.hidden(path);
  vi.advanceTimersByTime(1000);
  rest.closed();
  rest.wake('/new');
  expect(done.at(-1)).toBe('open /new');
});

test('one that is wanted while it closes is opened once it has closed', () => {
  const { rest, done } = open();
  rest.hidden(path);
  vi.advanceTimersByTime(1000);
  expect(rest.wake('/new')).toBe(true);
  expect(done).toEqual(['close']);
  rest.closed();
  expect(done).toEqual(['close', 'open /new']);
});

test('one with something unsaved stays, and is tried again later', () => {
  const { rest, done } = open();
  rest.hidden(path);
  vi.advanceTimersByTime(1000);
  expect(rest.stays(path)).toBeNull();
  expect(rest.isResting).toBe(false);
  vi.advanceTimersByTime(1000);
  expect(done).toEqual(['close', 'close']);
  rest.wake('/new');
  expect(rest.stays(path)).toBe('/new');
  vi.advanceTimersByTime(5000);
  expect(done).toEqual(['close', 'close']);
});

test('a window that is closed for another reason isn’t resting', () => {
  const { rest, done } = open();
  rest.hidden(path);
  rest.closed();
  vi.advanceTimersByTime(5000);
  expect(rest.isResting).toBe(false);
  expect(rest.wake('/new')).toBe(false);
  expect(done).toEqual([]);
});
