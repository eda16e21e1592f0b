import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptySums, hourMs, minuteMs } from './fold.ts';
import { keptRounds } from './meter.ts';
import { maxUnwritten, UnwrittenRounds } from './unwritten-rounds.ts';
import { MeterWorld, noon } from './usage.test-helper.ts';

let world: MeterWorld;
beforeEach(() => {
  // The tests make the rounds themselves.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  world = new MeterWorld();
  world.add('a');
});
afterEach(() => {
  world.close();
  vi.useRealTimers();
});

const sums = (server = 'a') => world.usage.sums(server, 'hourly');
const second = 1e9;

describe('one server', () => {
  test('the first reading is only something to count from', async () => {
    await world.round();
    expect(sums()).toBeNull();
    await world.round();
    expect(sums()).toMatchObject({ measured_ms: 60_000, running_ms: 0, cpu_us: 0, network_tx: 0 });
  });

  test('CPU is that of the whole interval, memory the mean of both ends, traffic the difference', async () => {
    world.runs('a', 'r1', { cpuNanos: 5 * second, memoryUsage: 100, networkTx: 1000, blockRead: 7 });
    world.storage = 4096;
    await world.round();
    world.runs('a', 'r1', { cpuNanos: 35 * second, memoryUsage: 300, networkTx: 1500, blockRead: 7 });
    await world.round();
    expect(sums()).toMatchObject({
      measured_ms: 60_000,
      running_ms: 60_000,
      cpu_us: 30e6,
      cpu_max: 0.5,
      memory: 200 * 60_000,
      memory_max: 300,
      network_tx: 500,
      block_read: 0,
      storage: 4096 * 60_000,
      storage_ms: 60_000,
    });
  });

  test('a run that began within the interval counts from 0, its memory from its beginning', async () => {
    await world.round();
    world.pass(45_000);
    world.runs('a', 'r1', { cpuNanos: 3 * second, memoryUsage: 100, networkTx: 9 });
    await world.round(15_000);
    expect(sums()).toMatchObject({
      measured_ms: 60_000,
      running_ms: 15_000,
      cpu_us: 3e6,
      memory: 100 * 15_000,
      network_tx: 9,
    });
  });

  test('another run between two readings counts from 0, even with higher totals', async () => {
    world.runs('a', 'r1', { networkTx: 1000 });
    await world.round();
    world.runs('a', 'r2', { networkTx: 4000 });
    await world.round();
    expect(sums()?.network_tx).toBe(4000);
  });

  test('a total that falls within one run counts as nothing, and goes on from there', async () => {
    world.runs('a', 'r1', { networkTx: 1000 });
    await world.round();
    world.runs('a', 'r1', { networkTx: 400 });
    await world.round();
    expect(sums()?.network_tx).toBe(0);
    world.runs('a', 'r1', { networkTx: 450 });
    await world.round();
    expect(sums()?.network_tx).toBe(50);
  });

  test('a run that was taken for over and is there again does not count twice', async () => {
    world.runs('a', 'r1', { networkTx: 1000 });
    await world.round();
    world.stops('a');
    await world.round();
    world.runs('a', 'r1', { networkTx: 1200 });
    await world.round();
    expect(sums()?.network_tx).toBe(200);
  });

  test('while nobody knows whether it runs nothing is said; a short while is bridged', async () => {
    world.runs('a', 'r1', { networkTx: 1000 });
    await world.round();
    const [known] = [...world.servers.values()];
    world.readings.delete('a');
    if (known) known.state = 'unknown';
    await world.round();
    expect(sums()).toBeNull();
    world.runs('a', 'r1', { networkTx: 1300 });
    await world.round();
    expect(sums()).toMatchObject({ measured_ms: 120_000, running_ms: 120_000, network_tx: 300 });
  });
});

describe('the host', () => {
  test('a short restart loses nothing and counts nothing twice', async () => {
    world.runs('a', 'r1', { networkTx: 1000 });
    await world.round();
    world.runs('a', 'r1', { networkTx: 1500 });
    await world.round();
    world.restart(30_000);
    world.runs('a', 'r1', { networkTx: 1800 });
    await world.round(5000);
    expect(sums()).toMatchObject({ measured_ms: 95_000, network_tx: 800 });
  });

  test('a long absence is a gap: nothing is measured, made up or counted later', async () => {
    world.runs('a', 'r1', { networkTx: 1000, cpuNanos: 0 });
    await world.round();
    world.restart(10 * minuteMs);
    world.runs('a', 'r1', { networkTx: 9000, cpuNanos: 300 * second });
    await world.round(5000);
    expect(sums()).toBeNull();
    world.runs('a', 'r1', { networkTx: 9100, cpuNanos: 330 * second });
    await world.round();
    expect(sums()).toMatchObject({ measured_ms: 60_000, network_tx: 100, cpu_us: 30e6 });
  });

  test('a run that began in a gap does not count from 0', async () => {
    await world.round();
    world.restart(hourMs);
    world.runs('a', 'r1', { networkTx: 5000 });
    await world.round();
    world.runs('a', 'r1', { networkTx: 5100 });
    await world.round();
    expect(sums()?.network_tx).toBe(100);
  });

  test.each(['record', 'rollUp'] as const)('a failed %s leaves all to the next round', async (name) => {
    world.runs('a', 'r1', { networkTx: 1000 });
    // The very first round rolls up, too.
    if (name === 'record') await world.round();
    const broken = vi.spyOn(world.store.usage, name).mockImplementation(() => {
      throw new Error('disk full');
    });
    await world.round();
    if (name === 'record') broken.mockRestore();
    await world.round();
    world.runs('a', 'r1', { networkTx: 1200 });
    await world.round(1000);
    expect(sums()?.network_tx).toBe(200);
    broken.mockRestore();
    await world.round();
    expect(sums()?.network_tx).toBe(200);
    expect(world.store.usage.pending(1).length).toBe(name === 'record' ? 4 : 0);
  });

  test('C1 an hour in which the store takes nothing loses no usage, and a server that went meanwhile leaves none', async () => {
    world.runs('a', 'r1', { networkTx: 0 });
    world.add('b');
    world.runs('b', 'r1', { networkTx: 0 });
    await world.round();
    const broken = vi.spyOn(world.store.usage, 'record').mockImplementation(() => {
      throw new Error('disk full');
    });
    for (let n = 1; n <= 60; n += 1) {
      world.runs('a', 'r1', { networkTx: n * 100, cpuNanos: n * second });
      if (n === 30) {
        world.remove('b');
        world.add('b');
      }
      await world.round();
    }
    broken.mockRestore();
    await world.round();
    const day = (server: string) => world.usage.sums(server, 'daily');
    expect(day('a')).toMatchObject({ measured_ms: 61 * minuteMs, network_tx: 6000, cpu_us: 60e6 });
    expect(day('b')?.network_tx ?? 0).toBe(0);
  });

  test('C1 what waits is written at an orderly end, and bounded', async () => {
    world.runs('a', 'r1', { networkTx: 0 });
    await world.round();
    const record = vi.spyOn(world.store.usage, 'record').mockImplementation(() => {
      throw new Error('disk full');
    });
    world.runs('a', 'r1', { networkTx: 70 });
    await world.round();
    record.mockRestore();
    world.meter.close();
    expect(sums()?.network_tx).toBe(70);
    const rounds = new UnwrittenRounds();
    const [base] = world.store.usage.meters();
    if (!base) throw new Error('no meter');
    for (let at = 0; at < maxUnwritten + 500; at += 1)
      rounds.add(at, [{ server: 'a', base, sums: emptySums }]);
    const written: number[] = [];
    expect(rounds.writeTo((at) => written.push(at))).toBe(500);
    expect([written.length, written[0]]).toEqual([maxUnwritten, 500]);
  });

  test('while monitoring is off nothing is read; switched on it begins anew', async () => {
    vi.useRealTimers();
    vi.useFakeTimers();
    world.restart(0);
    world.settings.enabled = false;
    const turn = async (ms: number) => {
      world.pass(ms);
      await vi.advanceTimersByTimeAsync(ms);
    };
    for (let i = 0; i < 20; i += 1) await turn(10_000);
    expect(world.store.usage.meters()).toEqual([]);
    world.settings.enabled = true;
    for (let i = 0; i < 20; i += 1) await turn(10_000);
    expect(sums()?.measured_ms).toBeGreaterThanOrEqual(60_000);
    // A shorter interval is seen within 10 s.
    world.settings.intervalMs = 1000;
    await turn(10_000);
    const before = sums()?.measured_ms ?? 0;
    for (let i = 0; i < 10; i += 1) await turn(1000);
    expect((sums()?.measured_ms ?? 0) - before).toBeGreaterThanOrEqual(9000);
  });
});

describe('clocks', () => {
  test('a clock that is set back an hour: the time is counted once for each time that passed, none is lost', async () => {
    world.runs('a', 'r1', { networkTx: 0 });
    await world.round();
    for (let i = 1; i <= 30; i += 1) {
      if (i === 15) world.wall -= hourMs;
      world.runs('a', 'r1', { networkTx: i * 10 });
      await world.round();
    }
    const { points } = world.usage.series('a', {
      from: (noon - 3 * hourMs) / 1000,
      to: (noon + 3 * hourMs) / 1000,
      step: 3600,
    });
    expect(points.reduce((sum, point) => sum + point.network_tx, 0)).toBe(300);
    expect(points.reduce((sum, point) => sum + point.measured_seconds, 0)).toBe(30 * 60);
  });

  test('a clock that jumps a year ahead for a moment removes nothing', async () => {
    world.runs('a', 'r1');
    for (let i = 0; i < 5; i += 1) await world.round();
    const year = 365 * 24 * hourMs;
    world.wall += year;
    for (let i = 0; i < 12; i += 1) await world.round();
    world.wall -= year;
    await world.round();
    expect(sums()?.measured_ms).toBe(5 * minuteMs);
  });

  test('across a restart a clock that went back, or far ahead, is a gap', async () => {
    world.runs('a', 'r1', { networkTx: 0 });
    await world.round();
    await world.round();
    world.restart(-hourMs);
    world.runs('a', 'r1', { networkTx: 70 });
    await world.round(5000);
    world.restart(5 * hourMs);
    await world.round(5000);
    expect(world.store.usage.pending(1)).toEqual([]);
    expect(sums()).toMatchObject({ measured_ms: 0, network_tx: 0 });
  });
});

describe('removal', () => {
  test('a removed server takes its usage along; a new one of that id inherits nothing', async () => {
    world.runs('a', 'r1', { networkTx: 1000 });
    for (let i = 0; i < 20; i += 1) await world.round();
    expect(sums()?.measured_ms).toBeGreaterThan(0);
    world.remove('a');
    expect(world.store.usage.meter('a')).toBeNull();
    world.add('a');
    world.runs('a', 'r2', { networkTx: 500_000 });
    await world.round();
    expect(sums()).toBeNull();
    expect(world.usage.series('a', {}).points).toEqual([]);
    await world.round();
    expect(sums()).toMatchObject({ measured_ms: 60_000, network_tx: 0 });
  });

  test('what is not rolled up when it is removed is nobody’s, and does not stop the others', async () => {
    world.add('b');
    for (let i = 0; i < 3; i += 1) await world.round();
    world.remove('a');
    world.add('a');
    for (let i = 0; i < 30; i += 1) await world.round();
    expect(sums('a')?.measured_ms).toBe(29 * minuteMs);
    expect(sums('b')?.measured_ms).toBe(32 * minuteMs);
  });

  test('a server that is removed while it is read is not recorded', async () => {
    world.runs('a', 'r1');
    await world.round();
    const round = world.round();
    world.remove('a');
    world.add('a');
    await round;
    expect(world.store.usage.meter('a')).toBeNull();
  });
});

describe('tiers', () => {
  test('samples go after a day, minutes after 30 days, hours after 13 months; a bite of a day each time', async () => {
    world.runs('a', 'r1');
    await world.round();
    await world.round();
    const { store } = world;
    const server = store.usage.meter('a')?.no ?? 0;
    const day = 24 * hourMs;
    const row = (at: number) => ({ ...emptySums, server, at, measured_ms: 1 });
    const ago = (days: number) => Math.floor((world.wall - days * day) / hourMs) * hourMs;
    const hours = [400, 396, 31].map((days) => row(ago(days)));
    store.usage.rollUp(server, () => ({ minutes: [33, 32, 29].map((days) => row(ago(days))), hours }));
    const count = (tier: 'minutes' | 'hours') =>
      store.usage.rows({ meter: server, from: 0, to: noon - day, tier, step: hourMs }).length;
    for (let i = 0; i < 11; i += 1) await world.round();
    expect([count('minutes'), count('hours')]).toEqual([2, 2]);
    for (let i = 0; i < 60; i += 1) await world.round();
    expect([count('minutes'), count('hours')]).toEqual([1, 2]);
    const samples = () => store.usage.samples({ meter: server, from: 0, to: world.wall }).length;
    expect(samples()).toBe(72);
    world.pass(day);
    for (let i = 0; i < 61; i += 1) await world.round();
    // The clock and the time that passed agree, so the old ones are believed to be old.
    expect(samples()).toBeLessThanOrEqual(61);
  }, 30_000);

  test('of short intervals a bounded number of rounds is kept', async () => {
    const { store } = world;
    store.transaction(() => {
      for (let i = 0; i < keptRounds + 50; i += 1) store.usage.record(noon + i, []);
    });
    expect(store.usage.prune({ samples: 0, rounds: keptRounds, minutes: 0, hours: 0 })).toBe(50);
  });
});
