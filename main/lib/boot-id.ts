import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

const bootIdFile = '/proc/sys/kernel/random/boot_id';
/** Two estimates of one boot differ by no more than this, in ms: the clock is set now and then. */
const clockSlackMs = 120_000;

export interface BootIdOptions {
  readFile?: (path: string) => string;
  /** Unix milliseconds. */
  now?: () => number;
  /** Seconds since the machine's start. */
  uptime?: () => number;
}

/**
 * Names the machine's present boot: the kernel's own id where it has one (Linux), else `at:` and the time of the boot in Unix
 * milliseconds, as it can be told from the clock.
 */
export function currentBoot(options: BootIdOptions = {}): string {
  const { readFile = (path: string) => readFileSync(path, 'utf8'), now = Date.now } = options;
  try {
    const id = readFile(bootIdFile).trim();
    if (id !== '') return id;
  } catch {
    // Not Linux, or /proc is not there.
  }
  return `at:${Math.round(now() - (options.uptime ?? uptime)() * 1000)}`;
}

/** Whether both name the same boot of this machine. */
export function isSameBoot(a: string, b: string): boolean {
  if (a === b) return true;
  if (!a.startsWith('at:') || !b.startsWith('at:')) return false;
  return Math.abs(Number(a.slice(3)) - Number(b.slice(3))) < clockSlackMs;
}
