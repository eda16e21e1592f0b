import { describe, expect, test } from 'vitest';
import { createSchedule } from '../../../../shared/http/schedules.ts';
import type { Schedule } from '../../../../shared/model/schedule.ts';
import {
  bodyOf,
  cronOfDraft,
  draftOf,
  minutesOf,
  newDraft,
  newStep,
  problemsOfDraft,
  whenOf,
} from './draft.ts';

const schedule: Schedule = {
  id: 'a',
  name: 'nightly',
  cron: '30 2 * * 0,6',
  time_zone: 'Europe/Berlin',
  enabled: true,
  steps: [
    { action: 'command', delay: 5, continue_on_failure: true, command: 'save-all' },
    { action: 'kill', delay: 0, continue_on_failure: false },
    {
      action: 'restart',
      delay: 0,
      continue_on_failure: false,
      warnings: { minutes: [5, 1], command: 'x {time}' },
    },
    { action: 'stop', delay: 0, continue_on_failure: false, warnings: null },
    { action: 'backup', delay: 0, continue_on_failure: false, stop: true },
    { action: 'rehearsal', delay: 0, continue_on_failure: false },
    { action: 'update', delay: 0, continue_on_failure: false },
  ],
  conditions: { running: true, empty: false },
  missed: 'run_once',
  missed_limit: 15,
  when: '',
  next_run: null,
  last_run: null,
  operation: null,
  created_at: 0,
  updated_at: 0,
};

const wrong = (draft: Parameters<typeof problemsOfDraft>[0]): string[] =>
  Object.entries(problemsOfDraft(draft)).flatMap(([field, problem]) => (problem === null ? [] : [field]));

describe('the form of a schedule', () => {
  test('one that is opened and saved is as it was', () => {
    const { name, cron, time_zone, steps, conditions, missed, missed_limit } = schedule;
    const draft = draftOf(schedule);
    expect(wrong(draft)).toEqual([]);
    expect(bodyOf(draft, 'say {text}')).toEqual({
      name,
      cron,
      time_zone,
      steps,
      conditions,
      missed,
      missed_limit,
    });
  });

  test.each([
    '*/5 * * * *',
    '* * * * *',
    '7 */3 * * *',
    '0 * * * *',
    '0 4 * * *',
    '0 4 31 * *',
    '0 4 L * *',
    '1 2 * * 1-5',
    'x',
  ])('its time %s is picked or written, and stays', (cron) => {
    expect(cronOfDraft(whenOf(cron))).toBe(cron);
  });

  test('a new one warns in the words of its game, and is taken by the host once it has a name', () => {
    const draft = newDraft('UTC', 'restart');
    expect(wrong(draft)).toEqual(['name']);
    const body = bodyOf({ ...draft, name: ' nightly ' }, 'broadcast "{text}"');
    expect(body).toMatchObject({
      name: 'nightly',
      cron: '0 4 * * *',
      steps: [{ warnings: { minutes: [10, 5, 1], command: 'broadcast "The server restarts in {time}."' } }],
    });
    expect(createSchedule.body.safeParse(body).success).toBe(true);
  });

  test('what is wrong is found at its field, and only where it counts', () => {
    const draft = newDraft('UTC', 'command');
    const bad = { ...newStep(1, 'stop'), warns: true, minutes: '0', warning: ' ', delay: 1.5 };
    expect(
      wrong({
        ...draft,
        name: 'a',
        steps: [newStep(0, 'command'), bad],
        missed: 'run_once',
        missedLimit: '',
      }),
    ).toEqual([
      'missed_limit',
      'steps.0.command',
      'steps.1.delay',
      'steps.1.warnings.minutes',
      'steps.1.warnings.command',
    ]);
    expect(
      wrong({ ...draft, name: 'a', steps: [{ ...bad, delay: 0, action: 'kill' }], missedLimit: '' }),
    ).toEqual([]);
    const when = { ...draft.when, time: '', days: [], minute: 60 };
    const at = (kind: typeof when.kind) =>
      wrong({ ...draft, name: 'a', steps: [newStep(0, 'start')], when: { ...when, kind } });
    expect([at('daily'), at('weekly'), at('hours'), at('cron')]).toEqual([
      ['time'],
      ['time', 'days'],
      ['minute'],
      [],
    ]);
  });

  test('minutes of warnings', () => {
    expect(minutesOf('10,5, 1')).toEqual([10, 5, 1]);
    expect(minutesOf('120')).toEqual([120]);
    for (const text of ['', 'x', '0', '121', '5, 5', '1.5', '1,2,3,4,5,6,7,8,9,10,11'])
      expect(minutesOf(text)).toBeNull();
  });
});
