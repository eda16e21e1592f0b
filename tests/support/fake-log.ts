import type { EngineLogQuery, LogEntry, StreamName } from '../../main/docker/contract.ts';
import { engineText } from './engine-text.ts';
import { turn } from './fake-calls.ts';

/** The engine cuts longer lines into pieces of this many bytes. */
const pieceBytes = 16_384;
/** Entries in one batch. */
const batchEntries = 64;

/** The engine's own clock: nanosecond stamps that never repeat, and so that text order is time order. */
export class EngineClock {
  private last = 0n;
  /** How much it is ahead of the host's, in ms: a virtual machine's after a sleep. */
  offsetMs = 0;
  private readonly now: () => number;

  /** Unix milliseconds. */
  constructor(now: () => number = () => Date.now()) {
    this.now = now;
  }

  get ms(): number {
    return this.now() + this.offsetMs;
  }

  stamp(): string {
    const next = BigInt(Math.floor(this.ms)) * 1_000_000n;
    this.last = next > this.last ? next : this.last + 1_000n;
    const seconds = new Date(Number(this.last / 1_000_000n)).toISOString().slice(0, 19);
    return `${seconds}.${(this.last % 1_000_000_000n).toString().padStart(9, '0')}Z`;
  }
}

export interface FakeLogOptions {
  clock: EngineClock;
  /** Bytes of one file of the log as it is on disk. */
  maxFileBytes: number;
  maxFiles: number;
}

interface Line {
  bytes: Buffer;
  /** Time of the line's first piece; null while nothing of it was written. */
  time: string | null;
}

/**
 * One container's json-file log: an entry for each line, written when the line ends, when 16 KiB of it are there, or when the run
 * ends; files of a bounded size, the oldest dropped.
 */
export class FakeLog {
  private readonly options: FakeLogOptions;
  private readonly lines = new Map<StreamName, Line>();
  private files: { entries: LogEntry[]; bytes: number }[] = [{ entries: [], bytes: 0 }];
  /** Written by the program, but not by the engine yet. */
  private lagging: LogEntry[] | null = null;
  private readonly followers = new Set<{ waiting: LogEntry[]; wake: () => void }>();
  private broken: Error | null = null;
  private breakAfter = 0;
  private isRunning = false;

  constructor(options: FakeLogOptions) {
    this.options = options;
  }

  begin(): void {
    this.isRunning = true;
  }

  write(stream: StreamName, data: Buffer): void {
    const line = this.lines.get(stream) ?? { bytes: Buffer.alloc(0), time: null };
    this.lines.set(stream, line);
    line.bytes = Buffer.concat([line.bytes, data]);
    for (;;) {
      const end = line.bytes.subarray(0, pieceBytes).indexOf(0x0a);
      if (end < 0 && line.bytes.length < pieceBytes) return;
      this.cut(stream, line, end < 0 ? pieceBytes : end + 1);
      if (end >= 0) line.time = null;
    }
  }

  /** The run has ended: what has no newline is written as it is, and who follows has all. */
  end(): void {
    for (const [stream, line] of this.lines)
      if (line.bytes.length > 0) this.cut(stream, line, line.bytes.length);
    this.lines.clear();
    this.isRunning = false;
    for (const follower of this.followers) follower.wake();
  }

  private cut(stream: StreamName, line: Line, length: number): void {
    line.time ??= this.options.clock.stamp();
    const data = Buffer.from(line.bytes.subarray(0, length));
    line.bytes = line.bytes.subarray(length);
    const entry = { stream, time: line.time, data: engineText(data) };
    if (this.lagging) this.lagging.push(entry);
    else this.store(entry);
  }

  private store(entry: LogEntry): void {
    const { maxFileBytes, maxFiles } = this.options;
    let file = this.files.at(-1);
    if (!file || file.bytes >= maxFileBytes) {
      file = { entries: [], bytes: 0 };
      this.files.push(file);
      this.files = this.files.slice(-maxFiles);
    }
    file.entries.push(entry);
    const { stream, time, data } = entry;
    file.bytes += JSON.stringify({ log: data.toString(), stream, time }).length + 1;
    for (const follower of this.followers) {
      follower.waiting.push(entry);
      follower.wake();
    }
  }

  /** From now on the engine writes nothing, until `catchUp`. */
  lag(): void {
    this.lagging ??= [];
  }

  catchUp(): void {
    const late = this.lagging ?? [];
    this.lagging = null;
    for (const entry of late) this.store(entry);
  }

  /** Every read fails after `entries` entries, until `mend`. */
  break(error: Error, entries = 0): void {
    this.broken = error;
    this.breakAfter = entries;
    for (const follower of this.followers) follower.wake();
  }

  mend(): void {
    this.broken = null;
  }

  /** The oldest entries are gone, as after a rotation; `keep` of the newest stay. */
  dropOldest(keep: number): void {
    const all = this.files.flatMap(({ entries }) => entries);
    this.files = [{ entries: keep === 0 ? [] : all.slice(-keep), bytes: 0 }];
  }

  async *read(query: EngineLogQuery, signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    const follower = { waiting: this.select(query), wake: (): void => {} };
    const follows = query.follow && this.isRunning;
    if (follows) this.followers.add(follower);
    let given = 0;
    try {
      for (;;) {
        await turn();
        if (signal.aborted) return;
        if (this.broken && given >= this.breakAfter) throw this.broken;
        const most = this.broken ? this.breakAfter - given : batchEntries;
        const batch = follower.waiting.splice(0, Math.min(most, batchEntries));
        given += batch.length;
        if (batch.length > 0) yield batch;
        else if (!follows || !this.isRunning) return;
        else await this.news(follower, signal);
      }
    } finally {
      this.followers.delete(follower);
    }
  }

  private select({ tail, since }: EngineLogQuery): LogEntry[] {
    const all = this.files.flatMap(({ entries }) => entries);
    const last = tail === undefined ? all : tail === 0 ? [] : all.slice(-tail);
    return last.filter(({ time }) => since === undefined || time >= since);
  }

  private news(follower: { waiting: LogEntry[]; wake: () => void }, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      follower.wake = wake;
      signal.addEventListener('abort', wake, { once: true });
      if (follower.waiting.length > 0 || !this.isRunning || this.broken || signal.aborted) wake();
    });
  }
}
