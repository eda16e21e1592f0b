import { describe, expect, it } from 'vitest';
import { StartQueue } from './start-queue.ts';

function setUp(width: number) {
  const queue = new StartQueue({ width });
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const add = (order: number) =>
    queue.add(order, () => {
      begun.push(order);
      return new Promise<void>((resolve) => ends.set(order, resolve));
    });
  const end = async (order: number) => {
    ends.get(order)?.();
    await settle();
  };
  return { queue, begun, add, end };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('StartQueue', () => {
  it('begins so many at once, the lowest order first whenever it came', async () => {
    const { begun, add, end } = setUp(2);
    for (const order of [5, 3, 4, 1]) add(order);
    await settle();
    expect(begun).toEqual([1, 3]);
    add(2);
    await end(3);
    await end(1);
    expect(begun).toEqual([1, 3, 2, 4]);
    await end(4);
    await end(2);
    expect(begun).toEqual([1, 3, 2, 4, 5]);
  });

  it('holds all back until it is released', async () => {
    const { queue, begun, add } = setUp(2);
    queue.hold();
    add(2);
    add(1);
    await settle();
    expect(begun).toEqual([]);
    queue.release();
    expect(begun).toEqual([1, 2]);
  });

  it('forgets what is called off; what has begun can not be', async () => {
    const { begun, add, end } = setUp(1);
    const first = add(1);
    const second = add(2);
    add(3);
    await settle();
    expect([first(), second(), second()]).toEqual([false, true, false]);
    await end(1);
    expect(begun).toEqual([1, 3]);
  });
});
