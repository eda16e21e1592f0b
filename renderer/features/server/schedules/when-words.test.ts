import { afterEach, expect, test } from 'vitest';
import { whenWords as hostWords } from '../../../../shared/model/usual-times.ts';
import { speak } from '../../../../shared/texts/messages.ts';
import de from './texts/when-words.de.json';
import { previewedMoment, weekdayName, whenWords } from './when-words.ts';

afterEach(() => speak({ locale: 'en', rooms: null }));
const german = (): void => speak({ locale: 'de-DE', rooms: { 'features/server/schedules/when-words': de } });

const expressions = [
  '* * * * *',
  '*/15 * * * *',
  '0 * * * *',
  '5 */6 * * *',
  '0 4 * * *',
  '30 22 * * 1',
  '30 22 * * 1,3,5',
  '0 4 * * 0,1,2,3,4,5,6',
  '0 4 1 * *',
  '0 4 L * *',
  '1-5 4 * * *',
];

test.each(expressions)('in English %s is told as by the host, as a sentence', (cron) => {
  const said = hostWords(cron);
  expect(whenWords(cron)).toBe(said.charAt(0).toUpperCase() + said.slice(1));
});

test.each([
  ['* * * * *', 'Jede Minute'],
  ['5 */6 * * *', 'Alle 6 Stunden zur Minute 5'],
  ['0 4 * * *', 'Täglich um 04:00 Uhr'],
  ['30 22 * * 1,3,5', 'Jeden Montag, Mittwoch und Freitag um 22:30 Uhr'],
  ['0 4 L * *', 'Am letzten Tag jedes Monats um 04:00 Uhr'],
])('in German %s is „%s“', (cron, said) => {
  german();
  expect(whenWords(cron)).toBe(said);
});

test('days have names in the language of the page', () => {
  expect(weekdayName(1, 'short')).toBe('Mon');
  german();
  expect(weekdayName(1, 'short')).toBe('Mo');
});

test('a moment is told on the clocks of its zone; the host’s words stand in for a zone that the browser lacks', () => {
  const at = Date.UTC(2026, 10, 30, 3);
  expect(previewedMoment(at, 'Europe/Berlin', '')).toContain('04:00');
  expect(previewedMoment(at, 'Nowhere/At_all', 'Mon 30 Nov')).toBe('Mon 30 Nov');
});
