import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells processor time to programs in hundredths of a second, on every machine. */
const ticksPerSecond = 100;

/** Processor seconds (user and system, all threads) that a process has used so far. Linux only. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in brackets may hold blanks: fields are counted from behind it, the third one first.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export interface Memory {
  residentMb: number;
  /** The highest value of its life. */
  peakMb: number;
}

export function memory(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  const megabytes = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024) / 1e6;
  return { residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}

/** Memory that a process shares with nobody, in MB: of a program with large libraries that is what it costs itself. Needs root for another user's. */
export function privateMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)];
  return (kilobytes.reduce((sum, [, amount]) => sum + Number(amount), 0) * 1024) / 1e6;
}

/** The engine's own processes; the small keepers of each container are left out, they sleep. */
export function enginePids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && ['dockerd', 'containerd'].includes(commandName(name)))
    .map(Number);
}

function commandName(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Processor seconds of several processes together. Throws when one has ended: what it used is not known any more. */
export function totalCpu(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      return sum + cpuSeconds(pid);
    } catch (error) {
      throw new Error(`process ${pid} ended while it was measured (was the engine restarted?)`, {
        cause: error,
      });
    }
  }, 0);
}

export interface Load {
  seconds: number;
  /** Processor seconds used meanwhile, in the order of the given groups. */
  cpu: number[];
}

/** What groups of processes use while `work` runs. */
export async function measure(groups: number[][], work: () => Promise<void>): Promise<Load> {
  const before = groups.map(totalCpu);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  return { seconds, cpu: groups.map((pids, index) => totalCpu(pids) - (before[index] ?? 0)) };
}

export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The value below which the share `p` (0–1) of all values lies; NaN of none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/**
 * The system's clock in milliseconds with a resolution of microseconds, which Node has not: found by watching the
 * millisecond change a few times. Time stamps that another program took from the same clock can be compared with it.
 */
export class FineClock {
  private offset = Number.NEGATIVE_INFINITY;

  constructor() {
    this.calibrate();
  }

  /** To be called again every minute or so: the system's clock may be steered. */
  calibrate(): void {
    let best = Number.NEGATIVE_INFINITY;
    for (let round = 0; round < 5; round += 1) {
      const start = Date.now();
      while (Date.now() === start);
      // What interrupts us here makes the offset too small, never too large.
      best = Math.max(best, Date.now() - performance.now());
    }
    this.offset = best;
  }

  now(): number {
    return performance.now() + this.offset;
  }
}
