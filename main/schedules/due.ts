import type { ScheduleDefinition } from '../../shared/model/schedule.ts';
import type { CronTimes } from './cron.ts';

const minuteMs = 60_000;
/** A time that is no longer past than this (ms) is due, not missed: looks are a minute apart at most. */
export const graceMs = 2 * minuteMs;
/**
 * A clock that is set back by no more than this (ms) comes to times again that were handled, and nothing is due until it is beyond them. Set
 * back further it was wrong before, and counts anew.
 */
export const smallStepBackMs = 3 * 60 * minuteMs;
/** More missed times than that aren't counted. */
export const maxCounted = 100;

export interface DueQuestion {
  /** Unix ms. */
  now: number;
  /** All that was due up to then has been handled; Unix ms. */
  handledTo: number;
  /** How much earlier than its time a run begins, since it warns first; ms. */
  leadMs: number;
  times: Pick<CronTimes, 'next'>;
  rules: Pick<ScheduleDefinition, 'missed' | 'missed_limit'>;
}

export interface DueAnswer {
  /** What is handled with this. */
  handledTo: number;
  /** The time (Unix ms) of a run to be begun now; null: none. */
  run: number | null;
  /** Times that passed and aren't made up for: the first and the last of them, and how many (`maxCounted`: that many or more). */
  missed: { first: number; last: number; count: number } | null;
}

/** What is due of a schedule. Pure: each time is answered once, as a run or as missed, whatever the clock did meanwhile. */
export function whatIsDue({ now, handledTo, leadMs, times, rules }: DueQuestion): DueAnswer {
  const reached = now + leadMs;
  if (handledTo > reached) {
    const isSmall = handledTo - reached <= smallStepBackMs;
    return { handledTo: isSmall ? handledTo : reached, run: null, missed: null };
  }
  const past = timesBetween(times, handledTo, reached);
  const last = past.at(-1);
  if (last === undefined) return { handledTo, run: null, missed: null };
  const late = reached - last;
  const limit = rules.missed === 'run_once' ? Math.max(rules.missed_limit * minuteMs, graceMs) : graceMs;
  const run = late <= limit ? last : null;
  const missed = run === null ? past : past.slice(0, -1);
  const [first] = missed;
  return {
    handledTo: last,
    run,
    missed:
      first === undefined
        ? null
        : { first, last: missed.at(-1) ?? first, count: Math.min(missed.length, maxCounted) },
  };
}

/** The times after `from` up to `to`, oldest first. Of more than `maxCounted` the oldest ones and the last two. */
function timesBetween(times: Pick<CronTimes, 'next'>, from: number, to: number): number[] {
  const found: number[] = [];
  let at = times.next(from);
  while (at !== null && at <= to && found.length < maxCounted) {
    found.push(at);
    at = times.next(at);
  }
  if (at === null || at > to) return found;
  return [...found, ...lastTwo(times, from, to)];
}

/** Looks back from `to` in growing steps, since the way from `from` can be a year of minutes. */
function lastTwo(times: Pick<CronTimes, 'next'>, from: number, to: number): number[] {
  for (let back = minuteMs; ; back *= 2) {
    const found: number[] = [];
    const start = Math.max(from, to - back);
    for (let at = times.next(start); at !== null && at <= to; at = times.next(at)) found.push(at);
    if (found.length >= 2 || start === from) return found.slice(-2);
  }
}
