import type { StatsReading } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { StatsSampler } from '../stats/contract.ts';
import type { Store } from '../store/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import { fold, hourMs, minuteMs } from './fold.ts';
import { measure } from './measure.ts';
import { type RoundEntry, UnwrittenRounds } from './unwritten-rounds.ts';

/** A server as the meter needs it. `unknown` while the engine is away: then silence doesn't mean that it stopped. */
export interface MeteredServer {
  id: string;
  state: 'up' | 'down' | 'unknown';
  /** Unix milliseconds of the current run, null if there is none. */
  startedAt: number | null;
  volumeId: string;
}

export interface UsageMeterOptions {
  store: Store;
  sampler: Pick<StatsSampler, 'read'>;
  /** Bytes that the volume takes, without asking for it in the moment; null if that isn't known (yet). */
  storage: (volumeId: string) => number | null;
  servers: () => MeteredServer[];
  /** A15 `monitoring`, asked anew each time: both can change while the host runs. */
  settings: () => { enabled: boolean; intervalMs: number };
  /** Unix milliseconds. */
  now: () => number;
  /** Milliseconds of a clock that isn't set. */
  elapsed: () => number;
  log: Log;
  health?: Pick<StoreHealth, 'reportFailure'> | undefined;
}

/** Kept that long, in ms. The minutes reach over the edge of a window of 30 days, hours over 13 months. */
export const keptMs = { samples: 24 * hourMs, minutes: 30 * 24 * hourMs + hourMs, hours: 397 * 24 * hourMs };
/** Rounds whose single samples are kept at most: a day of one each 10 s. Of shorter intervals less than a day is kept. */
export const keptRounds = 8640;

/** Usage is asked for by the hour: a longer interval is taken as this, in ms. */
const longestInterval = hourMs;
/** The first round after the start: the servers have been found by then, in ms. */
const firstRound = 5000;
/** How soon a changed setting is seen, in ms. */
const longestNap = 10_000;
/** Rounds become minutes and hours together, since one write of a server's page is enough for all: after that many samples or ms. */
const rollUpSamples = 1000;
const rollUpMs = 15 * minuteMs;
const pruneMs = hourMs;
const firstPruneMs = 10 * minuteMs;
/** A clock that was set by more than this in ms isn't believed when it says that something is old. */
const believableDrift = 10 * minuteMs;
/** Servers dealt with in one turn of the event loop. */
const batch = 8;

/** A missing time of up to that many intervals (a restart of the host) is bridged by the running totals; more is a gap. */
const bridgedIntervals = 3;
const bridgedMs = 2 * minuteMs;

/** A15: each interval one reading of each server, and what was used since the last one into the store, in one transaction. */
export class UsageMeter {
  private readonly options: UsageMeterOptions;
  private readonly scope = new Scope();
  /** When the bases of this process were read, by `elapsed`. `at` tells whether it is still that base. */
  private seen = new Map<string, { at: number; elapsed: number }>();
  /** Removed while a round is under way. */
  private readonly gone = new Set<string>();
  private readonly unwritten = new UnwrittenRounds();
  private lastRound: number;
  private isFirst = true;
  private busy = false;
  private failed = false;
  private pending = 0;
  private rolledAt = Number.NEGATIVE_INFINITY;
  private pruned: { wall: number; elapsed: number; due: number };

  /** Begins at once; `close` ends it. */
  constructor(options: UsageMeterOptions) {
    this.options = options;
    const elapsed = options.elapsed();
    this.lastRound = elapsed;
    this.pruned = { wall: options.now(), elapsed, due: firstPruneMs };
    this.sleep();
  }

  /** The server was removed: a round that is under way doesn't record it any more. */
  forget(server: string): void {
    this.unwritten.forget(server);
    if (this.busy) this.gone.add(server);
  }

  /** A last try to write what waits. */
  close(): void {
    if (this.scope.isClosed) return;
    this.scope.close();
    try {
      this.flush();
    } catch {
      // Told when it began; a start soon after this counts from what was written.
    }
  }

  private get interval(): number {
    return Math.min(this.options.settings().intervalMs, longestInterval);
  }

  private sleep(): void {
    const wait = this.isFirst ? Math.min(this.interval, firstRound) : this.interval;
    const left = this.lastRound + wait - this.options.elapsed();
    this.scope.timeout(
      () => {
        if (left <= longestNap) void this.turn().finally(() => this.sleep());
        else this.sleep();
      },
      Math.max(0, Math.min(left, longestNap)),
    );
  }

  private async turn(): Promise<void> {
    this.lastRound = this.options.elapsed();
    this.isFirst = false;
    if (this.options.settings().enabled) await this.round();
  }

  /** One round; for tests, and by itself each interval. Never rejects; does nothing while one is under way. */
  async round(): Promise<void> {
    if (this.busy || this.scope.isClosed) return;
    this.busy = true;
    this.gone.clear();
    try {
      const moment = { at: Math.round(this.options.now()), elapsed: this.options.elapsed() };
      const readings = await this.readAll();
      if (this.scope.isClosed) return;
      this.write(moment, readings);
      await this.rollUpIfDue(moment.elapsed);
      if (this.failed) this.options.log.info({}, 'usage is recorded again');
      this.failed = false;
    } catch (error) {
      // What was read waits for the next round.
      this.options.health?.reportFailure(error, 'usage');
      if (!this.failed) this.options.log.error({ err: error }, 'usage could not be recorded');
      this.failed = true;
    } finally {
      this.busy = false;
    }
  }

  private async readAll(): Promise<Reading[]> {
    const readings: Promise<Reading | null>[] = [];
    for (const [index, server] of this.options.servers().entries()) {
      if (index % batch === batch - 1) await new Promise((resolve) => setImmediate(resolve));
      readings.push(this.read(server));
    }
    return (await Promise.all(readings)).filter((reading) => reading !== null);
  }

  /** Null when nothing can be said of it now. */
  private async read(server: MeteredServer): Promise<Reading | null> {
    const found = await this.options.sampler.read(server.id);
    if (found === null && server.state !== 'down') return null;
    return { server, run: found && { key: found.run, startedAt: server.startedAt, reading: found.reading } };
  }

  private write(moment: { at: number; elapsed: number }, readings: Reading[]): void {
    const { store, storage } = this.options;
    const stored = store.usage.meters().map((meter) => [meter.id, meter] as const);
    const bases = new Map([...stored, ...this.unwritten.bases()]);
    const seen = new Map<string, { at: number; elapsed: number }>();
    const entries: RoundEntry[] = [];
    for (const { server, run } of readings) {
      if (this.gone.has(server.id)) continue;
      const base = bases.get(server.id) ?? null;
      const span = base === null ? null : this.span(base.at, moment, this.seen.get(server.id));
      entries.push({
        server: server.id,
        ...measure(base, { at: moment.at, run, storage: storage(server.volumeId) }, span),
      });
      seen.set(server.id, moment);
    }
    // Those that could not be read keep theirs.
    for (const [id, known] of this.seen) if (!seen.has(id) && bases.has(id)) seen.set(id, known);
    this.unwritten.add(moment.at, entries);
    this.pending += entries.length;
    this.seen = seen;
    this.flush();
    this.prune(moment);
  }

  private flush(): void {
    const lost = this.unwritten.writeTo((at, entries) => this.options.store.usage.record(at, entries));
    if (lost > 0)
      this.options.log.error({ lost }, 'readings of usage were lost: the store took none for too long');
  }

  /** How long ago the base was, in ms; null if that isn't known or too long. */
  private span(
    baseAt: number,
    moment: { at: number; elapsed: number },
    known: { at: number; elapsed: number } | undefined,
  ): number | null {
    const span = Math.round(known?.at === baseAt ? moment.elapsed - known.elapsed : moment.at - baseAt);
    const longest = Math.max(bridgedIntervals * this.interval, bridgedMs);
    return span > 0 && span <= longest ? span : null;
  }

  private async rollUpIfDue(elapsed: number): Promise<void> {
    if (this.pending < rollUpSamples && elapsed - this.rolledAt < rollUpMs) return;
    const { store } = this.options;
    const meters = store.usage.meters();
    while (meters.length > 0 && !this.scope.isClosed) {
      const some = meters.splice(0, batch);
      store.transaction(() => {
        for (const { no } of some) rollUp(store, no);
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.pending = 0;
    this.rolledAt = elapsed;
  }

  private prune({ at, elapsed }: { at: number; elapsed: number }): void {
    const passed = elapsed - this.pruned.elapsed;
    if (passed < this.pruned.due) return;
    const drift = Math.abs(at - this.pruned.wall - passed);
    this.pruned = { wall: at, elapsed, due: pruneMs };
    if (drift > believableDrift) return;
    this.options.store.usage.prune({
      samples: at - keptMs.samples,
      rounds: keptRounds,
      minutes: at - keptMs.minutes,
      hours: at - keptMs.hours,
    });
  }
}

interface Reading {
  server: MeteredServer;
  run: {
    key: string;
    startedAt: number | null;
    reading: StatsReading;
  } | null;
}

/** What of a meter's samples isn't in minutes and hours yet goes there, exactly once. */
function rollUp(store: Store, meter: number): void {
  store.usage.rollUp(meter, (pending) => ({
    minutes: fold(pending, minuteMs),
    hours: fold(pending, hourMs),
  }));
}
