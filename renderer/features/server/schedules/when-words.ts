import { usualTime } from '../../../../shared/model/usual-times.ts';
import { zonedMoment } from '../../../../shared/model/zoned-moment.ts';
import { locale, textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/when-words.en.json';

const t = textsOf('features/server/schedules/when-words', en);

/** A Sunday, from which days of the week are counted. */
const sunday = Date.UTC(2023, 0, 1);

/** A day of the week by its number, from 0, Sunday. */
export const weekdayName = (day: number, style: 'short' | 'long'): string =>
  new Intl.DateTimeFormat(locale(), { weekday: style, timeZone: 'UTC' }).format(sunday + day * 86_400_000);

const clock = (hour: number, minute: number): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

const listed = (names: readonly string[]): string =>
  names.length < 2
    ? names.join('')
    : t('list', { others: names.slice(0, -1).join(', '), last: names.at(-1) ?? '' });

/** When a cron expression is due, as a sentence without its stop (`Every day at 04:00`); one that is no usual case is told as it is. */
export function whenWords(cron: string): string {
  const time = usualTime(cron);
  switch (time?.kind) {
    case undefined:
      return t('cron', { cron: cron.trim().replace(/\s+/g, ' ') });
    case 'minutes':
      return t('minutes', { count: time.every });
    case 'hours':
      return time.minute === 0
        ? t('hours', { count: time.every })
        : t('hoursAt', { count: time.every, minute: time.minute });
    case 'daily':
      return t('daily', { time: clock(time.hour, time.minute) });
    case 'weekly': {
      const at = clock(time.hour, time.minute);
      const days = listed(time.days.map((day) => weekdayName(day, 'long')));
      return time.days.length === 7 ? t('daily', { time: at }) : t('weekly', { days, time: at });
    }
    case 'monthly': {
      const at = clock(time.hour, time.minute);
      return time.day === 'L' ? t('lastDay', { time: at }) : t('monthly', { day: time.day, time: at });
    }
  }
}

/** A moment (Unix ms) on the clocks of a zone, with its day; `known`: the host's words for it, where the browser lacks that zone. */
export function previewedMoment(at: number, timeZone: string, known: string): string {
  try {
    return zonedMoment(at, timeZone, locale());
  } catch {
    return known;
  }
}
