import type { StreamName } from '../docker/contract.ts';
import { timeMs } from '../docker/log-time.ts';
import type { Scope } from '../lib/scope.ts';
import type { StreamSync } from './stream-sync.ts';

/** No text from any source for this long counts as silence. */
const quietMs = 300;
const tickMs = 50;
/** It is tried after so much text of the log, too, in bytes: its window holds some times more, and nothing may go through it unseen. */
const triedBytes = 256 * 1024;
/**
 * A stream that is silent goes over without proof when the log is read so far beyond the place where another went over, in ms by the
 * log's own times: what it said before then must be in there.
 */
const settleMs = 2000;
/** The log is looked at anew if it has brought nothing for so long while the attachment has, in ms. */
const stallMs = 1000;

export interface HandOverOptions {
  syncs: ReadonlyMap<StreamName, StreamSync>;
  /** There is an attachment, and it is not the only source of all streams yet. */
  isDue: () => boolean;
  /** What the log has just now is being read: that it brings nothing is no silence. */
  isReading: () => boolean;
  /** The attachment brings text, and the log none. */
  onStalled: () => void;
  scope: Scope;
}

/**
 * Tries again and again whether the streams can go over from the log to the attachment. Nothing ticks while nothing comes: that may
 * be for days.
 */
export class HandOver {
  private readonly options: HandOverOptions;
  private isTicking = false;
  private lastTextAt = 0;
  private lastLogAt = 0;
  /** How much was passed on when it was last tried. */
  private triedAt = 0;
  /** Time of the log's newest entry, and what it was when the first stream went over. */
  private logTime = '';
  private overAt: string | null = null;

  constructor(options: HandOverOptions) {
    this.options = options;
  }

  /** `time`: the newest entry's. */
  logCame(time: string): void {
    this.logTime = time;
    this.lastTextAt = Date.now();
    this.lastLogAt = this.lastTextAt;
    this.soon();
    if (this.fed() - this.triedAt >= triedBytes) this.attempt();
  }

  liveCame(): void {
    this.lastTextAt = Date.now();
    this.soon();
  }

  soon(): void {
    if (this.isTicking) return;
    this.isTicking = true;
    this.options.scope.timeout(() => {
      this.isTicking = false;
      this.attempt();
    }, tickMs);
  }

  private attempt(): void {
    const { syncs, isDue, isReading, onStalled } = this.options;
    this.triedAt = this.fed();
    if (!isDue()) return;
    const now = Date.now();
    const quiet = now - this.lastTextAt >= quietMs && !isReading();
    for (const [name, sync] of syncs) {
      const settle = quiet || (sync.mode === 'passing' && this.isSettled());
      sync.tryLive(now, quiet, name === 'stderr' && settle);
    }
    if (this.overAt === null && [...syncs.values()].some(({ mode }) => mode === 'live'))
      this.overAt = this.logTime;
    const isWaiting = [...syncs.values()].some((sync) => sync.mode !== 'live' && sync.hasWaiting);
    if (isWaiting && now - this.lastLogAt >= stallMs) {
      this.lastLogAt = now;
      onStalled();
    }
    if (!quiet || isWaiting) this.soon();
  }

  private isSettled(): boolean {
    return this.overAt !== null && timeMs(this.logTime) - timeMs(this.overAt) >= settleMs;
  }

  private fed(): number {
    let fed = 0;
    for (const sync of this.options.syncs.values()) fed += sync.fed;
    return fed;
  }
}
