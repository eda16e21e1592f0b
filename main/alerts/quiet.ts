import type { Quiet } from '../../shared/model/alert.ts';
import { Zone } from '../lib/zone.ts';

const minuteMs = 60_000;
const dayMinutes = 1440;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Whether it is within the quiet hours at that moment (Unix ms), by the clocks of their zone; the first minute is, the last isn't. */
export function isQuiet({ from, to, time_zone }: Quiet, now: number): boolean {
  const wall = Math.floor(new Zone(time_zone).wallAt(now) / minuteMs);
  const minute = ((wall % dayMinutes) + dayMinutes) % dayMinutes;
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
}
