/** The cases that most people want, which can be picked instead of writing a cron expression. Hours 0–23, minutes 0–59. */
export type UsualTime =
  | { kind: 'minutes'; every: number }
  | { kind: 'hours'; every: number; minute: number }
  | { kind: 'daily'; hour: number; minute: number }
  /** `days` from 0, Sunday, to 6; at least one, rising. */
  | { kind: 'weekly'; days: readonly number[]; hour: number; minute: number }
  /** `day` from 1 to 31, or `L` for the last one. */
  | { kind: 'monthly'; day: number | 'L'; hour: number; minute: number };

/** Steps that fit into an hour and into a day without a rest. */
export const usualMinutes = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30] as const;
export const usualHours = [1, 2, 3, 4, 6, 8, 12] as const;
export const weekdays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

export function cronOf(time: UsualTime): string {
  switch (time.kind) {
    case 'minutes':
      return time.every === 1 ? '* * * * *' : `*/${time.every} * * * *`;
    case 'hours':
      return `${time.minute} ${time.every === 1 ? '*' : `*/${time.every}`} * * *`;
    case 'daily':
      return `${time.minute} ${time.hour} * * *`;
    case 'weekly':
      return `${time.minute} ${time.hour} * * ${time.days.join(',')}`;
    case 'monthly':
      return `${time.minute} ${time.hour} ${time.day} * *`;
  }
}

const number = (text: string, least: number, most: number): number | null => {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return value >= least && value <= most ? value : null;
};

/** The step of `*` and of `*` with a step; null for anything else. */
const stepOf = (text: string): number | null => {
  if (text === '*') return 1;
  const found = /^\*\/(\d{1,2})$/.exec(text);
  return found ? Number(found[1]) : null;
};

const has = (list: readonly number[], value: number): boolean => list.includes(value);

/** The usual case that a cron expression is, if it is one. */
export function usualTime(cron: string): UsualTime | null {
  const [minutes = '', hours = '', day = '', month = '', weekday = '', ...rest] = cron.trim().split(/\s+/);
  if (month !== '*' || rest.length > 0) return null;
  const minute = number(minutes, 0, 59);
  const hour = number(hours, 0, 23);
  const everyDay = day === '*' && weekday === '*';
  if (minute === null) {
    const every = stepOf(minutes);
    return every !== null && has(usualMinutes, every) && hours === '*' && everyDay
      ? { kind: 'minutes', every }
      : null;
  }
  if (hour === null) {
    const every = stepOf(hours);
    return every !== null && has(usualHours, every) && everyDay ? { kind: 'hours', every, minute } : null;
  }
  if (everyDay) return { kind: 'daily', hour, minute };
  if (day === '*') {
    const days = weekday.split(',').map((text) => number(text, 0, 7));
    if (days.some((value) => value === null)) return null;
    const known = new Set(days.map((value) => (value ?? 0) % 7));
    return { kind: 'weekly', days: [...known].sort((a, b) => a - b), hour, minute };
  }
  if (weekday !== '*') return null;
  const date = day === 'L' ? day : number(day, 1, 31);
  return date === null ? null : { kind: 'monthly', day: date, hour, minute };
}

const clock = (hour: number, minute: number): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** A cron expression in words, as `every day at 04:00`; one that is no usual case is told as it is. */
export function whenWords(cron: string): string {
  const time = usualTime(cron);
  switch (time?.kind) {
    case undefined:
      return `at ${cron.trim().replace(/\s+/g, ' ')}`;
    case 'minutes':
      return time.every === 1 ? 'every minute' : `every ${time.every} minutes`;
    case 'hours': {
      const every = time.every === 1 ? 'every hour' : `every ${time.every} hours`;
      return time.minute === 0 ? every : `${every} at minute ${time.minute}`;
    }
    case 'daily':
      return `every day at ${clock(time.hour, time.minute)}`;
    case 'weekly':
      return time.days.length === 7
        ? `every day at ${clock(time.hour, time.minute)}`
        : `every ${list(time.days.map((day) => weekdays[day] ?? ''))} at ${clock(time.hour, time.minute)}`;
    case 'monthly':
      return `on ${time.day === 'L' ? 'the last day' : `day ${time.day}`} of each month at ${clock(time.hour, time.minute)}`;
  }
}
