import { describe, expect, it } from 'vitest';
import { Limiter } from './limiter.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A limiter, and works that last until they are told to end. */
function setUp(atOnce: number) {
  const limiter = new Limiter(atOnce);
  const begun: number[] = [];
  const ends = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const work = (n: number) => (): Promise<void> => {
    begun.push(n);
    return new Promise<void>((resolve, reject) => ends.set(n, { resolve, reject }));
  };
  const end = async (n: number, error?: Error): Promise<void> => {
    if (error) ends.get(n)?.reject(error);
    else ends.get(n)?.resolve();
    await turn();
  };
  return { limiter, begun, work, end };
}

describe('Limiter', () => {
  it('lets no more run at once than it may, in the order they came, whether they succeed or fail', async () => {
    const { limiter, begun, work, end } = setUp(2);
    const results = Promise.allSettled([0, 1, 2, 3].map((n) => limiter.run(work(n))));
    await turn();
    expect([begun, limiter.running, limiter.waiting]).toEqual([[0, 1], 2, 2]);
    await end(0, new Error('zero'));
    expect(begun).toEqual([0, 1, 2]);
    await end(1);
    await end(2);
    await end(3);
    expect((await results).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(await limiter.run(async () => 'free again')).toBe('free again');
    expect([limiter.running, limiter.waiting]).toEqual([0, 0]);
  });

  it('begins the lowest priority first, whenever it came, and equals in the order they came', async () => {
    const { limiter, begun, work, end } = setUp(1);
    for (const [n, priority] of [
      [50, 5],
      [30, 3],
      [31, 3],
      [10, 1],
    ] as const)
      limiter.add(work(n), { priority });
    await turn();
    limiter.add(work(20), { priority: 2 });
    for (const n of [10, 20, 30, 31, 50]) await end(n);
    expect(begun).toEqual([10, 20, 30, 31, 50]);
  });

  it('holds all back until it is released', async () => {
    const { limiter, begun, work } = setUp(2);
    limiter.hold();
    limiter.add(work(1));
    await turn();
    expect(begun).toEqual([]);
    limiter.release();
    expect(begun).toEqual([1]);
  });

  it('forgets what is cancelled; what has begun can not be', async () => {
    const { limiter, begun, work, end } = setUp(1);
    const cancels = [1, 2, 3].map((n) => limiter.add(work(n)));
    await turn();
    expect([cancels[0]?.(), cancels[1]?.(), cancels[1]?.()]).toEqual([false, true, false]);
    await end(1);
    expect(begun).toEqual([1, 3]);
  });

  it('survives an added work that fails, also one that throws before it has begun to wait', async () => {
    const { limiter, begun, work, end } = setUp(1);
    limiter.add(work(1));
    limiter.add(() => {
      throw new Error('at once');
    });
    limiter.add(work(2));
    await turn();
    await end(1, new Error('later'));
    expect(begun).toEqual([1, 2]);
  });

  it('begins nothing after its close, and says so to those who wait', async () => {
    const { limiter, begun, work, end } = setUp(1);
    limiter.add(work(1));
    await turn();
    const waiting = limiter.run(work(2));
    limiter.add(work(3));
    limiter.close();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await end(1);
    await expect(limiter.run(work(4))).rejects.toMatchObject({ name: 'AbortError' });
    expect(begun).toEqual([1]);
  });
});
