import type { Stats } from '../../shared/protocol/server-events.ts';
import type { StatsReading } from '../docker/contract.ts';
import { Emitter } from '../lib/emitter.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import type { CgroupReader, CgroupSource } from './cgroup-reader.ts';
import { computeStats, emptyStats, stoppedStats } from './compute.ts';
import type { RunReading, SampleTarget, StatsSampler } from './contract.ts';
import { Wheel } from './wheel.ts';

/** CPU over a longer time than this says nothing about now: an older reading is no base for the next sample. */
const MAX_BASE_AGE_MS = 5_000;
/** The engine's own CPU pays for each reading; more at a time only makes it queue them itself. */
const ENGINE_CONCURRENCY = 4;

export interface StatsSamplerOptions {
  /** One reading, bounded in time by the callee; null if the container doesn't run. */
  engineReading: (containerId: string) => Promise<StatsReading | null>;
  /** Null where the engine's containers don't run on this machine's Linux. */
  cgroups: CgroupReader | null;
  log: Log;
  /**
   * Most readings that the engine is asked for at a time, 4 by default. Engines since 24.0.7 answer in a few ms; older
   * ones (moby#46448) wait for their collector's next second, so that 4 at a time are 4 samples a second in all.
   */
  engineConcurrency?: number;
  /** Milliseconds between a server's samples. */
  interval?: number;
  /** Milliseconds of a clock that isn't set back. */
  now?: () => number;
}

type Origin = 'cgroup' | 'engine';

/** A server's life in one container process. A result that comes for a run that is over is dropped. */
interface Run {
  target: SampleTarget;
  /** Undefined until it was looked for; null: only the engine knows. */
  source: CgroupSource | null | undefined;
  base: { reading: StatsReading; origin: Origin; takenAt: number } | null;
  inFlight: boolean;
  /** When the last reading was asked for; not when it came, or an engine that takes its time would lose every other turn. */
  askedAt: number;
}

interface Entry {
  run: Run | null;
  wanted: number;
  last: Stats | null;
}

/**
 * S7. Every sample goes to the listeners, changed or not: only a client's socket knows what that client got. The first
 * sample of a run comes with its second reading, since one reading says nothing about CPU. No timer runs while there is
 * nothing to sample. `close` ends it for good; later calls do nothing.
 */
export function createStatsSampler(options: StatsSamplerOptions): StatsSampler {
  return new Sampler(options);
}

class Sampler implements StatsSampler {
  private readonly engineReading: StatsSamplerOptions['engineReading'];
  private readonly cgroups: CgroupReader | null;
  private readonly log: Log;
  private readonly now: () => number;
  /** Two readings closer than this give a noisy figure. */
  private readonly minGap: number;
  private readonly entries = new Map<string, Entry>();
  /** Sampled servers whose last reading by the engine failed. */
  private readonly failing = new Set<string>();
  /** From the first failure until a reading succeeds and none is failing; told once at either end. */
  private outage = false;
  private readonly samples: Emitter<{ server: string; stats: Stats }>;
  private readonly wheel: Wheel;
  private readonly limiter: Limiter;
  /** Ends the calls of `read` that wait for the engine. */
  private readonly reads = new Set<(reading: null) => void>();
  private readonly interval: number;
  private closed = false;

  constructor(options: StatsSamplerOptions) {
    const { engineReading, cgroups, log, interval = 1_000, now = () => performance.now() } = options;
    this.limiter = new Limiter(options.engineConcurrency ?? ENGINE_CONCURRENCY);
    this.engineReading = engineReading;
    this.cgroups = cgroups;
    this.log = log;
    this.now = now;
    this.interval = interval;
    this.minGap = interval / 5;
    this.samples = new Emitter((error) => log.error({ err: error }, 'A listener of stats samples failed'));
    this.wheel = new Wheel({ interval, now, work: (server) => this.take(server) });
  }

  track(server: string, target: SampleTarget): void {
    if (this.closed) return;
    const entry = this.entry(server);
    const old = entry.run?.target;
    // Told again of what it knows (as at an adoption after a reconnect): the base is still good.
    if (old !== undefined && old.containerId === target.containerId && old.pid === target.pid) return;
    this.failing.delete(server);
    entry.run = { target, source: undefined, base: null, inFlight: false, askedAt: -Infinity };
    this.settle(server, entry);
  }

  untrack(server: string): void {
    const entry = this.entries.get(server);
    if (entry === undefined || entry.run === null) return;
    const base = entry.run.base?.reading;
    entry.run = null;
    // The base is never older than `last`, and it may be all there is of a short run.
    const known = base === undefined ? entry.last : computeStats(base, base);
    const final = known ?? (entry.wanted > 0 ? emptyStats() : null);
    const stats = final === null ? null : stoppedStats(final);
    entry.last = stats;
    this.settle(server, entry);
    if (stats !== null) this.samples.emit({ server, stats });
  }

  forget(server: string): void {
    const entry = this.entries.get(server);
    if (entry === undefined) return;
    entry.run = null;
    entry.last = null;
    this.settle(server, entry);
  }

  want(server: string): () => void {
    if (this.closed) return () => {};
    const entry = this.entry(server);
    entry.wanted += 1;
    if (entry.wanted === 1) this.settle(server, entry);
    let undone = false;
    return () => {
      if (undone) return;
      undone = true;
      entry.wanted -= 1;
      if (entry.wanted === 0) this.settle(server, entry);
    };
  }

  last(server: string): Stats | null {
    return this.entries.get(server)?.last ?? null;
  }

  async read(server: string): Promise<RunReading | null> {
    const run = this.entries.get(server)?.run ?? null;
    if (run === null || this.closed) return null;
    const isFresh = run.base !== null && this.now() - run.base.takenAt <= this.interval;
    const reading =
      isFresh && run.base !== null
        ? run.base.reading
        : (this.readCgroup(server, run) ?? (await this.askOnce(server, run)));
    if (reading === null || this.entries.get(server)?.run !== run) return null;
    return { run: `${run.target.containerId}:${run.target.pid ?? ''}`, reading };
  }

  onSample(listener: (event: { server: string; stats: Stats }) => void): () => void {
    return this.closed ? () => {} : this.samples.on(listener);
  }

  close(): void {
    this.closed = true;
    this.wheel.close();
    this.limiter.close();
    for (const end of this.reads) end(null);
    this.samples.clear();
    this.entries.clear();
    this.failing.clear();
  }

  private entry(server: string): Entry {
    let entry = this.entries.get(server);
    if (entry === undefined) {
      entry = { run: null, wanted: 0, last: null };
      this.entries.set(server, entry);
    }
    return entry;
  }

  /** After every change of an entry: is the server sampled, and is there anything left to keep? */
  private settle(server: string, entry: Entry): void {
    if (this.entries.get(server) !== entry) return;
    if (entry.run !== null && entry.wanted > 0) {
      this.wheel.add(server);
      return;
    }
    this.wheel.delete(server);
    this.failing.delete(server);
    if (entry.run === null && entry.wanted === 0 && entry.last === null) this.entries.delete(server);
  }

  private take(server: string): void {
    const run = this.entries.get(server)?.run ?? null;
    if (run === null || run.inFlight) return;
    const now = this.now();
    if (now - run.askedAt < this.minGap) return;
    run.askedAt = now;
    if (run.base !== null && now - run.base.takenAt > MAX_BASE_AGE_MS) run.base = null;
    const reading = this.readCgroup(server, run);
    if (reading !== null) {
      this.accept(server, run, { reading, origin: 'cgroup' });
      return;
    }
    run.inFlight = true;
    this.limiter.add(() => this.askEngine(server, run));
  }

  private readCgroup(server: string, run: Run): StatsReading | null {
    if (run.source === undefined) {
      run.source = this.cgroups?.open(run.target) ?? null;
      if (run.source === null && this.cgroups !== null) {
        this.log.debug(
          { server },
          'The container has no readable cgroup on this machine, the engine is asked for its stats',
        );
      }
    }
    const reading = run.source?.read() ?? null;
    // Looked for again the next time: if the container is still there, then something moved its files.
    if (reading === null && run.source !== null) run.source = undefined;
    return reading;
  }

  private async askEngine(server: string, run: Run): Promise<void> {
    try {
      if (!this.isSampled(server, run)) return;
      const reading = await this.engineReading(run.target.containerId);
      if (!this.isSampled(server, run)) return;
      this.succeeded(server);
      if (reading === null) run.base = null;
      else this.accept(server, run, { reading, origin: 'engine' });
    } catch (error) {
      if (this.isSampled(server, run)) this.failed(server, error);
    } finally {
      run.inFlight = false;
    }
  }

  private askOnce(server: string, run: Run): Promise<StatsReading | null> {
    return new Promise((resolve) => {
      const end = (reading: StatsReading | null): void => {
        this.reads.delete(end);
        resolve(reading);
      };
      this.reads.add(end);
      this.limiter.add(async () => {
        try {
          end(await this.engineReading(run.target.containerId));
        } catch (error) {
          this.log.debug({ server, err: error }, 'The engine gave no reading');
          end(null);
        }
      });
    });
  }

  private isSampled(server: string, run: Run): boolean {
    const entry = this.entries.get(server);
    return entry !== undefined && entry.run === run && entry.wanted > 0;
  }

  private accept(server: string, run: Run, taken: { reading: StatsReading; origin: Origin }): void {
    const { base } = run;
    run.base = { ...taken, takenAt: this.now() };
    // The engine's clock isn't ours (Docker Desktop), so readings of different origin can't be compared.
    if (base === null || base.origin !== taken.origin || taken.reading.at <= base.reading.at) return;
    const entry = this.entries.get(server);
    if (entry === undefined) return;
    entry.last = computeStats(base.reading, taken.reading);
    this.samples.emit({ server, stats: entry.last });
  }

  private failed(server: string, error: unknown): void {
    this.failing.add(server);
    if (this.outage) return;
    this.outage = true;
    this.log.warn(
      { server, err: error },
      'The engine gave no stats; it is asked again each second, its return is told',
    );
  }

  private succeeded(server: string): void {
    this.failing.delete(server);
    if (!this.outage || this.failing.size > 0) return;
    this.outage = false;
    this.log.info({ server }, 'The engine gives stats again');
  }
}
