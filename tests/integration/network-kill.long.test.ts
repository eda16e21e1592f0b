import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { rounds } from '../support/lane.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const ip = '127.0.0.1';
const byNumber = (a: number, b: number): number => a - b;
/** The latest moment of a kill after the request, in ms: about as long as a rebinding or a new install takes. */
const latestKillMs = 1800;

const poolReply = z.object({
  ports: z.array(z.object({ port: z.number(), used_by: z.string().nullable() })),
});
const shown = z.object({
  state: z.string(),
  ports: z.array(z.object({ host_port: z.number() })),
  install_script: z.string().nullable(),
});
const inspected = z.object({ running: z.boolean(), ports: z.array(z.number()) });
const rests = ['installed', 'exit', 'running', 'failed'];

/** Takes a moment to stop, so that a kill of the host can come in between. */
const web =
  'echo hello > index.html; httpd -p 8080; trap "sleep 0.4; exit 0" TERM; echo up; while :; do sleep 0.1; done';

const view = async (scene: Scene, id: string) => (await scene.host.api.get(`/containers/${id}`)).parse(shown);

async function whenReconciled(scene: Scene, id: string, ...states: string[]) {
  return until(
    async () => {
      const now = await view(scene, id);
      return states.includes(now.state) ? now : null;
    },
    { timeoutMs: 60_000, what: `the server to be ${states.join(' or ')}` },
  );
}

async function container(scene: Scene, id: string) {
  const format =
    '{"running":{{.State.Running}},"ports":[{{range $k, $v := .HostConfig.PortBindings}}{{range $v}}{{.HostPort}},{{end}}{{end}}0]}';
  const text = await scene.docker('inspect', '--format', format, scene.container(id)).catch(() => null);
  if (text === null) return null;
  const { running, ports } = inspected.parse(JSON.parse(text));
  return { running, ports: ports.filter((port) => port !== 0).sort(byNumber) };
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://${ip}:${port}/`).then(
    () => true,
    () => false,
  );

/** Store, pool, Docker and the real ports say the same. */
async function agreement(scene: Scene, id: string, all: number[]): Promise<void> {
  const { ports, state } = await view(scene, id);
  const defined = ports.map(({ host_port }) => host_port).sort(byNumber);
  const pool = (await scene.host.api.get('/network/ports')).parse(poolReply).ports;
  expect(pool.flatMap(({ port, used_by }) => (used_by === id ? [port] : [])).sort(byNumber)).toEqual(defined);
  expect(pool.filter(({ used_by }) => used_by !== null && used_by !== id)).toEqual([]);
  const real = await container(scene, id);
  expect(real?.running ?? false).toBe(state === 'running');
  if (real?.running) expect(real.ports).toEqual(defined);
  expect(await scene.docker('ps', '-aq', '--filter', `name=lightd-${id}-install`)).toBe('');
  const open = await Promise.all(all.map(answers));
  expect(all.filter((_, index) => open[index])).toEqual(state === 'running' ? defined : []);
}

it('A5 A6 SIGKILL of the host at random moments of a rebinding or a new install: all agree afterwards', async () => {
  const scene = await openScene({ onEnd });
  const all = (await freePorts(4)).sort(byNumber);
  for (const port of all) (await scene.host.api.post('/network/ports', { ip, port })).expect(200);
  const id = await scene.server({
    startup_command: web,
    start_pattern: '^up',
    install_script: 'echo 0 > round',
  });
  const count = rounds('network-kill', 2, 8);
  for (let round = 1; round <= count; round += 1) {
    const killAfter = randomInt(latestKillMs);
    const kind = round % 2 === 0 ? 'reinstall' : 'rebind';
    const what = `round ${round}: ${kind}, killed after ${killAfter} ms`;
    try {
      const request = all
        .filter(() => randomInt(2) === 0)
        .map((host_port) => ({ ip, host_port, container_port: 8080 }));
      const script = `sleep 0.3; echo ${round} > round; sleep 0.3`;
      const { accepted: pendingReply } = await begin(scene, id, kind, { request, script });
      await new Promise((resolve) => setTimeout(resolve, killAfter));
      await scene.host.kill();
      const accepted = await pendingReply;
      await scene.host.start();
      const now = await whenReconciled(scene, id, ...rests);
      // What was accepted is done, by this host or the next.
      if (accepted && kind === 'rebind') {
        await whenReconciled(scene, id, 'running');
        expect(now.ports.map((port) => port.host_port)).toEqual(request.map((port) => port.host_port));
      }
      if (accepted && kind === 'reinstall') {
        expect([now.state, now.install_script]).toEqual(['installed', script]);
      }
      await until(
        () =>
          agreement(scene, id, all).then(
            () => true,
            () => false,
          ),
        { timeoutMs: 60_000 },
      ).catch(() => {});
      await agreement(scene, id, all);
    } catch (error) {
      throw new Error(what, { cause: error });
    }
  }
  (await scene.host.api.delete(`/containers/${id}`)).expect(200);
  const pool = (await scene.host.api.get('/network/ports')).parse(poolReply).ports;
  expect(pool.filter(({ used_by }) => used_by !== null)).toEqual([]);
}, 600_000);

/** Brings the server to where the round begins, and asks; resolves to whether that was accepted before the host ended. */
async function begin(
  scene: Scene,
  id: string,
  kind: 'rebind' | 'reinstall',
  { request, script }: { request: object[]; script: string },
): Promise<{ accepted: Promise<boolean> }> {
  const { state } = await view(scene, id);
  if (kind === 'rebind' && state !== 'running') {
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await whenReconciled(scene, id, 'running');
  }
  if (kind === 'reinstall' && state === 'running') {
    (await scene.host.api.post(`/containers/${id}/kill`)).expect(200);
    await whenReconciled(scene, id, 'exit');
  }
  const path = `/containers/${id}/${kind === 'rebind' ? 'rebind-network' : 'reinstall'}`;
  const body = kind === 'rebind' ? { ports: request } : { install_script: script };
  const accepted = scene.host.api.post(path, body).then(
    ({ status }) => status === 200,
    () => false,
  );
  return { accepted };
}
