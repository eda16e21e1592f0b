import { Limiter } from '../lib/limiter.ts';
import { pause } from '../lib/pause.ts';
import { Scope } from '../lib/scope.ts';
import { type DiskUsageOptions, diskUsage } from './disk-usage.ts';

export interface QuotaMeterOptions {
  /** Milliseconds of a clock that isn't set back. */
  now: () => number;
  /** For tests. */
  measure?: (path: string, options: DiskUsageOptions) => Promise<number | null>;
}

/** How old a measurement may get, in ms, and the most of the time that measuring may take. */
interface Pace {
  least: number;
  most: number;
  /** Times what the last measurement took. */
  rest: number;
}
/** For what is decided by it (a quota), and for what is only recorded (usage). */
const prompt: Pace = { least: 10_000, most: Number.POSITIVE_INFINITY, rest: 20 };
const leisurely: Pace = { least: 60_000, most: 3_600_000, rest: 100 };
/** Measurements at the same time; others wait. */
const mostAtOnce = 2;
/** Pause after each slice of entries (a few ms of work) while nobody waits for the result, in ms. */
const restMs = 50;

interface Entry {
  path: string;
  /** Bytes at the last measurement; null before the first, and while the folder can't be read. */
  used: number | null;
  /** When the last one ended, and how long it worked, without its rests; null before the first. */
  last: { at: number; took: number } | null;
  /** Bytes that our own writes have added since: before, and while the next one is under way. */
  taken: number;
  takenMeanwhile: number;
  running: Promise<void> | null;
  /** Somebody decides by what is being measured: no more rests. */
  hurried: AbortController;
  /** Of the volume, which may be forgotten. */
  scope: Scope;
}

/**
 * A10, A15: what is in plain folders, found by walking, one walk for all who ask. Not more often than every 10 seconds for a
 * quota, or every minute for usage, and only while somebody asks. In between, our own writes are counted.
 */
export class QuotaMeter {
  private readonly now: () => number;
  private readonly measure: (path: string, options: DiskUsageOptions) => Promise<number | null>;
  private isClosed = false;
  private readonly entries = new Map<string, Entry>();
  private readonly walks = new Limiter(mostAtOnce);

  constructor({ now, measure = diskUsage }: QuotaMeterOptions) {
    this.now = now;
    this.measure = measure;
  }

  /** Bytes as far as they are known now: before the first measurement that is what we wrote ourselves. Starts a new one if it is time. */
  estimate(id: string, path: string): number {
    const entry = this.entry(id, path);
    void this.refresh(entry, prompt);
    return (entry.used ?? 0) + entry.taken;
  }

  /** Bytes, at most as old as the interval. */
  async current(id: string, path: string): Promise<number> {
    const entry = this.entry(id, path);
    await this.refresh(entry, prompt);
    return (entry.used ?? 0) + entry.taken;
  }

  /** Bytes as they were found last, for who only records them: null before the first measurement. Starts a slow one if it is time. */
  known(id: string, path: string): number | null {
    const entry = this.entry(id, path);
    void this.refresh(entry, leisurely);
    return entry.used === null ? null : entry.used + entry.taken;
  }

  /** Bytes that we are about to write, or (negative) have given back. */
  take(id: string, path: string, bytes: number): void {
    const entry = this.entry(id, path);
    entry.taken += bytes;
    if (entry.running) entry.takenMeanwhile += bytes;
  }

  forget(id: string): void {
    this.entries.get(id)?.scope.close();
    this.entries.delete(id);
  }

  close(): void {
    this.isClosed = true;
    for (const entry of this.entries.values()) entry.scope.close();
  }

  private entry(id: string, path: string): Entry {
    const known = this.entries.get(id);
    if (known) return known;
    const entry: Entry = {
      path,
      used: null,
      last: null,
      taken: 0,
      takenMeanwhile: 0,
      running: null,
      hurried: new AbortController(),
      scope: new Scope(),
    };
    this.entries.set(id, entry);
    return entry;
  }

  private refresh(entry: Entry, pace: Pace): Promise<void> {
    if (entry.running) {
      if (pace === prompt) entry.hurried.abort();
      return entry.running;
    }
    if (this.isClosed || !this.isDue(entry, pace)) return Promise.resolve();
    entry.hurried = new AbortController();
    if (pace === prompt) entry.hurried.abort();
    const running = this.walks
      .run(() => this.walk(entry))
      .finally(() => {
        entry.running = null;
      });
    entry.running = running;
    return running;
  }

  private isDue({ last }: Entry, { least, most, rest }: Pace): boolean {
    return last === null || this.now() - last.at >= Math.min(most, Math.max(least, last.took * rest));
  }

  private async walk(entry: Entry): Promise<void> {
    const { signal } = entry.scope;
    if (signal.aborted) return;
    try {
      const began = this.now();
      entry.takenMeanwhile = 0;
      let rested = 0;
      const rest = async (): Promise<void> => {
        const since = this.now();
        await pause(restMs, { signal: AbortSignal.any([signal, entry.hurried.signal]) });
        rested += this.now() - since;
      };
      entry.used = await this.measure(entry.path, { signal, rest });
      entry.last = { at: this.now(), took: this.now() - began - rested };
      // The walk may have seen it or not: what was added counts once more until the next one, what was given back doesn't.
      entry.taken = Math.max(0, entry.takenMeanwhile);
    } catch {
      // We are closing, or the volume is gone.
    }
  }
}
