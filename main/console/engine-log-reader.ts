import type { Engine, LogEntry } from '../docker/contract.ts';

/**
 * Reads the engine's log of one container from a time on, first to its present end, then following it, each entry once. The engine's
 * `since` includes entries of that very time, so those already seen are skipped by number.
 */
export class EngineLogReader {
  private readonly engine: Engine;
  private readonly id: string;
  private readonly tty: boolean;
  private since: string | undefined;
  private readonly start: string | undefined;
  private seenAtSince = 0;
  /** Whether the entry at which reading was to begin was still in the log. */
  sawStart = false;
  /** The last reading did not find the entry at which the one before had ended: the log was rotated past it meanwhile. */
  lostPlace = false;

  constructor(engine: Engine, id: string, tty: boolean, since: string | undefined) {
    this.engine = engine;
    this.id = id;
    this.tty = tty;
    this.start = since;
    this.since = since;
  }

  untilEnd(signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    return this.read(false, signal);
  }

  following(signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    return this.read(true, signal);
  }

  /** The last `count` entries. */
  async last(count: number, signal: AbortSignal): Promise<LogEntry[]> {
    const all: LogEntry[] = [];
    const query = { tty: this.tty, tail: count, follow: false };
    for await (const entries of this.engine.readLog(this.id, query, signal)) all.push(...entries);
    return all;
  }

  private async *read(follow: boolean, signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    let skip = this.seenAtSince;
    const skipTime = this.since;
    const isContinued = skip > 0;
    let isFirst = true;
    for await (const entries of this.engine.readLog(
      this.id,
      { tty: this.tty, since: this.since, follow },
      signal,
    )) {
      const fresh: LogEntry[] = [];
      for (const entry of entries) {
        if (isFirst && isContinued && entry.time !== skipTime) this.lostPlace = true;
        isFirst = false;
        if (skip > 0 && entry.time === skipTime) {
          skip -= 1;
          continue;
        }
        this.note(entry.time);
        fresh.push(entry);
      }
      if (fresh.length > 0) yield fresh;
    }
  }

  private note(time: string): void {
    if (time === this.start) this.sawStart = true;
    if (this.since === undefined || time > this.since) {
      this.since = time;
      this.seenAtSince = 1;
    } else if (time === this.since) {
      this.seenAtSince += 1;
    }
  }
}
