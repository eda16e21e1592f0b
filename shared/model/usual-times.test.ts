import { expect, test } from 'vitest';
import { cronOf, type UsualTime, usualHours, usualMinutes, usualTime, whenWords } from './usual-times.ts';

test.each([
  ['* * * * *', 'every minute'],
  ['*/10 * * * *', 'every 10 minutes'],
  ['0 * * * *', 'every hour'],
  ['5 */6 * * *', 'every 6 hours at minute 5'],
  ['0 4 * * *', 'every day at 04:00'],
  ['30 2 * * 1', 'every Monday at 02:30'],
  ['30 2 * * 7,1,5', 'every Sunday, Monday and Friday at 02:30'],
  ['0 0 * * 0,1,2,3,4,5,6', 'every day at 00:00'],
  ['0 3 L * *', 'on the last day of each month at 03:00'],
  ['0 3 31 * *', 'on day 31 of each month at 03:00'],
  // No usual cases.
  ['*/7  * * * *', 'at */7 * * * *'],
  ['0 4 * * 1-5', 'at 0 4 * * 1-5'],
  ['0 4 1 * 1', 'at 0 4 1 * 1'],
  ['0 4 * 6 *', 'at 0 4 * 6 *'],
  ['61 4 * * *', 'at 61 4 * * *'],
])('%s is %s', (cron, words) => {
  expect(whenWords(cron)).toBe(words);
});

test('what was picked is recognised again', () => {
  const times: UsualTime[] = [
    ...usualMinutes.map((every) => ({ kind: 'minutes' as const, every })),
    ...usualHours.map((every) => ({ kind: 'hours' as const, every, minute: 59 })),
    { kind: 'daily', hour: 23, minute: 0 },
    { kind: 'weekly', days: [0, 3], hour: 0, minute: 5 },
    { kind: 'monthly', day: 1, hour: 12, minute: 30 },
    { kind: 'monthly', day: 'L', hour: 12, minute: 30 },
  ];
  for (const time of times) expect(usualTime(cronOf(time))).toEqual(time);
});
