import type { Crash } from '../../shared/model/crash.ts';

const weekMs = 7 * 86_400_000;
/** How many must agree before something is called a habit. */
const least = 3;
/** Runs are called equally long if they differ from the middle one by no more than this: a share, or ms. */
const spread = { share: 0.2, ms: 3000 };

/**
 * How an end stands to the earlier ones of its server: `third time in a week, always about 2 minutes after the start`. Null for the first of
 * its kind. `all` may hold it and later ones. Pure.
 */
export function compareCrash(crash: Crash, all: readonly Crash[]): string | null {
  const alike = all.filter(
    (other) => other.at <= crash.at && crash.at - other.at <= weekMs && likeness(other) === likeness(crash),
  );
  if (alike.length < 2) return null;
  const habit = alike.length >= least ? habitOf(alike) : null;
  const count = `${ordinal(alike.length)} time in a week`;
  return habit === null ? count : `${count}, ${habit}`;
}

/** What makes two ends the same for people: their cause, else how they looked. */
function likeness({ kind, cause, code, signal }: Crash): string {
  return cause === null ? `${kind} ${code} ${signal}` : `${kind} ${cause.id}`;
}

function habitOf(alike: readonly Crash[]): string | null {
  if (alike.every(({ was_ready, kind }) => !was_ready && kind === 'crash')) {
    const after = runHabit(alike);
    return after === null ? 'always before it was up' : `${after}, before it was up`;
  }
  return runHabit(alike);
}

function runHabit(alike: readonly Crash[]): string | null {
  const runs = alike.map(({ at, started_at }) => (started_at === null ? null : Math.max(0, at - started_at)));
  const known = runs.filter((ms) => ms !== null).sort((a, b) => a - b);
  const middle = known[Math.floor(known.length / 2)];
  if (middle === undefined || known.length < runs.length) return null;
  const most = Math.max(spread.ms, middle * spread.share);
  if (known.some((ms) => Math.abs(ms - middle) > most)) return null;
  return middle < 5000 ? 'always right after the start' : `always about ${roughly(middle)} after the start`;
}

export function roughly(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

const words = [
  '',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];
function ordinal(count: number): string {
  const word = words[count];
  if (word !== undefined) return word;
  const ending =
    count % 100 >= 11 && count % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}
