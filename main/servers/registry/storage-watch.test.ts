import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StorageWatch } from './storage-watch.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A watch over the servers' volumes, of which each is full, not full, unknown (null) or fails (an error). */
function setUp(volumes: Record<string, boolean | null | Error>) {
  const told: string[] = [];
  const watch = new StorageWatch({
    volumes: () => Object.keys(volumes).map((server) => ({ server, volume: server })),
    isFull: async (volume) => {
      const isFull = volumes[volume] ?? null;
      if (isFull instanceof Error) throw isFull;
      return isFull;
    },
    onFull: (server, isFull) => void (isFull && told.push(server)),
    interval: 5000,
  });
  return { told, watch, look: () => vi.advanceTimersByTimeAsync(5000) };
}

test('S11 a full volume is told once, and again after it had room', async () => {
  const volumes: Record<string, boolean | null> = { a: true, b: false };
  const { told, watch, look } = setUp(volumes);
  await look();
  await look();
  expect(told).toEqual(['a']);
  volumes.a = null;
  await look();
  volumes.a = true;
  await look();
  expect(told).toEqual(['a']);
  volumes.a = false;
  volumes.b = true;
  await look();
  volumes.a = true;
  await look();
  expect(told).toEqual(['a', 'b', 'a']);
  watch.close();
  volumes.b = false;
  await look();
  volumes.b = true;
  await look();
  expect(told).toHaveLength(3);
});

test('C23 a volume that can not be asked keeps nobody from hearing of the others, or of itself later', async () => {
  const volumes: Record<string, boolean | Error> = { a: new Error('EIO'), b: true };
  const { told, watch, look } = setUp(volumes);
  await look();
  expect(told).toEqual(['b']);
  volumes.a = true;
  await look();
  expect(told).toEqual(['b', 'a']);
  watch.close();
});
