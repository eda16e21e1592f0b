import { describe, expect, onTestFinished, test } from 'vitest';
import type { ScheduleDefinition } from '../../shared/model/schedule.ts';
import { rounds } from '../../tests/support/lane.ts';
import { CronTimes } from './cron.ts';
import { type DueAnswer, maxCounted } from './due.ts';
import { type Timed, Timekeeper } from './timekeeper.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Rules extends Pick<ScheduleDefinition, 'time_zone' | 'missed' | 'missed_limit'> {
  leadMs: number;
}

/** Schedules that differ in their expressions alone, a clock that is moved by hand, and what came of each look. */
function openYear(from: string, crons: string[], rules: Partial<Rules> = {}) {
  const clock = { now: Date.parse(from) };
  const { leadMs = 0, ...more } = rules;
  const timed = crons.map((cron): Timed => {
    const definition: ScheduleDefinition = {
      name: cron,
      cron,
      time_zone: 'UTC',
      enabled: true,
      steps: [{ action: 'start', delay: 0, continue_on_failure: false }],
      conditions: { running: false, empty: false },
      missed: 'skip',
      missed_limit: 60,
      ...more,
    };
    const stored = { id: cron, server: 's', definition, handled_to: clock.now, created_at: 0, updated_at: 0 };
    const times = new CronTimes({ cron, timeZone: definition.time_zone });
    return { stored, times, leadMs, next: undefined };
  });
  const runs: { cron: string; planned: number; at: number }[] = [];
  const missed: NonNullable<DueAnswer['missed']>[] = [];
  let storeFails = false;
  const errors: unknown[] = [];
  let broken: string | null = null;
  const keeper = new Timekeeper({
    now: () => clock.now,
    timed: () => timed,
    handle: ({ stored }, answer) => {
      if (storeFails) return false;
      if (stored.id === broken) throw new Error('broken');
      stored.handled_to = answer.handledTo;
      if (answer.run !== null) runs.push({ cron: stored.id, planned: answer.run, at: clock.now });
      if (answer.missed) missed.push(answer.missed);
      return true;
    },
    onError: (error) => void errors.push(error),
  });
  onTestFinished(() => keeper.close());
  return {
    runs,
    missed,
    clock,
    errors,
    breakOne(cron: string | null) {
      broken = cron;
    },
    setStoreFails(fails: boolean) {
      storeFails = fails;
    },
    look: () => keeper.look(),
    /** Lets so much time go by, with a look every minute at some second of it. */
    live(ms: number) {
      const end = clock.now + ms;
      while (clock.now < end) {
        clock.now = Math.min(end, clock.now + minute);
        keeper.look();
      }
    },
    runsOf: (cron: string) => runs.filter((run) => run.cron === cron).map(({ planned }) => planned),
    planned: () => runs.map(({ planned }) => new Date(planned).toISOString().slice(0, 16)),
  };
}

/** How clocks of a zone show it. */
const clockOf = (timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'] as const;

/** The stretches of a year in which clocks are changed, north and south; and the year. */
const stretches = [
  { from: '2026-02-27T12:00:17Z', days: 42 },
  { from: '2026-09-25T12:00:17Z', days: 42 },
];
const year = { from: '2026-01-01T12:00:17Z', days: 365 };
/** Each cron expression, and how many runs it has in so many days. */
const expected: [string, (days: number) => number][] = [
  ['30 2 * * *', (days) => days],
  ['45 1 * * *', (days) => days],
  ['0 4 * * *', (days) => days],
  ['30 2 * * 0', (days) => Math.floor(days / 7)],
];
const lastOfMonth = '0 3 L * *';

/** Clocks of half an hour are tried whole; a year of minutes takes a second or two. */
test.each(zones)('W2: a year in %s, looked at once a minute: every run once, none twice', (zone) => {
  const small = zone === 'Australia/Lord_Howe' ? year.days : 84;
  const days = rounds(`schedules, a year in ${zone}`, small, year.days, 'days');
  for (const stretch of days === year.days ? [year] : stretches) lookEachMinute(zone, stretch);
});

function lookEachMinute(zone: string, { from, days }: typeof year): void {
  const crons = [...expected.map(([cron]) => cron), lastOfMonth, '0 * * * *'];
  const host = openYear(from, crons, { time_zone: zone });
  host.live(days * day);
  const clock = clockOf(zone);
  expect([host.missed, host.errors]).toEqual([[], []]);
  expect(Math.max(...host.runs.map(({ planned, at }) => at - planned))).toBeLessThanOrEqual(minute);
  for (const [cron, count] of expected) {
    const seen = host.runsOf(cron).map((planned) => clock.format(planned).slice(0, 10));
    expect([cron, seen.length, new Set(seen).size]).toEqual([cron, count(days), count(days)]);
    // All but those of a time that was skipped are at their time of day.
    const [minutes, hours] = cron.split(' ');
    const time = `${hours?.padStart(2, '0')}:${minutes?.padStart(2, '0')}`;
    const others = host.runsOf(cron).filter((planned) => !clock.format(planned).endsWith(time));
    expect(others.length).toBeLessThanOrEqual(1);
  }
  if (days === year.days) expect(host.runsOf(lastOfMonth)).toHaveLength(12);
  const hourly = host.runsOf('0 * * * *');
  const gaps = hourly.slice(1).map((planned, index) => planned - (hourly[index] ?? 0));
  // Where clocks are set by half an hour, the hours are not as long as an hour there.
  expect(gaps.filter((gap) => gap !== hour).length).toBeLessThanOrEqual(
    zone === 'Australia/Lord_Howe' ? 4 : 0,
  );
  expect(hourly.length).toBeGreaterThanOrEqual(days * 24);
}

describe('W3: times that passed while nothing could run', () => {
  test('a machine that slept: skipped and told, or made up for once, within the limit', () => {
    const sleep = (rules: Partial<Rules>, ms: number) => {
      const host = openYear('2026-06-01T12:00:00Z', ['0 * * * *'], rules);
      host.live(hour);
      host.clock.now += ms;
      host.look();
      host.look();
      return host;
    };
    const skipping = sleep({}, 5 * hour + 30 * minute);
    expect(skipping.planned()).toEqual(['2026-06-01T13:00']);
    expect(skipping.missed).toMatchObject([{ count: 5, last: Date.parse('2026-06-01T18:00Z') }]);
    const making = sleep({ missed: 'run_once', missed_limit: 30 }, 5 * hour + 30 * minute);
    expect(making.planned()).toEqual(['2026-06-01T13:00', '2026-06-01T18:00']);
    expect(making.missed).toMatchObject([{ count: 4, last: Date.parse('2026-06-01T17:00Z') }]);
    const tooLate = sleep({ missed: 'run_once', missed_limit: 30 }, 5 * hour + 31 * minute);
    expect(tooLate.planned()).toEqual(['2026-06-01T13:00']);
    expect(tooLate.missed).toMatchObject([{ count: 5 }]);
    // Two minutes are no sleep.
    const short = openYear('2026-06-01T12:59:00Z', ['0 * * * *']);
    short.clock.now += 3 * minute;
    short.look();
    expect(short.planned()).toEqual(['2026-06-01T13:00']);
  });

  test('a night that a change of the clocks was in', () => {
    const host = openYear('2026-03-28T12:00:00Z', ['30 2 * * *'], {
      time_zone: 'Europe/Berlin',
      missed: 'run_once',
      missed_limit: 600,
    });
    host.clock.now = Date.parse('2026-03-29T08:00:00Z');
    host.look();
    host.live(2 * day);
    expect(host.planned()).toEqual(['2026-03-29T01:00', '2026-03-30T00:30', '2026-03-31T00:30']);
    expect(host.missed).toEqual([]);
  });

  test('a host that was off for a year has nothing to count for long', () => {
    const host = openYear('2026-01-01T00:00:30Z', ['* * * * *'], { missed: 'run_once' });
    host.clock.now += 400 * day;
    host.look();
    expect(host.runs).toHaveLength(1);
    expect(host.runs[0]?.planned).toBe(Math.floor(host.clock.now / minute) * minute);
    expect(host.missed).toMatchObject([{ count: maxCounted, last: (host.runs[0]?.planned ?? 0) - minute }]);
  });

  test('what can’t be written down is not begun, and begun once when it can', () => {
    const host = openYear('2026-06-01T12:59:00Z', ['0 * * * *']);
    host.setStoreFails(true);
    host.live(2 * minute);
    expect(host.runs).toEqual([]);
    host.setStoreFails(false);
    host.live(2 * minute);
    expect(host.planned()).toEqual(['2026-06-01T13:00']);
    host.setStoreFails(true);
    host.live(70 * minute);
    host.setStoreFails(false);
    host.live(2 * minute);
    expect(host.planned()).toEqual(['2026-06-01T13:00']);
    expect(host.missed).toMatchObject([{ count: 1 }]);
  });
});

describe('W4: clocks that are set', () => {
  test('back by up to three hours: nothing comes twice', () => {
    for (const back of [10 * minute, hour, 3 * hour]) {
      const host = openYear('2026-06-01T08:00:00Z', ['*/10 * * * *']);
      host.live(4 * hour);
      host.clock.now -= back;
      host.live(5 * hour);
      const times = host.runs.map(({ planned }) => planned);
      expect(new Set(times).size).toBe(times.length);
      expect(times.length).toBe((9 * 60 - back / minute) / 10);
      expect(host.missed).toEqual([]);
    }
  });

  test('back by more: it was wrong before, and schedules go on at once', () => {
    const host = openYear('2036-06-01T08:00:00Z', ['0 * * * *']);
    host.live(2 * hour);
    host.clock.now = Date.parse('2026-06-01T08:30:00Z');
    host.live(2 * hour);
    expect(host.planned().slice(2)).toEqual(['2026-06-01T09:00', '2026-06-01T10:00']);
  });

  test('ahead: what was jumped over is missed', () => {
    const host = openYear('2026-06-01T08:30:00Z', ['0 * * * *']);
    host.clock.now += 2 * hour;
    host.live(hour);
    expect(host.planned()).toEqual(['2026-06-01T11:00']);
    expect(host.missed).toMatchObject([{ count: 2 }]);
  });
});

test('W5: a run that warns first begins that much earlier, for its own time', () => {
  const host = openYear('2026-06-01T00:00:00Z', ['0 4 * * *'], { leadMs: 10 * minute });
  host.live(2 * day);
  expect(host.runs.map(({ at }) => new Date(at).toISOString().slice(11, 16))).toEqual(['03:50', '03:50']);
  expect(host.planned()).toEqual(['2026-06-01T04:00', '2026-06-02T04:00']);
});

test('more schedules than are looked at in one turn, and one that breaks: all others go on, and that one is asked again', () => {
  const crons = Array.from(
    { length: 120 },
    (_, index) => `${index % 60} ${5 + Math.floor(index / 60)} * * *`,
  );
  const host = openYear('2026-06-01T00:00:00Z', crons);
  const [first = ''] = crons;
  host.breakOne(first);
  host.live(day);
  expect(new Set(host.runs.map(({ cron }) => cron))).toEqual(new Set(crons.slice(1)));
  expect(host.errors.length).toBeGreaterThan(1);
  host.breakOne(null);
  host.live(day);
  expect(host.runsOf(first)).toEqual([Date.parse('2026-06-02T05:00:00Z')]);
  expect(host.missed).toMatchObject([{ count: 1, last: Date.parse('2026-06-01T05:00:00Z') }]);
});
