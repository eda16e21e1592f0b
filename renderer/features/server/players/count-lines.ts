import type { Column } from '../console/history.ts';

interface CountPoint {
  at: number;
  online: number;
  most: number;
}

/** Counts as two lines, each in its step's middle; a step that nobody knows of is a gap. `step` and `to` in seconds. Pure. */
export function countLines(
  points: readonly CountPoint[],
  { step, to }: { step: number; to: number },
): { average: Column; peak: Column; highest: number | null } {
  const times: number[] = [];
  const average: (number | null)[] = [];
  const peak: (number | null)[] = [];
  let highest: number | null = null;
  let last: number | null = null;
  for (const { at, online, most } of points) {
    if (last !== null && at - last > step) {
      times.push((last + step * 1.5) * 1000);
      average.push(null);
      peak.push(null);
    }
    times.push(Math.min(at + step / 2, to) * 1000);
    average.push(online);
    peak.push(most);
    highest = Math.max(highest ?? 0, most);
    last = at;
  }
  return { average: { times, values: average }, peak: { times, values: peak }, highest };
}
