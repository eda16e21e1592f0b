import {
  maxDelay,
  maxLateMinutes,
  maxWarningMinutes,
  maxWarnings,
  type Schedule,
  type ScheduleActionName,
  type ScheduleDefinition,
  type ScheduleStep,
} from '../../../../shared/model/schedule.ts';
import { cronOf, type UsualTime, usualTime } from '../../../../shared/model/usual-times.ts';
import { isWithin } from '../../../ui/mistakes.ts';
import type { KeyedRow } from '../../../ui/rows.ts';
import { strings } from './strings.ts';

export interface StepDraft extends KeyedRow {
  action: ScheduleActionName;
  delay: number | '';
  goOn: boolean;
  command: string;
  warns: boolean;
  /** Of a backup. */
  stops: boolean;
  minutes: string;
  /** Null: what fits the game. */
  warning: string | null;
}

/** When it is due, in each of the ways in which it can be picked: what was typed into one is there again when one comes back to it. */
export interface WhenDraft {
  kind: UsualTime['kind'] | 'cron';
  everyMinutes: number;
  everyHours: number;
  minute: number | '';
  /** As a field for times has it: `04:00`. */
  time: string;
  days: number[];
  day: string;
  cron: string;
}

export interface ScheduleDraft {
  name: string;
  when: WhenDraft;
  timeZone: string;
  steps: StepDraft[];
  onlyRunning: boolean;
  onlyEmpty: boolean;
  missed: Schedule['missed'];
  missedLimit: number | '';
}

/** All that the form decides, as it is sent. */
export type ScheduleBody = Omit<ScheduleDefinition, 'enabled'>;

/** Of a schedule that makes up for nothing it doesn't matter; in minutes. */
const usualLimit = 60;

const usual: WhenDraft = {
  kind: 'daily',
  everyMinutes: 10,
  everyHours: 1,
  minute: 0,
  time: '04:00',
  days: [1],
  day: '1',
  cron: '0 4 * * *',
};

export const newStep = (key: number, action: ScheduleActionName): StepDraft => ({
  key,
  action,
  delay: 0,
  goOn: false,
  command: '',
  warns: false,
  stops: false,
  minutes: '10, 5, 1',
  warning: null,
});

export function newDraft(timeZone: string, action: ScheduleActionName): ScheduleDraft {
  return {
    name: '',
    when: usual,
    timeZone,
    steps: [{ ...newStep(0, action), warns: action === 'restart' }],
    onlyRunning: true,
    onlyEmpty: false,
    missed: 'skip',
    missedLimit: usualLimit,
  };
}

export function draftOf(schedule: Schedule): ScheduleDraft {
  return {
    name: schedule.name,
    when: whenOf(schedule.cron),
    timeZone: schedule.time_zone,
    steps: schedule.steps.map(stepOf),
    onlyRunning: schedule.conditions.running,
    onlyEmpty: schedule.conditions.empty,
    missed: schedule.missed,
    missedLimit: schedule.missed_limit,
  };
}

function stepOf(step: ScheduleStep, key: number): StepDraft {
  const draft: StepDraft = {
    ...newStep(key, step.action),
    delay: step.delay,
    goOn: step.continue_on_failure,
    command: step.action === 'command' ? step.command : '',
    stops: step.action === 'backup' && step.stop,
  };
  const warnings = 'warnings' in step ? step.warnings : null;
  if (!warnings) return draft;
  return { ...draft, warns: true, minutes: warnings.minutes.join(', '), warning: warnings.command };
}

const clock = (hour: number, minute: number): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

export function whenOf(cron: string): WhenDraft {
  const time = usualTime(cron);
  const base: WhenDraft = { ...usual, cron };
  switch (time?.kind) {
    case undefined:
      return { ...base, kind: 'cron' };
    case 'minutes':
      return { ...base, kind: 'minutes', everyMinutes: time.every };
    case 'hours':
      return { ...base, kind: 'hours', everyHours: time.every, minute: time.minute };
    case 'daily':
      return { ...base, kind: 'daily', time: clock(time.hour, time.minute) };
    case 'weekly':
      return { ...base, kind: 'weekly', time: clock(time.hour, time.minute), days: [...time.days] };
    case 'monthly':
      return { ...base, kind: 'monthly', time: clock(time.hour, time.minute), day: String(time.day) };
  }
}

/** The cron expression that was picked; null where something in it is missing. */
export function cronOfDraft(when: WhenDraft): string | null {
  if (when.kind === 'cron') return when.cron;
  if (when.kind === 'minutes') return cronOf({ kind: 'minutes', every: when.everyMinutes });
  if (when.kind === 'hours') {
    return when.minute === '' || !isWithin(when.minute, 0, 59)
      ? null
      : cronOf({ kind: 'hours', every: when.everyHours, minute: when.minute });
  }
  const found = /^(\d{2}):(\d{2})/.exec(when.time);
  if (!found) return null;
  const at = { hour: Number(found[1]), minute: Number(found[2]) };
  if (when.kind === 'daily') return cronOf({ kind: 'daily', ...at });
  if (when.kind === 'monthly')
    return cronOf({ kind: 'monthly', day: when.day === 'L' ? 'L' : Number(when.day), ...at });
  return when.days.length === 0
    ? null
    : cronOf({ kind: 'weekly', days: [...when.days].sort((a, b) => a - b), ...at });
}

/** `10, 5, 1` as numbers; null where it isn't that. */
export function minutesOf(text: string): number[] | null {
  const words = text.split(',').map((word) => word.trim());
  const minutes = words
    .filter((word) => word !== '')
    .map((word) => (/^\d{1,3}$/.test(word) ? Number(word) : 0));
  const isGood =
    minutes.length > 0 &&
    minutes.length <= maxWarnings &&
    minutes.every((minute) => isWithin(minute, 1, maxWarningMinutes)) &&
    new Set(minutes).size === minutes.length;
  return isGood ? minutes : null;
}

export const canWarn = (action: ScheduleActionName): action is 'stop' | 'restart' =>
  action === 'stop' || action === 'restart';

/** What is wrong with it, by the host's name of the field. Null for those that are right. */
export function problemsOfDraft(draft: ScheduleDraft): Record<string, string | null> {
  const { when } = draft;
  const timed = when.kind === 'daily' || when.kind === 'weekly' || when.kind === 'monthly';
  const problems: Record<string, string | null> = {
    name: draft.name.trim() === '' ? strings.mustBeNamed : null,
    cron: null,
    time_zone: null,
    minute: when.kind === 'hours' && !isWithin(when.minute, 0, 59) ? strings.badMinute : null,
    time: timed && !/^\d{2}:\d{2}/.test(when.time) ? strings.badTime : null,
    days: when.kind === 'weekly' && when.days.length === 0 ? strings.noDay : null,
    missed_limit:
      draft.missed === 'run_once' && !isWithin(draft.missedLimit, 1, maxLateMinutes)
        ? strings.badLimit
        : null,
  };
  for (const [index, step] of draft.steps.entries()) {
    const at = `steps.${index}`;
    const warns = canWarn(step.action) && step.warns;
    const isEmpty = step.action === 'command' && step.command.trim() === '';
    problems[`${at}.command`] = isEmpty ? strings.mustBeText : null;
    problems[`${at}.delay`] = isWithin(step.delay, 0, maxDelay) ? null : strings.badDelay;
    problems[`${at}.warnings.minutes`] =
      warns && minutesOf(step.minutes) === null ? strings.badMinutes : null;
    problems[`${at}.warnings.command`] =
      warns && step.warning !== null && step.warning.trim() === '' ? strings.mustBeText : null;
  }
  return problems;
}

/** As it is sent. Only for a draft without problems. `say`: how this game tells players something, with `{text}` in it. */
export function bodyOf(draft: ScheduleDraft, say: string): ScheduleBody {
  return {
    name: draft.name.trim(),
    cron: cronOfDraft(draft.when) ?? '',
    time_zone: draft.timeZone,
    steps: draft.steps.map((step) => sentStep(step, say)),
    conditions: { running: draft.onlyRunning, empty: draft.onlyEmpty },
    missed: draft.missed,
    missed_limit: isWithin(draft.missedLimit, 1, maxLateMinutes) ? Number(draft.missedLimit) : usualLimit,
  };
}

export const warningOf = ({ action, warning }: StepDraft, say: string): string =>
  warning ?? strings.warnDefault(say, action === 'stop' ? 'stop' : 'restart');

export function sentStep(step: StepDraft, say: string): ScheduleStep {
  const common = { delay: Number(step.delay), continue_on_failure: step.goOn };
  switch (step.action) {
    case 'command':
      return { action: step.action, ...common, command: step.command };
    case 'start':
    case 'kill':
    case 'check':
    case 'rehearsal':
    case 'update':
      return { action: step.action, ...common };
    case 'backup':
      return { action: step.action, ...common, stop: step.stops };
    case 'stop':
    case 'restart': {
      const warnings = { minutes: minutesOf(step.minutes) ?? [], command: warningOf(step, say) };
      return { action: step.action, ...common, warnings: step.warns ? warnings : null };
    }
  }
}
