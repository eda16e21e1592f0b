import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Stats } from '../../shared/protocol/server-events.ts';
import type { StatsReading } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import type { CgroupReader } from './cgroup-reader.ts';
import type { StatsSampler } from './contract.ts';
import { createStatsSampler } from './sampler.ts';

/** Half a core, 1 KiB a second received, from a clock that the tests turn. */
export const readingNow = (): StatsReading => ({
  at: Date.now(),
  cpuNanos: Date.now() * 500_000,
  memoryUsage: 1_000_000,
  memoryLimit: 8_000_000,
  networkRx: Math.round(Date.now() * 1.024),
  networkTx: 20,
  blockRead: 30,
  blockWrite: 40,
});

export const TARGET = { containerId: 'c'.repeat(64), pid: 100 };

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

export interface Scene {
  sampler: StatsSampler;
  samples: { server: string; stats: Stats }[];
  lines: { level: keyof Log; message: string }[];
  /** The containers that the engine was asked for, in order. */
  asked: string[];
}

export interface SceneOptions {
  engineReading?: (id: string) => Promise<StatsReading | null>;
  cgroups?: CgroupReader | null;
}

/** To be called once at the top of a file: fake timers for each test, and proof after it that the sampler left none. */
export function samplerScenes(): (options?: SceneOptions) => Scene {
  const built: StatsSampler[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(async () => {
    for (const sampler of built.splice(0)) sampler.close();
    // A slow fake engine may still be at its last reading.
    await pass(10_000);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
  return (options = {}) => {
    const { engineReading = async () => readingNow(), cgroups = null } = options;
    const samples: Scene['samples'] = [];
    const lines: Scene['lines'] = [];
    const asked: string[] = [];
    const at = (level: keyof Log) => (_details: object, message: string) => {
      lines.push({ level, message });
    };
    const sampler = createStatsSampler({
      engineReading: (id) => {
        asked.push(id);
        return engineReading(id);
      },
      cgroups,
      log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
      now: () => Date.now(),
    });
    sampler.onSample((event) => samples.push(event));
    built.push(sampler);
    return { sampler, samples, lines, asked };
  };
}
