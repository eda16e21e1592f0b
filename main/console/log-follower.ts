import type { LogEntry } from '../docker/contract.ts';
import type { EngineLogReader } from './engine-log-reader.ts';

/** An attachment is worth opening when what is new in the log can be read within this, in ms: meanwhile its text has to wait. */
const nearMs = 1000;
/** Readings after which it is opened all the same. */
const mostReadings = 8;
/** Fewer new entries are little enough to follow the log from there. */
const fewEntries = 2000;
/** So much is taken from following it before its end is read again, in bytes: far less than a file of the log. */
const mostFollowed = 2 * 1024 * 1024;

export interface LogFollowerOptions {
  reader: EngineLogReader;
  take: (entries: LogEntry[]) => void;
  /** The attachment has taken over: nothing more is wanted. */
  isLive: () => boolean;
  /** The log was rotated past what was read of it; told once. */
  onHole: () => void;
  signal: AbortSignal;
}

/**
 * Reads on in the log of a container that runs, behind what was there at first. While much is new it reads what is there, again and
 * again, each time from the log's end: that is exact however fast the log is rotated, and each time less. Only then it is followed.
 */
export class LogFollower {
  private readonly options: LogFollowerOptions;
  private isHoleTold = false;
  /** It reads what the log has just now. */
  isReading = false;
  private following: AbortController | null = null;

  constructor(options: LogFollowerOptions) {
    this.options = options;
  }

  /** Resolves when so little is new that an attachment can wait for it. */
  async approach(): Promise<void> {
    const { reader, signal } = this.options;
    for (let count = 0; count < mostReadings && reader.nextMs > nearMs && !signal.aborted; count += 1)
      await this.readNews();
  }

  /** Until it is live (false), or the container has ended and all is read (true). Rejects if the log can't be read. */
  async follow(): Promise<boolean> {
    const { isLive, signal } = this.options;
    let hasEnded = false;
    while (!isLive() && !signal.aborted) {
      const count = await this.readNews();
      if (hasEnded) return true;
      if (count < fewEntries && !isLive()) hasEnded = await this.followOn();
    }
    return false;
  }

  /** The attachment brings text, and the log none: look what it has. */
  lookAgain(): void {
    this.following?.abort();
  }

  private async readNews(): Promise<number> {
    const { reader, isLive, signal } = this.options;
    let count = 0;
    this.isReading = true;
    try {
      for await (const entries of reader.news(signal)) {
        this.take(entries);
        if (isLive()) break;
        count += entries.length;
      }
    } finally {
      this.isReading = false;
    }
    return count;
  }

  /** True if the container has ended. */
  private async followOn(): Promise<boolean> {
    const { reader, isLive, signal } = this.options;
    const following = new AbortController();
    this.following = following;
    let bytes = 0;
    try {
      for await (const entries of reader.following(AbortSignal.any([signal, following.signal]))) {
        this.take(entries);
        if (isLive()) return false;
        for (const { data } of entries) bytes += data.length;
        if (bytes > mostFollowed) return false;
      }
    } finally {
      this.following = null;
    }
    return !signal.aborted && !following.signal.aborted;
  }

  private take(entries: LogEntry[]): void {
    const { reader, onHole, take } = this.options;
    if (reader.lostPlace && !this.isHoleTold) {
      this.isHoleTold = true;
      onHole();
    }
    take(entries);
  }
}
