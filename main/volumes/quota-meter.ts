import { Limiter } from '../lib/limiter.ts';
import { Scope } from '../lib/scope.ts';
import { measureFolder } from './measure-folder.ts';

export interface QuotaMeterOptions {
  /** Milliseconds of a clock that isn't set back. */
  now: () => number;
  /** For tests. */
  measure?: (path: string, signal: AbortSignal) => Promise<number>;
}

/** Least time between two measurements of one volume, in ms; and it never takes more than a twentieth of the time. */
const leastInterval = 10_000;
const leastRest = 20;
/** Measurements at the same time; others wait. */
const mostAtOnce = 2;

interface Entry {
  path: string;
  /** Bytes at the last measurement; null before the first. */
  used: number | null;
  /** When the last one ended, and how long it took. */
  at: number;
  took: number;
  /** Bytes that our own writes have added since: before, and while the next one is under way. */
  taken: number;
  takenMeanwhile: number;
  running: Promise<void> | null;
}

/**
 * A10: what is in plain folders, found by walking, not more often than every 10 seconds and only while somebody asks.
 * In between, our own writes are counted.
 */
export class QuotaMeter {
  private readonly now: () => number;
  private readonly measure: (path: string, signal: AbortSignal) => Promise<number>;
  private readonly scope = new Scope();
  private readonly entries = new Map<string, Entry>();
  private readonly walks = new Limiter(mostAtOnce);

  constructor({ now, measure = measureFolder }: QuotaMeterOptions) {
    this.now = now;
    this.measure = measure;
  }

  /** Bytes as far as they are known now: before the first measurement that is what we wrote ourselves. Starts a new one if it is time. */
  estimate(id: string, path: string): number {
    const entry = this.entry(id, path);
    void this.refresh(entry);
    return (entry.used ?? 0) + entry.taken;
  }

  /** Bytes, at most as old as the interval. */
  async current(id: string, path: string): Promise<number> {
    const entry = this.entry(id, path);
    await this.refresh(entry);
    return (entry.used ?? 0) + entry.taken;
  }

  /** Bytes that we are about to write, or (negative) have given back. */
  take(id: string, path: string, bytes: number): void {
    const entry = this.entry(id, path);
    entry.taken += bytes;
    if (entry.running) entry.takenMeanwhile += bytes;
  }

  forget(id: string): void {
    this.entries.delete(id);
  }

  close(): void {
    this.scope.close();
  }

  private entry(id: string, path: string): Entry {
    const known = this.entries.get(id);
    if (known) return known;
    const entry: Entry = { path, used: null, at: 0, took: 0, taken: 0, takenMeanwhile: 0, running: null };
    this.entries.set(id, entry);
    return entry;
  }

  private refresh(entry: Entry): Promise<void> {
    if (entry.running) return entry.running;
    const rest = Math.max(leastInterval, entry.took * leastRest);
    if (this.scope.isClosed || (entry.used !== null && this.now() - entry.at < rest))
      return Promise.resolve();
    const running = this.walks
      .run(() => this.walk(entry))
      .finally(() => {
        entry.running = null;
      });
    entry.running = running;
    return running;
  }

  private async walk(entry: Entry): Promise<void> {
    if (this.scope.isClosed) return;
    try {
      const began = this.now();
      entry.takenMeanwhile = 0;
      const used = await this.measure(entry.path, this.scope.signal);
      entry.used = used;
      entry.at = this.now();
      entry.took = entry.at - began;
      // The walk may have seen it or not: what was added counts once more until the next one, what was given back doesn't.
      entry.taken = Math.max(0, entry.takenMeanwhile);
    } catch {
      // We are closing.
    }
  }
}
