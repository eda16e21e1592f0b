import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { busyboxImage } from '../support/images.ts';
import { longTest } from '../support/lane.ts';
import { stealPort } from '../support/port-thief.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const ip = '127.0.0.1';
const portView = z.object({
  port: z.number(),
  in_use: z.boolean(),
  used_by: z.string().nullable(),
  held_by: z.string().nullable(),
});
const web = 'echo hello > index.html; httpd -p 8080; echo up; while :; do sleep 1; done';
const request = (port: number) => ({
  startup_command: web,
  start_pattern: '^up',
  ports: [{ ip, host_port: port, container_port: 8080 }],
});

async function scenario(): Promise<{
  scene: Scene;
  port: number;
  view: () => Promise<z.infer<typeof portView>>;
}> {
  const scene = await openScene({ onEnd });
  const [port = 0] = await freePorts(1);
  (await scene.host.api.post('/network/ports', { ip, port })).expect(200);
  const view = async () => (await scene.host.api.get(`/network/ports/${ip}/${port}`)).parse(portView);
  return { scene, port, view };
}

describe('A5 a port that another program has', () => {
  it('is in use, named, never chosen, and refused at a create', async () => {
    const { scene, port, view } = await scenario();
    expect(await view()).toMatchObject({ in_use: false, held_by: null });
    const thief = await stealPort({ ip, port, protocol: 'tcp' }, onEnd);
    const who = `node (pid ${thief.pid})`;
    expect(await view()).toMatchObject({ in_use: true, used_by: null, held_by: who });
    expect((await scene.host.api.get('/network/ports/random')).status).toBe(404);
    const volume = (await scene.host.api.post('/volumes')).parse(z.object({ id: z.string() }), 201);
    const image = await busyboxImage();
    const body = { internal_id: 'thief-create', image, volume_id: volume.id, ...request(port) };
    const refused = await scene.host.api.post('/containers', body);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(`is held by ${who}`)]);
    await thief.close();
    expect(await view()).toMatchObject({ in_use: false, held_by: null });
    expect((await scene.host.api.get('/network/ports/random')).parse(portView).port).toBe(port);
  });

  it('a start whose port was taken meanwhile names who did, and works when it is free again', async () => {
    const { scene, port } = await scenario();
    const id = await scene.server(request(port));
    const thief = await stealPort({ ip: '0.0.0.0', port, protocol: 'tcp' }, onEnd);
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    const told = await socket.waitFor('daemon_message', ({ data }) => data.startsWith('Error:'));
    expect(told.data).toBe(
      `Error: the server could not be started: port ${port}/tcp on ${ip} is held by node (pid ${thief.pid}); stop that, or give the server another port`,
    );
    await thief.close();
    const mark = socket.mark();
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', ({ data }) => data === 'running', { since: mark, timeoutMs: 60_000 });
    expect(await (await fetch(`http://${ip}:${port}/`)).text()).toBe('hello\n');
  });
});

describe('A5 a port that a container has', () => {
  longTest(
    'of one of our servers is in use by it, before, while and after it runs, and by nobody else',
    async () => {
      const { scene, port, view } = await scenario();
      const id = await scene.server(request(port));
      const ours = { in_use: true, used_by: id, held_by: null };
      expect(await view()).toMatchObject(ours);
      (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
      expect(await view()).toMatchObject(ours);
      await scene.host.restart('SIGKILL');
      expect(await view()).toMatchObject(ours);
      (await scene.host.api.delete(`/containers/${id}`)).expect(200);
      expect(await view()).toMatchObject({ in_use: false, used_by: null, held_by: null });
    },
  );

  it('of somebody else’s is told with the name of that container', async () => {
    const { scene, port, view } = await scenario();
    const name = `lightdeck-test-thief-${process.pid}`;
    onEnd(async () => void (await scene.docker('rm', '-f', name).catch(() => '')));
    const image = await busyboxImage();
    await scene.docker('run', '-d', '--name', name, '-p', `${ip}:${port}:80`, image, 'sleep', '300');
    expect(await view()).toMatchObject({ in_use: true, used_by: null, held_by: `the container ${name}` });
  });
});
