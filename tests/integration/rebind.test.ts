import { beforeAll, describe, expect, it } from 'vitest';
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
const binding = (port: number) => ({ ip, host_port: port, container_port: 8080 });
const poolReply = z.object({
  ports: z.array(z.object({ port: z.number(), used_by: z.string().nullable() })),
});
const shown = z.object({ ports: z.array(z.object({ host_port: z.number() })), state: z.string() });
const started = { message: 'Network rebinding started' };

/** Serves a page, and ends by SIGTERM. */
const web =
  'echo hello > index.html; httpd -p 8080; trap "exit 0" TERM; echo up; while :; do sleep 0.1; done';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ onEnd });
});

async function scenario(more: object = {}) {
  const ports = await freePorts(3);
  for (const port of ports) (await scene.host.api.post('/network/ports', { ip, port })).expect(200);
  const [first = 0, second = 0, third = 0] = ports;
  const id = await scene.server({
    startup_command: web,
    start_pattern: '^up',
    ports: [binding(first)],
    ...more,
  });
  const socket = await scene.connect(id);
  return { id, socket, first, second, third };
}

const rebind = (id: string, ...ports: number[]) =>
  scene.host.api.post(`/containers/${id}/rebind-network`, { ports: ports.map(binding) });

/** The server's ports as the pool, the definition and the container's last form know them. */
async function knownPorts(id: string) {
  const pool = (await scene.host.api.get('/network/ports')).parse(poolReply).ports;
  const { ports } = (await scene.host.api.get(`/containers/${id}`)).parse(shown);
  const format = '{{range $k, $v := .HostConfig.PortBindings}}{{range $v}}{{.HostPort}} {{end}}{{end}}';
  const container = await scene.docker('inspect', '--format', format, scene.container(id)).catch(() => null);
  return {
    pool: pool.flatMap(({ port, used_by }) => (used_by === id ? [port] : [])),
    definition: ports.map(({ host_port }) => host_port),
    container: container === null ? null : container.split(' ').filter(Boolean).map(Number),
  };
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://${ip}:${port}/`).then(
    async (reply) => (await reply.text()) === 'hello\n',
    () => false,
  );

describe('A5 POST /containers/:id/rebind-network', () => {
  it('a running server is restarted gracefully: the old port closes, the new one answers', async () => {
    const { id, socket, first, second } = await scenario();
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', ({ data }) => data === 'running', { timeoutMs: 60_000 });
    expect([await answers(first), await answers(second)]).toEqual([true, false]);
    const mark = socket.mark();
    const reply = await rebind(id, second);
    expect([reply.status, reply.body]).toEqual([200, { ...started, internal_id: id }]);
    await socket.waitFor('daemon_message', ({ data }) => data === 'Container restarted', {
      since: mark,
      timeoutMs: 60_000,
    });
    await socket.waitFor('event', ({ data }) => data === 'running', { since: mark, timeoutMs: 60_000 });
    expect([await answers(first), await answers(second)]).toEqual([false, true]);
    expect(await knownPorts(id)).toEqual({
      pool: [second],
      definition: [second],
      container: [second],
    });
    const told = socket.all('daemon_message').map(({ data }) => data);
    expect(told).toContain(`New network ports: ${ip}:${second} → 8080/tcp; restarting for them`);
    expect(
      socket
        .all('event')
        .map(({ data }) => data)
        .slice(-4),
    ).toEqual(['stopping', 'exit', 'starting', 'running']);
  });

  it('while it stops the old port is nobody else’s, and no second action is taken', async () => {
    const stubborn =
      'trap "while [ ! -e end ]; do sleep 0.1; done; exit 0" TERM; echo up; while :; do sleep 0.1; done';
    const { id, socket, first, second, third } = await scenario({
      startup_command: stubborn,
      stop: { signal: 'SIGTERM', timeout: 60 },
    });
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', ({ data }) => data === 'running', { timeoutMs: 60_000 });
    (await rebind(id, second)).expect(200);
    expect((await knownPorts(id)).pool.sort()).toEqual([first, second].sort());
    for (const act of ['rebind-network', 'reinstall', 'restart', 'stop']) {
      const body = act === 'rebind-network' ? { ports: [binding(third)] } : {};
      const reply = await scene.host.api.post(`/containers/${id}/${act}`, body);
      expect([reply.status, reply.text]).toEqual([409, expect.stringContaining('restart is under way')]);
    }
    const mark = socket.mark();
    await scene.docker('exec', scene.container(id), 'touch', 'end');
    await socket.waitFor('event', ({ data }) => data === 'running', { since: mark, timeoutMs: 60_000 });
    expect((await knownPorts(id)).pool).toEqual([second]);
  });

  it('a stopped server takes them at its next start', async () => {
    const { id, socket, first, second } = await scenario();
    (await rebind(id, second)).expect(200);
    await socket.waitFor('daemon_message', ({ data }) => data.endsWith('they take hold at the next start'));
    expect(await knownPorts(id)).toEqual({ pool: [second], definition: [second], container: null });
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', ({ data }) => data === 'running', { timeoutMs: 60_000 });
    expect([await answers(first), await answers(second)]).toEqual([false, true]);
  });

  it('a port that another program has: 400, and the server runs on as it was', async () => {
    const { id, socket, first, second, third } = await scenario();
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', ({ data }) => data === 'running', { timeoutMs: 60_000 });
    const thief = await stealPort({ ip, port: third, protocol: 'tcp' }, onEnd);
    const reply = await rebind(id, second, third);
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining(`node (pid ${thief.pid})`)]);
    expect(await knownPorts(id)).toEqual({ pool: [first], definition: [first], container: [first] });
    expect(await answers(first)).toBe(true);
  });

  longTest('a port that is taken while the server stops: the failure is told, and all agree', async () => {
    const slow =
      'trap "while [ ! -e end ]; do sleep 0.1; done; exit 0" TERM; echo up; while :; do sleep 0.1; done';
    const { id, socket, second } = await scenario({
      startup_command: slow,
      stop: { signal: 'SIGTERM', timeout: 60 },
    });
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', ({ data }) => data === 'running', { timeoutMs: 60_000 });
    const mark = socket.mark();
    (await rebind(id, second)).expect(200);
    const thief = await stealPort({ ip, port: second, protocol: 'tcp' }, onEnd);
    await scene.docker('exec', scene.container(id), 'touch', 'end');
    const told = await socket.waitFor('daemon_message', ({ data }) => data.startsWith('Error:'), {
      since: mark,
      timeoutMs: 60_000,
    });
    expect(told.data).toContain(`is held by node (pid ${thief.pid})`);
    expect(await knownPorts(id)).toEqual({
      pool: [second],
      definition: [second],
      container: [second],
    });
    expect((await scene.state(id)).state).toBe('exit');
    await thief.close();
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
  });

  it('while it is being installed: 400 with the published sentence', async () => {
    const volume = (await scene.host.api.post('/volumes')).parse(z.object({ id: z.string() }), 201);
    const body = {
      internal_id: 'rebind-installing',
      image: await busyboxImage(),
      volume_id: volume.id,
      startup_command: 'true',
      install_script: 'sleep 60',
    };
    onEnd(
      async () => void (await scene.docker('rm', '-f', 'lightd-rebind-installing-install').catch(() => '')),
    );
    (await scene.host.api.post('/containers', body)).expect(200);
    const reply = await rebind('rebind-installing');
    expect([reply.status, reply.body]).toEqual([
      400,
      { error: 'Cannot rebind network while container is installing' },
    ]);
    (await scene.host.api.delete('/containers/rebind-installing')).expect(200);
  });

  longTest('an old container that somebody starts by hand is brought to the new ports', async () => {
    const { id, socket, first, second } = await scenario();
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', ({ data }) => data === 'running', { timeoutMs: 60_000 });
    const up = socket.mark();
    await socket.send({ event: 'power', action: 'stop' });
    await socket.waitFor('event', ({ data }) => data === 'exit', { since: up, timeoutMs: 60_000 });
    (await rebind(id, second)).expect(200);
    await scene.docker('start', scene.container(id));
    await until(async () => await answers(second), { timeoutMs: 60_000, what: 'the new port' });
    expect(await answers(first)).toBe(false);
    expect(await knownPorts(id)).toEqual({
      pool: [second],
      definition: [second],
      container: [second],
    });
  });
});
