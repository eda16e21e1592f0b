import { type CrashFigure, figuresMs } from '../../shared/model/crash.ts';
import { Scope } from '../lib/scope.ts';
import { computeStats } from '../stats/compute.ts';
import type { RunReading, StatsSampler } from '../stats/contract.ts';

/** Between two readings of a server, in ms; of many servers longer, so that no more than this many a second are asked for. */
const everyMs = 5000;
const readingsASecond = 4;

export interface FigureRingOptions {
  sampler: Pick<StatsSampler, 'read'>;
  /** Ids of the servers that run. */
  running: () => readonly string[];
  /** Unix ms. */
  now: () => number;
  /** Called before each round, every few seconds. */
  onRound: () => void;
}

interface Track {
  points: CrashFigure[];
  last: RunReading | null;
}

/** The last minutes of figures of each server that runs, whether somebody looks or not: at most `figuresMs / everyMs` points each. */
export class FigureRing {
  private readonly options: FigureRingOptions;
  private readonly scope = new Scope();
  private readonly tracks = new Map<string, Track>();

  /** Begins at once; `close` ends it. */
  constructor(options: FigureRingOptions) {
    this.options = options;
    this.sleep(everyMs);
  }

  /** Of the five minutes before `at` (Unix ms), oldest first. */
  before(server: string, at: number): CrashFigure[] {
    const points = this.tracks.get(server)?.points ?? [];
    return points.filter((point) => point.at <= at && at - point.at <= figuresMs);
  }

  forget(server: string): void {
    this.tracks.delete(server);
  }

  close(): void {
    this.scope.close();
    this.tracks.clear();
  }

  private sleep(ms: number): void {
    this.scope.timeout(() => void this.round(), ms);
  }

  private async round(): Promise<void> {
    this.options.onRound();
    const running = this.options.running();
    await Promise.all(running.map((server) => this.take(server)));
    this.drop();
    this.sleep(Math.max(everyMs, (running.length / readingsASecond) * 1000));
  }

  private async take(server: string): Promise<void> {
    const reading = await this.options.sampler.read(server);
    if (reading === null || this.scope.isClosed) return;
    const track = this.tracks.get(server) ?? { points: [], last: null };
    const base = track.last?.run === reading.run ? track.last.reading : reading.reading;
    const stats = computeStats(base, reading.reading);
    const { network_rx, network_tx, block_read, block_write } = stats;
    const totals = { network_rx, network_tx, block_read, block_write };
    track.points.push({
      at: this.options.now(),
      cpu: stats.cpu_usage,
      memory: stats.memory_usage,
      ...totals,
    });
    track.points.splice(0, track.points.length - figuresMs / everyMs);
    track.last = reading;
    this.tracks.set(server, track);
  }

  /** What is too old for any report; also after the clock was set back. */
  private drop(): void {
    const now = this.options.now();
    for (const [server, { points }] of this.tracks) {
      const last = points.at(-1)?.at ?? 0;
      if (Math.abs(now - last) > 2 * figuresMs) this.tracks.delete(server);
    }
  }
}
