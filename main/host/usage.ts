import { readFile, statfs } from 'node:fs/promises';
import { type CpuInfo, cpus, freemem, totalmem } from 'node:os';
import { pause } from '../lib/pause.ts';

/**
 * H1: CPU in percent of one core (100 per core), sizes in bytes. `disk` is the one with the data folder, without what its file system keeps
 * for root: what is left of `total` can be had.
 */
export interface HostUsage {
  cpu: { cores: number; usage: number };
  memory: { total: number; used: number };
  disk: { total: number; used: number };
}

export interface HostUsageOptions {
  dataDir: string;
  /** Milliseconds for which an answer is good; asking more often gives the same one. */
  interval?: number;
  /** Milliseconds of a clock that isn't set back. */
  now?: () => number;
  /** The machine; replaced in tests. */
  machine?: Machine;
}

/** What is read of the machine. `meminfo` is /proc/meminfo's text, null where there is none. */
export interface Machine {
  cpus(): Pick<CpuInfo, 'times'>[];
  meminfo(): Promise<string | null>;
  totalmem(): number;
  freemem(): number;
  statfs(path: string): Promise<{ bsize: number; blocks: number; bfree: number; bavail: number }>;
}

/** CPU time over a longer pause than this many intervals is no news; see `cpuUsage`. */
const MAX_PAUSE = 5;
/** How long the first look at the CPUs takes, when there is nothing to compare with, in ms. */
const FIRST_LOOK_MS = 200;

/**
 * The machine's usage on demand; nothing runs in between. Callers at the same time share one reading. Never rejects: a
 * disk that can't be asked shows as 0 of 0.
 */
export function createHostUsage(options: HostUsageOptions): () => Promise<HostUsage> {
  const { dataDir, interval = 2_000, now = () => performance.now(), machine = thisMachine } = options;
  let base: { at: number; busy: number } | null = null;
  let answer: { at: number; usage: Promise<HostUsage> } | null = null;

  /** Since the last answer; after a long pause, which would only give an old average, over a moment from now. */
  async function cpuUsage(): Promise<HostUsage['cpu']> {
    if (base === null || now() - base.at > interval * MAX_PAUSE) {
      base = { at: now(), busy: busyMs(machine.cpus()) };
      await pause(FIRST_LOOK_MS);
    }
    const all = machine.cpus();
    const current = { at: now(), busy: busyMs(all) };
    const wall = current.at - base.at;
    const percent = wall > 0 ? ((current.busy - base.busy) / wall) * 100 : 0;
    base = current;
    return {
      cores: all.length,
      usage: Math.round(Math.min(Math.max(percent, 0), all.length * 100) * 100) / 100,
    };
  }

  /** Linux's "free" leaves out the cache that it would give back at once; MemAvailable doesn't. */
  async function memory(): Promise<HostUsage['memory']> {
    const total = machine.totalmem();
    const match = /^MemAvailable:\s+(\d+) kB$/m.exec((await machine.meminfo()) ?? '');
    const available = match === null ? machine.freemem() : Number(match[1]) * 1024;
    return { total, used: Math.max(0, total - available) };
  }

  async function disk(): Promise<HostUsage['disk']> {
    try {
      const { bsize, blocks, bfree, bavail } = await machine.statfs(dataDir);
      const used = (blocks - bfree) * bsize;
      return { total: used + bavail * bsize, used };
    } catch {
      return { total: 0, used: 0 };
    }
  }

  async function look(): Promise<HostUsage> {
    const [cpu, mem, space] = await Promise.all([cpuUsage(), memory(), disk()]);
    return { cpu, memory: mem, disk: space };
  }

  return () => {
    if (answer === null || now() - answer.at >= interval) answer = { at: now(), usage: look() };
    return answer.usage;
  };
}

const thisMachine: Machine = {
  cpus,
  meminfo: async () =>
    process.platform === 'linux' ? readFile('/proc/meminfo', 'utf8').catch(() => null) : null,
  totalmem,
  freemem,
  statfs,
};

function busyMs(all: Pick<CpuInfo, 'times'>[]): number {
  return all.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}
