import type { LogEntry } from '../docker/contract.ts';
import type { LogAnchor } from './contract.ts';

/** So many entries must stand after an anchor's, all newer than it, before it is trusted: those of two streams may be a little out of order. */
const leastEntries = 20;
const lineFeed = 0x0a;

/**
 * Finds anchors in a log that is being read from a known place on: the first entry of a batch if it is newer than all before it, once
 * enough entries stand after it.
 * Entries of an unfinished or split line end an attempt, since their times are not in order. Pure.
 */
export class PassedAnchor {
  private candidate: LogAnchor | null = null;
  /** The newest time of all entries until now. */
  private newest = '';
  private count = 0;

  /** Before a batch is taken: `place` is how much of each stream's text came before it, null while that is not certain. */
  begin(entries: readonly LogEntry[], place: Omit<LogAnchor, 'time'> | null): void {
    if (place === null) this.candidate = null;
    const time = entries[0]?.time;
    if (place === null || this.candidate !== null || time === undefined || time <= this.newest) return;
    this.candidate = { time, stdout: place.stdout, stderr: place.stderr };
    this.count = 0;
  }

  /** After the batch was taken: the anchor, if it is certain now; each is returned once. */
  end(entries: readonly LogEntry[]): LogAnchor | null {
    for (const { time } of entries) if (time > this.newest) this.newest = time;
    return this.confirm(entries);
  }

  private confirm(entries: readonly LogEntry[]): LogAnchor | null {
    const { candidate } = this;
    if (candidate === null) return null;
    for (const { data, time } of entries) {
      const isFirst = this.count === 0;
      if (data.at(-1) !== lineFeed || (isFirst ? time < candidate.time : time <= candidate.time)) {
        this.candidate = null;
        return null;
      }
      this.count += 1;
      if (this.count < leastEntries) continue;
      this.candidate = null;
      return candidate;
    }
    return null;
  }
}
