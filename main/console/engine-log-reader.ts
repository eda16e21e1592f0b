import type { Engine, LogEntry } from '../docker/contract.ts';
import { timeMs } from '../docker/log-time.ts';

/** Entries of the log's end that are asked for at least where only news are wanted. */
const leastTail = 500;
/** If they don't reach back to the last reading so many times more are asked for, up to a limit; then all since its time. */
const tailGrowth = 2;
const mostTail = 1_000_000;

/**
 * Reads the engine's log of one container from a time on, first to its present end, then what is new, each entry once. A reading
 * from a time on makes the engine go through all of the log, whatever it gives back, so what is new is looked for from the log's
 * end. There the last reading's end is found by the newest time, how many entries had it, and how many came after those: of two
 * streams, and of pieces of one line, times may be a little out of order.
 */
export class EngineLogReader {
  private readonly engine: Pick<Engine, 'readLog'>;
  private readonly id: string;
  private readonly tty: boolean;
  private readonly start: string | undefined;
  /** The newest time so far; how many entries had it, and how many came after the last of those. */
  private since: string | undefined;
  private seenAtSince = 0;
  private seenBeyond = 0;
  /** Whether the entry at which reading was to begin was still in the log. */
  sawStart = false;
  /** A reading did not find the entry at which the one before had ended: the log was rotated past it meanwhile. */
  lostPlace = false;
  private readonly pace = new Pace();

  constructor(engine: Pick<Engine, 'readLog'>, id: string, tty: boolean, since: string | undefined) {
    this.engine = engine;
    this.id = id;
    this.tty = tty;
    this.start = since;
    this.since = since;
  }

  /** How long it will about take to read what came during the last reading, in ms. */
  get nextMs(): number {
    return this.pace.nextMs;
  }

  /** From the given time on. */
  untilEnd(signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    return this.paced(this.all(false, signal));
  }

  /** What was not read yet, up to the log's present end. */
  news(signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    return this.paced(this.unread(false, signal));
  }

  /**
   * The same, and then what comes, until the container ends. Engines lose text here without a word when the log is rotated just while
   * they begin, or twice while nobody takes what they read: not for a flood.
   */
  following(signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    return this.unread(true, signal);
  }

  /** The last `count` entries. */
  async last(count: number, signal: AbortSignal): Promise<LogEntry[]> {
    const all: LogEntry[] = [];
    const query = { tty: this.tty, tail: count, follow: false };
    for await (const entries of this.engine.readLog(this.id, query, signal)) all.push(...entries);
    return all;
  }

  private async *paced(reading: AsyncGenerator<LogEntry[]>): AsyncGenerator<LogEntry[]> {
    this.pace.begin();
    for await (const entries of reading) {
      this.pace.take(entries);
      yield entries;
    }
    this.pace.end();
  }

  private async *unread(follow: boolean, signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    const first = Math.min(leastTail + this.pace.expected, mostTail);
    for (let tail = first; this.seenAtSince > 0 && tail <= mostTail; tail *= tailGrowth) {
      if (yield* this.tail({ tail, follow, signal })) return;
    }
    yield* this.all(follow, signal);
  }

  /** False if the place was not among the last `tail` entries; then nothing was given. */
  private async *tail(query: {
    tail: number;
    follow: boolean;
    signal: AbortSignal;
  }): AsyncGenerator<LogEntry[], boolean> {
    const { tail, follow, signal } = query;
    let atSince = this.seenAtSince;
    let beyond = this.seenBeyond;
    let isFirst = true;
    for await (const entries of this.engine.readLog(this.id, { tty: this.tty, tail, follow }, signal)) {
      let known = 0;
      for (; atSince + beyond > 0 && known < entries.length; known += 1) {
        const time = entries[known]?.time ?? '';
        const isAt = time === this.since;
        // One with that time at the very beginning need not be the first that had it.
        const isPast = this.since === undefined || time > this.since || (isAt && isFirst);
        isFirst = false;
        if (isPast) return false;
        if (isAt) atSince -= 1;
        else if (atSince === 0) beyond -= 1;
      }
      if (known < entries.length) yield this.noted(known === 0 ? entries : entries.slice(known));
    }
    return atSince + beyond === 0 || signal.aborted;
  }

  private async *all(follow: boolean, signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    let skip = this.seenAtSince;
    const { since } = this;
    const isContinued = skip > 0;
    let isFirst = true;
    for await (const entries of this.engine.readLog(this.id, { tty: this.tty, since, follow }, signal)) {
      if (isFirst && isContinued && entries[0]?.time !== since) this.lostPlace = true;
      isFirst = false;
      // Those of that very time are given, too.
      const fresh = skip <= 0 ? entries : entries.filter(({ time }) => time !== since || --skip < 0);
      if (fresh.length > 0) yield this.noted(fresh);
    }
  }

  private noted(entries: LogEntry[]): LogEntry[] {
    for (const { time } of entries) {
      if (time === this.start) this.sawStart = true;
      if (this.since === undefined || time > this.since) {
        this.since = time;
        this.seenAtSince = 1;
        this.seenBeyond = 0;
      } else if (time === this.since) {
        this.seenAtSince += 1;
        this.seenBeyond = 0;
      } else this.seenBeyond += 1;
    }
    return entries;
  }
}

/** How fast a container prints, by the times of its log, and how fast that is read. */
class Pace {
  private began = 0;
  /** When the reading before this one began: what was there then is known. */
  private knownAt = 0;
  private tookMs = 0;
  private count = 0;
  private first = '';
  private last = '';
  /** Entries in a ms. */
  private rate = 0;
  private spanMs = 0;

  begin(): void {
    this.knownAt = this.began;
    this.began = performance.now();
    this.count = 0;
    this.first = '';
  }

  take(entries: readonly LogEntry[]): void {
    if (this.first === '') this.first = entries[0]?.time ?? '';
    this.last = entries.at(-1)?.time ?? '';
    this.count += entries.length;
  }

  end(): void {
    this.tookMs = performance.now() - this.began;
    this.spanMs = this.first === '' ? 0 : timeMs(this.last) - timeMs(this.first);
    // What comes in one burst says nothing of what will.
    if (this.spanMs > 0) this.rate = this.count / this.spanMs;
  }

  get nextMs(): number {
    return this.spanMs > 0 ? (this.tookMs * this.tookMs) / this.spanMs : 0;
  }

  /** Entries since the reading before this one began, and some more. */
  get expected(): number {
    return Math.ceil(1.2 * this.rate * (performance.now() - this.knownAt));
  }
}
