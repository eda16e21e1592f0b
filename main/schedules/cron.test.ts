import { describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { CronTimes } from './cron.ts';

const times = (cron: string, timeZone: string, from: string, count: number): string[] =>
  new CronTimes({ cron, timeZone })
    .following(Date.parse(from), count)
    .map((at) => new Date(at).toISOString().slice(0, 16));

describe('W2: a time of day that the clocks skip is due once, at the change', () => {
  test('in the middle of it, and at both of its ends', () => {
    const from = '2026-03-28T12:00Z';
    expect(times('30 2 * * *', 'Europe/Berlin', from, 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
    expect(times('0 2 * * *', 'Europe/Berlin', from, 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:00']);
    expect(times('0 3 * * *', 'Europe/Berlin', from, 2)).toEqual(['2026-03-29T01:00', '2026-03-30T01:00']);
  });

  test('several of them, and one that is due anyway, come as one', () => {
    const from = '2026-03-28T12:00Z';
    expect(times('15,45 2,3 * * *', 'Europe/Berlin', from, 4)).toEqual([
      '2026-03-29T01:00',
      '2026-03-29T01:15',
      '2026-03-29T01:45',
      '2026-03-30T00:15',
    ]);
    expect(times('*/20 * * * *', 'Europe/Berlin', '2026-03-29T00:30Z', 4)).toEqual([
      '2026-03-29T00:40',
      '2026-03-29T01:00',
      '2026-03-29T01:20',
      '2026-03-29T01:40',
    ]);
  });

  test('where the change is half an hour, and where it is a day', () => {
    expect(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', 2)).toEqual([
      '2026-10-03T15:30',
      '2026-10-04T15:15',
    ]);
    // Samoa had no 30 December 2011.
    expect(times('0 12 * * *', 'Pacific/Apia', '2011-12-29T12:00Z', 3)).toEqual([
      '2011-12-29T22:00',
      '2011-12-30T10:00',
      '2011-12-30T22:00',
    ]);
  });
});

describe('W2: a time of day that comes twice', () => {
  test('is due at its first', () => {
    const from = '2026-10-24T12:00Z';
    expect(times('30 2 * * *', 'Europe/Berlin', from, 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    // Asked between both.
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:45Z', 1)).toEqual(['2026-10-26T01:30']);
    expect(times('0 */2 * * *', 'Europe/Berlin', '2026-10-24T22:30Z', 2)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T03:00',
    ]);
    expect(times('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00Z', 2)).toEqual([
      '2026-04-04T14:45',
      '2026-04-05T15:15',
    ]);
  });

  test('every hour, and more often, goes by the hours that pass', () => {
    expect(times('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30Z', 4)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ]);
    expect(times('*/30 * * * *', 'America/New_York', '2026-11-01T05:15Z', 5)).toEqual([
      '2026-11-01T05:30',
      '2026-11-01T06:00',
      '2026-11-01T06:30',
      '2026-11-01T07:00',
      '2026-11-01T07:30',
    ]);
  });
});

test('days by number, by name, the last of a month, and 29 February', () => {
  expect(times('0 4 L * *', 'UTC', '2027-02-01T00:00Z', 1)).toEqual(['2027-02-28T04:00']);
  expect(times('0 4 * * sun', 'UTC', '2027-02-01T00:00Z', 1)).toEqual(['2027-02-07T04:00']);
  expect(times('0 4 29 2 *', 'UTC', '2027-02-01T00:00Z', 1)).toEqual(['2028-02-29T04:00']);
  // As cron has it: either of both days.
  expect(times('0 4 13 * 5', 'UTC', '2027-02-10T00:00Z', 3)).toEqual([
    '2027-02-12T04:00',
    '2027-02-13T04:00',
    '2027-02-19T04:00',
  ]);
  expect(times('0 0 30 2 *', 'UTC', '2027-02-01T00:00Z', 1)).toEqual([]);
});

test.each([
  ['', /^cron: must have five fields/],
  ['* * * *', /^cron: must have five fields/],
  ['0 0 4 * * *', /^cron: must have five fields/],
  ['@daily', /^cron: must have five fields/],
  ['0 4 * * *; rm', /^cron: must have five fields/],
  ['61 * * * *', /^cron: invalid value for minute: 61/],
  ['0 4 * * 9', /^cron: invalid value for dayOfWeek/],
  ['*/0 * * * *', /^cron: .*stepping/],
  ['0 4 31-1 * *', /^cron: from value is larger/],
  ['a b c d e', /^cron: /],
])('what is no expression is refused in words: %s', (cron, words) => {
  const make = () => new CronTimes({ cron, timeZone: 'UTC' });
  expect(make).toThrow(words);
  expect(make).toThrow(LightdeckError);
});

test('a zone that nobody knows is refused in words', () => {
  expect(() => new CronTimes({ cron: '* * * * *', timeZone: 'Mars/Base' })).toThrow(
    /^time_zone: Mars\/Base is no/,
  );
});
