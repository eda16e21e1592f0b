import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createEngine, type OwnedEngine } from '../../main/docker/dockerode-engine.ts';
import { parseEndpoint } from '../../main/docker/engine-target.ts';
import { silentLog } from '../../main/lib/log.ts';
import { createCgroupReader } from '../../main/stats/cgroup-reader.ts';
import type { StatsSampler } from '../../main/stats/contract.ts';
import { createStatsSampler } from '../../main/stats/sampler.ts';
import type { Stats } from '../../shared/protocol/server-events.ts';
import { MiB } from '../../shared/units.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { busyboxImage } from '../support/images.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { until } from '../support/until.ts';

interface Running {
  id: string;
  pid: number;
}

/** What `docker stats` prints, in percent and bytes (its figures have four digits). */
interface Shown {
  cpu: number;
  memory: number;
  limit: number;
  rx: number;
  tx: number;
  read: number;
  write: number;
}

const shownSchema = z.object({
  CPUPerc: z.string(),
  MemUsage: z.string(),
  NetIO: z.string(),
  BlockIO: z.string(),
});

const UNITS: Record<string, number> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: MiB,
  GiB: 1024 * MiB,
};

function pair(text: string): [number, number] {
  const sizes = text.split(' / ').map((part) => {
    const match = /^([\d.]+)([A-Za-z]+)$/.exec(part.trim());
    const unit = UNITS[match?.[2] ?? ''];
    if (match === null || unit === undefined) throw new Error(`docker stats printed ${part}`);
    return Number(match[1]) * unit;
  });
  return [sizes[0] ?? 0, sizes[1] ?? 0];
}

async function dockerStats(id: string): Promise<Shown> {
  const line = await docker('stats', '--no-stream', '--format', '{{json .}}', id);
  const shown = shownSchema.parse(JSON.parse(line));
  const [memory, limit] = pair(shown.MemUsage);
  const [rx, tx] = pair(shown.NetIO);
  const [read, write] = pair(shown.BlockIO);
  return { cpu: Number.parseFloat(shown.CPUPerc), memory, limit, rx, tx, read, write };
}

const nearMemory = (a: number, b: number) => Math.abs(a - b) <= Math.max(a, b) * 0.05 + MiB;
const nearTotal = (a: number, b: number) => Math.abs(a - b) <= Math.max(a, b) * 0.02 + 64 * 1024;

/**
 * The disk under the engine's folder, null if it isn't a plain one. Recent kernels (seen with 6.18) count a cgroup v1
 * container's block totals only on disks that some limit was set for, so the test sets one that is too high to matter.
 */
async function engineDisk(): Promise<string | null> {
  try {
    const { dev } = statSync(await docker('info', '--format', '{{.DockerRootDir}}'));
    // Linux's own packing: 12 bits of major above 8 of minor, the rest of minor above those.
    const major = (dev >> 8) & 0xfff;
    const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
    const folder = realpathSync(`/sys/dev/block/${major}:${minor}`);
    const uevent = (at: string) => readFileSync(join(at, 'uevent'), 'utf8');
    const disk = uevent(folder).includes('DEVTYPE=partition') ? join(folder, '..') : folder;
    const name = /^DEVNAME=(.+)$/m.exec(uevent(disk))?.[1];
    return name === undefined ? null : `/dev/${name}`;
  } catch {
    return null;
  }
}

describe.skipIf(process.platform !== 'linux' || !has('docker') || !has('images'))(
  'stats of real containers',
  () => {
    const onEnd = suiteCleanup();
    let engine: OwnedEngine;

    beforeAll(async () => {
      const endpoint = await docker('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}');
      const { target } = parseEndpoint(process.env.DOCKER_HOST ?? endpoint, null);
      if (target === null) throw new Error(`The tests can't use the engine at ${endpoint}.`);
      engine = await createEngine({ target });
      onEnd(() => engine.close());
    });

    async function run(options: string[], script: string): Promise<Running> {
      const id = await docker('run', '-d', ...options, await busyboxImage(), 'sh', '-c', script);
      onTestFinished(async () => {
        await docker('rm', '-f', '-v', id);
      });
      const pid = Number(await docker('inspect', '--format', '{{.State.Pid}}', id));
      return { id, pid };
    }

    /** A sampler that counts how often it asked the engine. */
    function watch(container: Running, by: 'cgroup' | 'engine') {
      const samples: Stats[] = [];
      const watched = { samples, asked: 0 };
      const sampler: StatsSampler = createStatsSampler({
        engineReading: (id) => {
          watched.asked += 1;
          return engine.statsOnce(id);
        },
        cgroups: by === 'cgroup' ? createCgroupReader() : null,
        log: silentLog,
      });
      onTestFinished(() => sampler.close());
      sampler.onSample(({ stats }) => samples.push(stats));
      sampler.track('server', { containerId: container.id, pid: container.pid });
      sampler.want('server');
      return { sampler, watched, samples };
    }

    const logHas = (id: string, word: string) =>
      until(async () => (await docker('logs', id)).includes(word), {
        timeoutMs: 60_000,
        what: `${word} in the log`,
      });

    test.each(['cgroup', 'engine'] as const)(
      'S7: a busy container shows the CPU that docker stats shows (by %s)',
      async (by) => {
        const container = await run(['--cpus', '0.5'], 'yes > /dev/null');
        const { samples, watched } = watch(container, by);
        await until(() => samples.length >= 1, { what: 'a first sample' });
        const before = samples.length;
        const shown = await dockerStats(container.id);
        await until(() => samples.length >= before + 2, { what: 'more samples' });
        const during = samples.slice(before - 1).map((sample) => sample.cpu_usage);
        const mean = during.reduce((sum, cpu) => sum + cpu, 0) / during.length;
        expect(
          Math.abs(mean - shown.cpu),
          `ours ${during.join(', ')}; docker stats ${shown.cpu}`,
        ).toBeLessThan(25);
        expect(mean).toBeGreaterThan(10);
        expect(mean).toBeLessThan(75);
        expect(watched.asked > 0).toBe(by === 'engine');
      },
    );

    test('S7: memory is without the inactive file cache, the limit is the container limit', async () => {
      const container = await run(
        ['--memory', '256m', '--shm-size', '64m'],
        'dd if=/dev/zero of=/cached bs=1M count=80 2>/dev/null; dd if=/dev/zero of=/dev/shm/held bs=1M count=30 2>/dev/null; echo done; exec sleep 600',
      );
      await logHas(container.id, 'done');
      const { samples } = watch(container, 'cgroup');
      await until(() => samples.length >= 2, { what: 'samples' });
      const shown = await dockerStats(container.id);
      const byEngine = await engine.statsOnce(container.id);
      const ours = samples.at(-1);
      const memory = ours?.memory_usage ?? 0;
      expect(nearMemory(memory, shown.memory), `ours ${memory}; docker stats ${shown.memory}`).toBe(true);
      expect(
        nearMemory(memory, byEngine?.memoryUsage ?? 0),
        `ours ${memory}; one-shot ${byEngine?.memoryUsage}`,
      ).toBe(true);
      expect(memory).toBeGreaterThan(30 * MiB);
      expect(memory).toBeLessThan(80 * MiB);
      expect(ours?.memory_limit).toBe(256 * MiB);
      expect(byEngine?.memoryLimit).toBe(256 * MiB);
    });

    longTest(
      'S7: without a limit the limit is the host memory; a limit set while it runs shows at once (A11)',
      async () => {
        const container = await run([], 'exec sleep 600');
        const { samples } = watch(container, 'cgroup');
        await until(() => samples.length >= 1, { what: 'a sample' });
        const byEngine = await engine.statsOnce(container.id);
        expect(samples.at(-1)?.memory_limit).toBe(byEngine?.memoryLimit);
        expect(samples.at(-1)?.memory_limit).toBeGreaterThan(256 * MiB);
        await docker('update', '--memory', '64m', '--memory-swap', '64m', container.id);
        await until(() => samples.at(-1)?.memory_limit === 64 * MiB, { what: 'the new limit' });
      },
    );

    longTest('S7: network and block totals are what the engine counts', async () => {
      const disk = await engineDisk();
      const limit = disk === null ? [] : ['--device-write-bps', `${disk}:10gb`];
      const container = await run(
        ['-p', '127.0.0.1::8080', ...limit],
        [
          'mkdir /www',
          'dd if=/dev/zero of=/www/file bs=1M count=8 oflag=direct 2>/dev/null',
          'dd if=/www/file of=/dev/null bs=1M iflag=direct 2>/dev/null',
          'echo done',
          'exec httpd -f -p 8080 -h /www',
        ].join('; '),
      );
      await logHas(container.id, 'done');
      const [address] = (await docker('port', container.id, '8080')).split('\n');
      const body = await until(
        () =>
          fetch(`http://${address}/file`)
            .then((reply) => reply.arrayBuffer())
            .catch(() => null),
        { what: 'the container to serve its file' },
      );
      expect(body.byteLength).toBe(8 * MiB);
      const { samples, watched } = watch(container, 'cgroup');
      await until(() => samples.length >= 2, { what: 'samples' });
      const byEngine = await engine.statsOnce(container.id);
      const shown = await dockerStats(container.id);
      const ours = samples.at(-1);
      if (ours === undefined || byEngine === null) throw new Error('no figures');
      const told = JSON.stringify({ ours, byEngine, shown });
      expect(ours.network_tx, told).toBeGreaterThan(8 * MiB);
      expect(ours.network_rx, told).toBeGreaterThan(0);
      if (disk !== null) {
        expect(ours.block_write, told).toBeGreaterThanOrEqual(8 * MiB);
        expect(ours.block_read, told).toBeGreaterThanOrEqual(8 * MiB);
      }
      expect(
        nearTotal(ours.network_tx, byEngine.networkTx) && nearTotal(ours.network_tx, shown.tx),
        told,
      ).toBe(true);
      expect(
        nearTotal(ours.network_rx, byEngine.networkRx) && nearTotal(ours.network_rx, shown.rx),
        told,
      ).toBe(true);
      expect(
        nearTotal(ours.block_read, byEngine.blockRead) && nearTotal(ours.block_read, shown.read),
        told,
      ).toBe(true);
      expect(
        nearTotal(ours.block_write, byEngine.blockWrite) && nearTotal(ours.block_write, shown.write),
        told,
      ).toBe(true);
      expect(watched.asked).toBe(0);
    });

    test('S7: a container that was killed gives no more samples, and its exit frame is 0 with the totals', async () => {
      const container = await run([], 'exec sleep 600');
      const { samples, sampler } = watch(container, 'cgroup');
      await until(() => samples.length >= 2, { what: 'samples' });
      await docker('kill', container.id);
      const source = createCgroupReader().open({ containerId: container.id, pid: container.pid });
      expect(source).toBeNull();
      const count = samples.length;
      // Longer than two intervals: the sampler finds neither files nor, by the engine, a running container.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(samples.length - count).toBeLessThanOrEqual(1);
      const before = samples.at(-1);
      sampler.untrack('server');
      expect(samples.at(-1)).toEqual({ ...before, cpu_usage: 0, memory_usage: 0 });
    });

    longTest("S7: another container's process is not taken for this one's", async () => {
      const first = await run([], 'exec sleep 600');
      const second = await run([], 'exec sleep 600');
      const reader = createCgroupReader();
      expect(reader.open({ containerId: first.id, pid: first.pid })).not.toBeNull();
      expect(reader.open({ containerId: first.id, pid: second.pid })).toBeNull();
      expect(reader.open({ containerId: first.id, pid: process.pid })).toBeNull();
    });
  },
);
