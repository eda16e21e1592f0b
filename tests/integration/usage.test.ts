import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { containerStats, usageReply } from '../../shared/http/usage.ts';
import { MiB } from '../../shared/units.ts';
import { type OnEnd, suiteCleanup } from '../support/cleanup.ts';
import { startHost } from '../support/host-process.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { Scene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const sinkReply = z.object({ IPAddress: z.string(), Gateway: z.string() });

/** A host that measures each second. */
async function openMeteredScene(onEnd: OnEnd): Promise<Scene> {
  const dataDir = tempDir(onEnd);
  mkdirSync(dataDir, { recursive: true });
  const monitoring = { interval_ms: 1000, billing: { egress_per_gb: 1000 } };
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify({ monitoring }), { mode: 0o600 });
  return new Scene(await startHost({ dataDir }), { onEnd });
}

/** Counts what is sent to it. */
async function openSink(address: string, onEnd: OnEnd): Promise<{ port: number; received: () => number }> {
  let received = 0;
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      received += data.length;
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onEnd(() => {
    server.close();
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return { port: bound.port, received: () => received };
}

describe.skipIf(process.platform !== 'linux' || !has('docker') || !has('images'))(
  'usage of real containers',
  () => {
    const onEnd = suiteCleanup();

    const usage = async (scene: Scene, id: string, period = 'hourly') =>
      (await scene.host.api.get(`/billing/usage/${id}/${period}`)).parse(usageReply);

    longTest('A15 half a core, memory and storage of a container are measured', async () => {
      const scene = await openMeteredScene(onEnd);
      const id = await scene.server({
        startup_command: `head -c ${32 * MiB} /dev/zero > file; while [ ! -e enough ]; do :; done; exec sleep 1000`,
        limits: { cpu: 0.5, memory: 64 * MiB },
      });
      expect((await scene.host.api.get(`/billing/usage/nobody/hourly`)).status).toBe(404);
      (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
      /** Processor seconds of all its processes, as ps tells them. */
      const truth = async () =>
        (await scene.docker('top', scene.container(id), '-eo', 'pid,cputimes'))
          .split('\n')
          .slice(1)
          .reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[1]), 0);
      const metered = async () => {
        const { cpu_usage_vcpu, measured_seconds } = await usage(scene, id);
        return cpu_usage_vcpu * measured_seconds;
      };
      await until(async () => (await truth()) >= 4, { timeoutMs: 120_000, what: '4 s of CPU' });
      const least = await truth();
      const cpu = await metered();
      // What is true of the last second or two isn't measured yet, and ps tells whole seconds.
      expect(cpu).toBeGreaterThan(least * 0.6);
      expect(cpu).toBeLessThan((await truth()) * 1.1 + 1);
      const { points } = (await scene.host.api.get(`/containers/${id}/stats?step=5`)).parse(
        containerStats.reply,
      );
      const graphed = points.reduce((sum, point) => sum + point.cpu_usage * point.measured_seconds, 0) / 100;
      expect(graphed).toBeGreaterThan(cpu * 0.95);
      for (const point of points) {
        expect(point.cpu_usage).toBeLessThan(90);
        expect(point.memory_usage_max).toBeLessThan(64 * MiB);
      }
      // What comes next needs no busy program.
      await scene.docker('exec', '-w', '/home/container', scene.container(id), 'touch', 'enough');
      // The first count may have been before the file. Another start counts anew.
      await scene.host.restart();
      await until(async () => (await usage(scene, id)).storage_usage_gb > 0, {
        timeoutMs: 60_000,
        what: 'a count of the volume',
      });
      const figures = await usage(scene, id);
      expect(figures.cpu_usage_vcpu).toBeLessThan(0.65);
      expect(figures.storage_usage_gb).toBeLessThanOrEqual((32 * MiB + MiB) / 2 ** 30);
      expect(figures.cpu_cost).toBeCloseTo(
        (figures.cpu_usage_vcpu * figures.measured_seconds * 0.05) / 3600,
        6,
      );
      // A stopped server is measured, too: as using nothing.
      (await scene.host.api.post(`/containers/${id}/kill`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'exit', { timeoutMs: 60_000 });
      const before = await usage(scene, id);
      await until(async () => (await usage(scene, id)).measured_seconds > before.measured_seconds + 2, {
        timeoutMs: 60_000,
      });
      expect((await usage(scene, id)).cpu_usage_vcpu).toBeLessThan(figures.cpu_usage_vcpu);
      // Its usage goes with it.
      (await scene.host.api.delete(`/containers/${id}`)).expect(200);
      expect((await scene.host.api.get(`/billing/usage/${id}/hourly`)).status).toBe(404);
    });

    test('A15 bytes that were sent count once, whether the host is killed and started between samples or not', async () => {
      const scene = await openMeteredScene(onEnd);
      const id = await scene.server({
        startup_command:
          'echo ready; while read -r size port address; do head -c $size /dev/zero | nc $address $port; echo sent $size; done',
        start_pattern: 'ready',
        tty: false,
      });
      (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
      const format = '{{range .NetworkSettings.Networks}}{{json .}}{{end}}';
      const network = await scene.docker('inspect', '--format', format, scene.container(id));
      const { Gateway } = sinkReply.parse(JSON.parse(network));
      const sink = await openSink(Gateway, onEnd);
      const send = async (size: number) => {
        const target = sink.received() + size;
        const socket = await scene.connect(id);
        await socket.send({ event: 'send_command', command: `${size} ${sink.port} ${Gateway}\n` });
        await until(() => sink.received() >= target, { timeoutMs: 60_000, what: 'all bytes' });
        await socket.close();
      };
      const egress = async () => {
        const reply = await scene.host.api.get(`/billing/usage/${id}/monthly`);
        return reply.status === 404 ? 0 : reply.parse(usageReply).network_egress_gb * 2 ** 30;
      };
      const whenReconciled = (bytes: number) =>
        until(async () => (await egress()) >= bytes * 0.98, {
          timeoutMs: 60_000,
          what: `${bytes} bytes of egress`,
        });
      await until(async () => (await scene.host.api.get(`/billing/usage/${id}/hourly`)).status === 200, {
        timeoutMs: 60_000,
      });
      await send(8 * MiB);
      await whenReconciled(8 * MiB);
      for (let round = 1; round <= 3; round += 1) {
        await send(2 * MiB);
        await scene.host.kill();
        await scene.host.start();
        await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
        await send(2 * MiB);
      }
      await whenReconciled(sink.received());
      const counted = await egress();
      expect(sink.received()).toBe(20 * MiB);
      // Headers and acknowledgements are traffic, too; a byte that counted twice would show as far more.
      expect(counted).toBeLessThan(22 * MiB);
      const bill = await usage(scene, id, 'monthly');
      expect(bill.egress_cost).toBeCloseTo(bill.network_egress_gb * 1000, 4);
    }, 240_000);
  },
);
