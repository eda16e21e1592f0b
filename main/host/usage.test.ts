import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHostUsage, type Machine } from './usage.ts';

describe('of a machine made up', () => {
  let busy = 0;
  let looks = 0;

  const machine: Machine = {
    cpus: () => {
      looks += 1;
      return [
        { times: { user: busy, nice: 0, sys: 0, irq: 0, idle: 9 } },
        { times: { user: 0, nice: 0, sys: busy / 2, irq: 0, idle: 9 } },
      ];
    },
    meminfo: async () => 'MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable:     400 kB\n',
    totalmem: () => 1000 * 1024,
    freemem: () => 10 * 1024,
    statfs: async () => ({ bsize: 4096, blocks: 100, bfree: 25, bavail: 20 }),
  };
  const usage = (change: Partial<Machine> = {}) =>
    createHostUsage({
      dataDir: '/data',
      interval: 2_000,
      now: () => Date.now(),
      machine: { ...machine, ...change },
    });

  /** Asks while time goes on with both CPUs as busy as given. */
  async function ask<T>(question: () => Promise<T>, cpuShare = 0): Promise<T> {
    const answer = question();
    busy += 200 * cpuShare;
    await vi.advanceTimersByTimeAsync(200);
    return answer;
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: 50_000 });
    busy = 1e6;
    looks = 0;
  });

  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('H1: the first answer is of a moment from now, not the average since the machine started', async () => {
    expect(await ask(usage(), 0.8)).toEqual({
      cpu: { cores: 2, usage: 120 },
      memory: { total: 1000 * 1024, used: 600 * 1024 },
      disk: { total: 389_120, used: 307_200 },
    });
  });

  test('I13 what a file system keeps for root is not said to be free', async () => {
    const { disk } = await ask(usage());
    expect(disk.total - disk.used).toBe(20 * 4096);
  });

  test('H1: later ones are of the time since the last, without waiting', async () => {
    const get = usage();
    await ask(get);
    vi.advanceTimersByTime(2_800);
    busy += 2_800 * 0.5;
    expect((await get()).cpu.usage).toBe(75);
  });

  test('H1: after a long pause it is of a moment from now again', async () => {
    const get = usage();
    await ask(get);
    busy += 1e6;
    vi.advanceTimersByTime(60_000);
    expect((await ask(get, 0.2)).cpu.usage).toBe(30);
  });

  test('H1: callers within the interval share one reading', async () => {
    const get = usage();
    const [first, second] = await ask(() => Promise.all([get(), get()]));
    expect(first).toBe(second);
    const before = looks;
    expect(await get()).toBe(first);
    expect(looks).toBe(before);
    vi.advanceTimersByTime(2_000);
    expect(await get()).not.toBe(first);
  });

  test('H1: CPU stays between 0 and all cores, whatever the counters do', async () => {
    expect((await ask(usage(), 50)).cpu.usage).toBe(200);
    expect((await ask(usage(), -1)).cpu.usage).toBe(0);
  });

  test('H1: without meminfo used is what is not free; a disk that cannot be asked is 0 of 0', async () => {
    const get = usage({
      meminfo: async () => null,
      statfs: async () => {
        throw new Error('ENOENT');
      },
    });
    const { memory, disk } = await ask(get);
    expect(memory.used).toBe(990 * 1024);
    expect(disk).toEqual({ total: 0, used: 0 });
  });
});

test('H1: of this machine', async () => {
  const usage = await createHostUsage({ dataDir: import.meta.dirname })();
  expect(usage.cpu.cores).toBeGreaterThan(0);
  expect(usage.cpu.usage).toBeGreaterThanOrEqual(0);
  expect(usage.cpu.usage).toBeLessThanOrEqual(usage.cpu.cores * 100);
  expect(usage.memory.used).toBeGreaterThan(0);
  expect(usage.memory.used).toBeLessThan(usage.memory.total);
  expect(usage.disk.used).toBeGreaterThan(0);
  expect(usage.disk.used).toBeLessThanOrEqual(usage.disk.total);
});
