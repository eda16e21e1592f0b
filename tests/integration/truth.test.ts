import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { openScene, type Scene, type ServerOptions } from '../support/scene.ts';
import { connectHost } from '../support/socket-client.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ onEnd });
});

const sleeper: ServerOptions = {
  startup_command: 'trap "exit 0" TERM; echo up; while :; do sleep 0.1; done',
  start_pattern: '^up',
};
const lastExit = z.object({
  last_exit: z.object({
    code: z.number().nullable(),
    oom: z.boolean(),
    wanted: z.boolean(),
    reason: z.string(),
  }),
});

/** How long a state may take to be told, in ms, with some grace for a busy machine. */
const truthMs = 2000;

async function scenario(request: ServerOptions) {
  const id = await scene.server(request);
  const socket = await scene.connect(id);
  await socket.send({ event: 'power', action: 'start' });
  await socket.waitFor('event', (frame) => frame.data === 'running');
  return { id, socket, name: scene.container(id), mark: socket.mark() };
}

describe('S10 what the docker command does is reported right within 2 s', () => {
  it.each([
    { what: 'killed', args: ['kill'], reason: /stopped from outside with SIGKILL/, code: 137 },
    { what: 'stopped', args: ['stop'], reason: /stopped from outside with SIGTERM/, code: 0 },
    { what: 'removed', args: ['rm', '-f'], reason: /stopped from outside|removed from outside/, code: 137 },
  ])('$what', async ({ args, reason, code }) => {
    const { id, socket, name, mark } = await scenario(sleeper);
    await scene.docker(...args, name);
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since: mark, timeoutMs: truthMs });
    await socket.waitFor('daemon_message', (frame) => frame.data === 'Container stopped', { since: mark });
    const { last_exit } = (await scene.host.api.get(`/containers/${id}`)).parse(lastExit);
    expect(last_exit.reason).toMatch(reason);
    expect([last_exit.code, last_exit.wanted]).toEqual([code, true]);
    expect(socket.badFrames).toEqual([]);
  });

  it('killed by the kernel for its memory (OOM)', async () => {
    const eater = 'echo up; read x; s=x; while :; do s="$s$s$s$s"; done';
    const request = {
      startup_command: eater,
      start_pattern: 'up',
      limits: { memory: 16 * 1024 * 1024 },
      restart_policy: 'no',
    } as const;
    const { id, socket, mark } = await scenario(request);
    await socket.send({ event: 'send_command', command: 'go\n' });
    const dead = await until(
      async () =>
        (await scene.docker('inspect', '--format', '{{.State.Status}}', scene.container(id))) === 'exited',
    );
    expect(dead).toBe(true);
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since: mark, timeoutMs: truthMs });
    const told = await socket.waitFor('daemon_message', (frame) => frame.data.startsWith('Server crashed'), {
      since: mark,
    });
    expect(told.data).toContain('out of memory');
    expect((await scene.host.api.get(`/containers/${id}`)).parse(lastExit).last_exit.oom).toBe(true);
  });

  it('started and restarted', async () => {
    const { socket, name, mark } = await scenario(sleeper);
    await scene.docker('restart', '-t', '5', name);
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since: mark });
    const up = socket.mark();
    await socket.waitFor('event', (frame) => frame.data === 'running', { since: mark });
    await scene.docker('stop', name);
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since: up });
    const stopped = socket.mark();
    await scene.docker('start', name);
    await socket.waitFor('event', (frame) => frame.data === 'running', {
      since: stopped,
      timeoutMs: truthMs + 1000,
    });
    expect(socket.console.text.match(/^up$/gm)).toHaveLength(3);
    expect(socket.console.problems).toEqual([]);
  });
});

describe('S11 crashes', () => {
  it('are told in words, followed by a restart with back-off', async () => {
    const id = await scene.server({ startup_command: 'echo up; read x; exit 7' });
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitForText('up');
    await socket.waitFor('event', (frame) => frame.data === 'running');
    const mark = socket.mark();
    await socket.send({ event: 'send_command', command: 'die\n' });
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since: mark });
    await socket.waitFor(
      'daemon_message',
      (frame) => frame.data === 'Server crashed: crashed (exit code 7)',
      { since: mark },
    );
    await socket.waitFor('daemon_message', (frame) => frame.data === 'Restarting in 1 s (try 1 of 5)', {
      since: mark,
    });
    await socket.waitFor('event', (frame) => frame.data === 'running', { since: mark });
    const again = socket.mark();
    await socket.send({ event: 'power', action: 'kill' });
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since: again });
    expect((await scene.state(id)).state).toBe('exit');
  });
});

describe('H1 H2 the host socket', () => {
  it('shows every server and then its changes, stats and removal', async () => {
    // Of its own: nobody else's servers are in its list.
    const scene = await openScene({ onEnd });
    const id = await scene.server(sleeper);
    const host = await connectHost({ url: scene.host.url, token: scene.host.token });
    onEnd(() => host.terminate());
    const quiet = await connectHost({
      url: scene.host.url,
      token: scene.host.token,
      query: { stats: 'false' },
    });
    onEnd(() => quiet.terminate());
    const first = await host.waitFor('host');
    expect(first.data.engine.status).toBe('up');
    const list = await host.waitFor('containers');
    expect(list.data.map((server) => [server.internal_id, server.state])).toEqual([[id, 'installed']]);
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await host.waitFor('container', (frame) => frame.data.state === 'running');
    await host.waitFor('stats', (frame) => frame.internal_id === id && frame.memory_usage > 0);
    (await scene.host.api.delete(`/containers/${id}`)).expect(200);
    await host.waitFor('container_removed', (frame) => frame.data === id);
    await quiet.waitFor('container_removed', (frame) => frame.data === id);
    expect(quiet.all('container').map(({ data }) => data.state)).toContain('running');
    expect(quiet.all('stats')).toEqual([]);
    expect([...host.badFrames, ...quiet.badFrames]).toEqual([]);
  });
});
