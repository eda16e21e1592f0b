import { locale, textsOf } from '../../shared/texts/messages.ts';
import en from './texts/format.en.json';

// Sizes and times in words, the same everywhere. Numbers in tabular figures are the caller's (class `figures`).

const t = textsOf('ui/format', en);

/** What stands between a number and its fraction. */
const point =
  new Intl.NumberFormat(locale()).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';

/** A number with so many digits behind the point, which is a comma in German; no groups. */
const fixed = (value: number, digits: number): string => value.toFixed(digits).replace('.', point);

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A number with all of its digits and no groups: `1.5`, in German `1,5`. */
export const plainNumber = (value: number): string => String(value).replace('.', point);

/** `1.5 GiB`; three digits at most. */
export function bytes(value: number): string {
  let rest = Math.max(0, value);
  let unit = 0;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
  return `${fixed(rest, digits)} ${units[unit]}`;
}

export const perSecond = (value: number | null): string =>
  value === null ? '–' : t('perSecond', { amount: bytes(value) });

/** CPU in percent, 100 for each core. */
export const percent = (value: number): string =>
  t('percent', { value: value < 10 ? fixed(value, 1) : Math.round(value) });

const steps: [number, (count: number) => string][] = [
  [86_400, (count) => t('days', { count })],
  [3600, (count) => t('hours', { count })],
  [60, (count) => t('minutes', { count })],
  [1, (count) => t('seconds', { count })],
];

/** `3 d 4 h`, `12 min 5 s`: the two largest units of a time in milliseconds, or as many as are asked for. */
export function duration(ms: number, most = 2): string {
  let seconds = Math.max(0, Math.floor(ms / 1000));
  const parts: string[] = [];
  for (const [size, inWords] of steps) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0 || (parts.length === 0 && size === 1)) parts.push(inWords(count));
    else if (parts.length > 0) break;
    if (parts.length === most) break;
  }
  return parts.join(' ');
}

const sameDay = new Intl.DateTimeFormat(locale(), { timeStyle: 'short' });
const otherDay = new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' });

/** A moment (Unix milliseconds): the time alone if it is today's. */
export function moment(at: number, now: number = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return (isToday ? sameDay : otherDay).format(at);
}

const withSeconds = new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' });
const otherDayWithSeconds = new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' });

/** As `moment`, with seconds. */
export function clockTime(at: number, now: number = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return (isToday ? withSeconds : otherDayWithSeconds).format(at);
}

const full = new Intl.DateTimeFormat(locale(), {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

/** A moment (Unix milliseconds, or as ISO 8601) with its day, year and seconds, whatever day it is. */
export const fullMoment = (at: number | string): string => full.format(new Date(at));
