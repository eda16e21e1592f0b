import { Scope } from '../lib/scope.ts';
import type { CronTimes } from './cron.ts';
import { type DueAnswer, whatIsDue } from './due.ts';
import { longestTimerMs } from './run-clock.ts';
import type { StoredSchedule } from './schedule-table.ts';

/** After a look that could not be written down the next one comes so much later, in ms. */
const failedPauseMs = 5000;
/** Schedules whose next time is looked for in one turn, after the start; finding one takes up to a millisecond. */
const firstLooks = 50;

/** A schedule as the timekeeper sees it. `next`: the first time that isn't handled, null for none; undefined: not looked for yet. */
export interface Timed {
  stored: StoredSchedule;
  times: CronTimes;
  leadMs: number;
  next: number | null | undefined;
}

export interface TimekeeperOptions {
  /** Unix ms. */
  now: () => number;
  /** All that are switched on. */
  timed: () => Iterable<Timed>;
  /** Writes it down and begins it, all or nothing; false if it can't be written now: it is asked again. */
  handle: (timed: Timed, answer: DueAnswer) => boolean;
  /** What should not happen: that schedule is looked at again, and all others go on. */
  onError: (error: unknown) => void;
}

/**
 * Looks at the clock on the wall when the next schedule is due, and once a minute: so a machine that slept, and a clock that was set, are found
 * out. Timers tell nothing but that it is worth a look.
 */
export class Timekeeper {
  private readonly options: TimekeeperOptions;
  private readonly scope = new Scope();
  private cancel: () => void = () => {};
  private isRunning = false;
  private lastLook = Number.NEGATIVE_INFINITY;

  constructor(options: TimekeeperOptions) {
    this.options = options;
  }

  start(): void {
    this.isRunning = true;
    this.look();
  }

  /** Looks now, if it has begun: before something is changed, and after that, since the next time may be another one. */
  reconsider(): void {
    if (this.isRunning) this.look();
  }

  close(): void {
    this.isRunning = false;
    this.scope.close();
  }

  /** Handles all that is due now. */
  look(): void {
    const now = this.options.now();
    // Times that are near may be far now, or handled.
    const wentBack = now < this.lastLook;
    this.lastLook = now;
    let pause = longestTimerMs;
    let looks = 0;
    for (const timed of [...this.options.timed()]) {
      if (timed.next === undefined) looks += 1;
      if (looks > firstLooks) {
        pause = 0;
        break;
      }
      const isDone = this.tryToLookAt(timed, now, wentBack);
      pause = Math.min(pause, isDone ? untilBegin(timed, now) : failedPauseMs);
    }
    this.wait(pause);
  }

  private tryToLookAt(timed: Timed, now: number, wentBack: boolean): boolean {
    try {
      return this.lookAt(timed, now, wentBack);
    } catch (error) {
      this.options.onError(error);
      return false;
    }
  }

  /** False: something is due that can't be written down. */
  private lookAt(timed: Timed, now: number, wentBack: boolean): boolean {
    const { stored, times, leadMs, next } = timed;
    const isNear = next === undefined || (next !== null && next - leadMs <= now);
    if (!isNear && !wentBack) return true;
    const { handled_to: handledTo, definition } = stored;
    const answer = whatIsDue({ now, handledTo, leadMs, times, rules: definition });
    const isNews = answer.run !== null || answer.missed !== null || answer.handledTo !== handledTo;
    if (isNews && !this.options.handle(timed, answer)) return false;
    timed.next = times.next(timed.stored.handled_to);
    return true;
  }

  private wait(ms: number): void {
    this.cancel();
    this.cancel = this.scope.timeout(() => this.look(), ms);
  }
}

function untilBegin({ next, leadMs }: Timed, now: number): number {
  return next === null || next === undefined ? longestTimerMs : Math.max(0, next - leadMs - now);
}
