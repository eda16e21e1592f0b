import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rounds } from '../../tests/support/lane.ts';
import { fold, hourMs, minuteMs, totalOf } from './fold.ts';
import { MeterWorld } from './usage.test-helper.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('round' as const), ms: fc.integer({ min: 1, max: 100_000 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'start' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'stop' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'totals fall' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('away' as const), lie: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('kill' as const), ms: fc.integer({ min: 0, max: 400_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('clock' as const),
      ms: fc.integer({ min: -2 * hourMs, max: 2 * hourMs }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('write fails' as const),
      of: fc.constantFrom('record' as const, 'rollUp' as const),
    }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** A server that sends a byte each millisecond that it runs, and what truly happened. */
class Truth {
  readonly world = new MeterWorld();
  sent = 0;
  time = 0;
  private run = 0;
  private total: number | null = null;

  constructor() {
    this.world.add('a');
  }

  live(ms: number): void {
    this.time += ms;
    if (this.total === null) return;
    this.total += ms;
    this.sent += ms;
    this.show();
  }

  show(): void {
    const total = this.total ?? 0;
    if (this.total === null) this.world.stops('a');
    else this.world.runs('a', `r${this.run}`, { networkTx: total, cpuNanos: total * 1e6, memoryUsage: 1000 });
  }

  async happen(what: Happening): Promise<void> {
    const { world } = this;
    switch (what.do) {
      case 'round':
        this.live(what.ms);
        return world.round(what.ms);
      case 'start':
        this.run += 1;
        this.total = 0;
        return this.show();
      case 'stop':
        this.total = null;
        return this.show();
      case 'totals fall':
        if (this.total !== null) this.total = Math.floor(this.total / 2);
        return this.show();
      case 'away': {
        // One round without a reading; a lie says that the server is down.
        const server = world.servers.get('a');
        world.readings.delete('a');
        if (server) server.state = what.lie ? 'down' : 'unknown';
        await world.round(1000);
        this.live(1000);
        return this.show();
      }
      case 'kill':
        this.live(what.ms);
        return world.restart(what.ms);
      case 'clock':
        world.wall += what.ms;
        return;
      case 'write fails': {
        const spy = vi.spyOn(world.store.usage, what.of).mockImplementationOnce(() => {
          throw new Error('disk full');
        });
        this.live(30_000);
        await world.round(30_000);
        spy.mockRestore();
        return;
      }
    }
  }
}

const names = ['measured_ms', 'running_ms', 'cpu_us', 'network_tx'] as const;

test('whatever is killed, set, stopped or missed: never negative, never more than there was, and every tier says the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 60 }), async (happenings) => {
      const truth = new Truth();
      const { world } = truth;
      try {
        for (const what of happenings) await truth.happen(what);
        const meter = world.store.usage.meter('a')?.no ?? -1;
        const all = { meter, from: 0, to: world.wall + 1000 * hourMs };
        const samples = totalOf(world.store.usage.samples(all));
        const pending = world.store.usage.pending(meter);
        for (const [tier, step] of [
          ['minutes', minuteMs],
          ['hours', hourMs],
        ] as const) {
          const sum = totalOf([...world.store.usage.rows({ ...all, tier, step }), ...fold(pending, step)]);
          for (const name of names) expect(sum[name]).toBe(samples[name]);
        }
        for (const value of Object.values(samples)) expect(value).toBeGreaterThanOrEqual(0);
        expect(samples.network_tx).toBeLessThanOrEqual(truth.sent);
        expect(samples.cpu_us).toBeLessThanOrEqual(truth.sent * 1000);
        // Across a restart only the clock tells how much time has passed, right or wrong.
        if (happenings.every((what) => what.do !== 'clock'))
          expect(samples.measured_ms).toBeLessThanOrEqual(truth.time);
        expect(samples.running_ms).toBeLessThanOrEqual(samples.measured_ms);
      } finally {
        world.close();
      }
    }),
    { numRuns: rounds('usage, whatever is killed, set or missed', 20, 60, 'cases') },
  );
}, 120_000);

test('with kills and failed writes alone nothing is lost either', async () => {
  const mild = fc.oneof(
    fc.record({ do: fc.constant('round' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
    fc.record({ do: fc.constant('kill' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
    fc.record({
      do: fc.constant('write fails' as const),
      of: fc.constantFrom('record' as const, 'rollUp' as const),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(mild, { minLength: 5, maxLength: 40 }), async (happenings) => {
      const truth = new Truth();
      const { world } = truth;
      try {
        await truth.happen({ do: 'round', ms: 1 });
        await truth.happen({ do: 'start' });
        let unseen = 0;
        for (const what of happenings) {
          // At most two minutes without a round are bridged.
          const ms = what.do === 'write fails' ? 30_000 : what.ms;
          if (unseen + ms > 100_000) await truth.happen({ do: 'round', ms: 1 });
          await truth.happen(what);
          unseen = what.do === 'round' ? 0 : unseen + ms > 100_000 ? ms : unseen + ms;
        }
        await truth.happen({ do: 'round', ms: 1 });
        const meter = world.store.usage.meter('a')?.no ?? -1;
        const sum = totalOf(world.store.usage.samples({ meter, from: 0, to: world.wall }));
        expect(sum.network_tx).toBe(truth.sent);
        expect(sum.measured_ms).toBe(truth.time - 1);
      } finally {
        world.close();
      }
    }),
    { numRuns: rounds('usage, kills and failed writes', 15, 40, 'cases') },
  );
}, 120_000);
