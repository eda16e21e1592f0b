import { alignLive } from './align-live.ts';
import { locate, matchesAt } from './locate.ts';
import { type LogRun, LogWindow } from './log-window.ts';

/** How much log text may be looked through beyond the counted place before the count is trusted all the same. */
const lookAhead = 256 * 1024;
/** An unfinished line that the attachment brought is shown after this long, although the log can't confirm its place. */
const unfinishedLineMs = 250;
/** In so much of a log whose beginning is gone the history's end is looked for, in bytes; the window holds more. */
const recogniseWithin = 512 * 1024;
/** As much of the history's end must be there as it stands; less could be anything. */
const recogniseBy = { most: 1024, least: 64 };
/** Text of the attachment that waits for its place to be found, in bytes. */
export const maxWaiting = 4 * 1024 * 1024;

export interface StreamSyncOptions {
  /** Log position of the first text that the log reader will bring. */
  logStart: number;
  /** Text bytes of this stream that the history has. */
  consumed: number;
  /** The end of what the history has of this stream; null where nobody knows (then the count alone decides). */
  tail: Buffer | null;
  deliver: (text: Buffer, fed: number) => void;
}

/**
 * One stream (stdout, stderr, or a terminal's) on its way from the history's end over the engine's log to the live
 * attachment, without a hole and without a repetition:
 * *seeking* (the log has not reached our end yet), *passing* (log text is delivered), *live* (the attachment's is).
 */
export class StreamSync {
  mode: 'seeking' | 'passing' | 'live' = 'seeking';
  /** Log position after the last byte delivered; what the journal keeps as consumed. */
  fed: number;
  private readonly options: StreamSyncOptions;
  private readonly window: LogWindow;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private attachedAt: string | null = null;
  private waitingSince: number | null = null;
  /** What the attachment is still to bring although the log was delivered as far, in bytes: on a busy machine the log can be ahead. */
  private ahead = 0;
  private isStartGone = false;
  /** The place by count was looked at, and the text there is not what the history ends with. */
  private isElsewhere = false;

  constructor(options: StreamSyncOptions) {
    this.options = options;
    this.fed = options.consumed;
    this.window = new LogWindow(options.logStart);
  }

  /** True when the attachment brought more than may wait; the caller attaches anew. */
  get overflown(): boolean {
    return this.waitingBytes > maxWaiting;
  }

  /** The attachment has brought text whose place is not known yet. */
  get hasWaiting(): boolean {
    return this.waitingBytes > 0;
  }

  /**
   * Log position after the last text that the log brought, where counting leads to it: not while the place is being looked for beyond
   * the count, and not once it is live.
   */
  get logEnd(): number | null {
    const { end } = this.window;
    if (this.mode === 'passing') return end;
    return this.mode === 'seeking' && !this.isStartGone && end <= this.fed ? end : null;
  }

  /** Text of the next log entry. */
  fromLog(text: Buffer, time: string): void {
    this.fromLogRun({ text, ends: [text.length], times: [time] });
  }

  /** The next log entries, which are delivered together: one by one they would cost several times as much. */
  fromLogRun(run: LogRun): void {
    if (this.mode === 'live') return;
    this.window.push(run);
    if (this.mode === 'seeking') this.seek('flows');
    else this.pass();
  }

  /**
   * The log no longer has the place at which reading was to begin: it was rotated past it, so counting leads nowhere. What it has is
   * new, but for what the history's end can be recognised in.
   */
  startIsGone(): void {
    this.isStartGone = true;
  }

  /** The log has nothing more: at the moment, or (`hasEnded`) at all. */
  logIdle(hasEnded: boolean): void {
    if (this.mode === 'seeking') this.seek(hasEnded ? 'ended' : 'idle');
  }

  attached(at: string): void {
    this.attachedAt = at;
    this.waiting = [];
    this.waitingBytes = 0;
    this.waitingSince = null;
  }

  /** `text` is good until the end of this turn, and so is what is delivered. */
  fromAttachment(text: Buffer, now: number): void {
    if (text.length === 0) return;
    if (this.mode === 'live') {
      this.takeLive(text);
      return;
    }
    // A copy: what it lies in is read into again.
    this.waiting.push(Buffer.from(text));
    this.waitingBytes += text.length;
    this.waitingSince ??= now;
  }

  /**
   * Tries to go over to the attachment. `quiet`: no source brought anything for a while. `settle`: a stream of which
   * the attachment has brought nothing may go over without proof (stderr, which hardly ever has an unfinished line).
   */
  tryLive(now: number, quiet: boolean, settle: boolean): boolean {
    if (this.mode === 'live') return true;
    if (this.attachedAt === null) return false;
    const live = Buffer.concat(this.waiting);
    this.waiting = live.length > 0 ? [live] : [];
    if (live.length === 0) return settle && this.goLive(live, this.fed);
    const position = alignLive({ live, window: this.window, attachedAt: this.attachedAt, quiet });
    if (position !== null) return this.goLive(live, position);
    const unfinished = !live.includes(0x0a) && quiet && now - (this.waitingSince ?? now) >= unfinishedLineMs;
    return unfinished && this.goLive(live, this.fed);
  }

  private goLive(live: Buffer, position: number): boolean {
    // The log never skips: what it delivered reaches at least to where the attachment began.
    const known = this.fed - position;
    if (known < 0) return false;
    this.mode = 'live';
    this.waiting = [];
    this.waitingBytes = 0;
    this.ahead = known;
    this.takeLive(live);
    return true;
  }

  private takeLive(text: Buffer): void {
    const known = Math.min(this.ahead, text.length);
    this.ahead -= known;
    if (known === text.length) return;
    this.fed += text.length - known;
    this.options.deliver(text.subarray(known), this.fed);
  }

  private pass(): void {
    const text = this.window.textFrom(this.fed);
    if (text.length === 0) return;
    this.fed = this.window.end;
    this.options.deliver(text, this.fed);
  }

  /** Looks for the end of what the history has; from there on log text is delivered. */
  private seek(log: 'flows' | 'idle' | 'ended'): void {
    const { consumed, tail } = this.options;
    const { window } = this;
    const { start, end } = window;
    if (this.isStartGone) {
      if (tail !== null && log === 'flows' && end - start < recogniseWithin) return;
      this.found(start + (tail === null ? 0 : lengthUpTo(tail, window.textFrom(start))));
      return;
    }
    if (consumed === 0 || tail === null) {
      if (end >= consumed) this.found(Math.max(consumed, start));
      return;
    }
    if (end >= consumed && !this.isElsewhere) {
      const from = Math.max(start, consumed - tail.length);
      if (matchesAt(window.textFrom(from, consumed), from, tail, consumed)) {
        this.found(consumed);
        return;
      }
      this.isElsewhere = true;
    }
    if (log === 'flows' && end < consumed + lookAhead) return;
    if (end < consumed && this.isLate(tail, consumed - end, log === 'ended')) return;
    const text = window.textFrom(start);
    this.found(locate(text, start, tail, consumed) ?? Math.max(start, Math.min(consumed, end)));
  }

  /**
   * The log's end is before our place, and what we have beyond it is still to come. While the container runs that may be any text,
   * since the log lags behind the attachment; when it has ended only an unfinished line: the engine logs whole ones.
   */
  private isLate(tail: Buffer, missing: number, hasEnded: boolean): boolean {
    if (missing > tail.length) return !hasEnded;
    const known = tail.length - missing;
    if (hasEnded && tail.subarray(known).includes(0x0a)) return false;
    const { start, end } = this.window;
    const from = Math.max(start, end - known);
    // Nothing to compare with is no evidence that anything was lost.
    if (known === 0 || end === start) return !hasEnded;
    return matchesAt(this.window.textFrom(from), from, tail.subarray(0, known), end);
  }

  private found(position: number): void {
    this.mode = 'passing';
    this.fed = position;
    this.pass();
  }
}

/** How much of `text` ends with what `tail` ends with; 0 if that is nowhere in it. */
function lengthUpTo(tail: Buffer, text: Buffer): number {
  const needle = tail.subarray(-recogniseBy.most);
  if (needle.length < recogniseBy.least) return 0;
  const at = text.lastIndexOf(needle);
  return at < 0 ? 0 : at + needle.length;
}
