import { pause } from '../lib/pause.ts';
import type { RunClock } from './contract.ts';

/** The longest timer, in ms: timers stand still while the machine sleeps. */
export const longestTimerMs = 60_000;

export function createRunClock(now: () => number): RunClock {
  return {
    now,
    async pause(ms, signal) {
      let left = ms;
      while (left > 0 && !signal.aborted) {
        const slice = Math.min(left, longestTimerMs);
        const began = now();
        await pause(slice, { signal });
        left -= Math.max(slice, now() - began);
      }
    },
  };
}
