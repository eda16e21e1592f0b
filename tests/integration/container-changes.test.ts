import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { folderIn } from '../../main/volumes/mount-view.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { connectHost } from '../support/socket-client.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ onEnd });
});

const shown = z.object({
  name: z.string(),
  tty: z.boolean(),
  updated_at: z.number(),
  environment: z.record(z.string(), z.string()),
});
const patched = shown.extend({ restart_required: z.array(z.string()) });
const pendingReply = z.object({ pending_restart: z.array(z.string()) });
const logsReply = z.object({ data: z.string(), from: z.number(), to: z.number() });

/** Says on every line whether it has a terminal, and echoes what is typed. */
const talker =
  'trap "exit 0" TERM; test -t 0 && echo terminal || echo pipe; while read -r l; do echo "got $l"; done';

async function start(scene: Scene, id: string) {
  const socket = await scene.connect(id);
  const since = socket.mark();
  await socket.send({ event: 'power', action: 'start' });
  await socket.waitFor('event', (frame) => frame.data === 'running', { since });
  return socket;
}

async function pendingOf(scene: Scene, id: string): Promise<string[]> {
  return (await scene.host.api.get(`/containers/${id}`)).parse(pendingReply).pending_restart;
}

async function restart(scene: Scene, id: string): Promise<void> {
  const before = (await scene.state(id)).container_id;
  (await scene.host.api.post(`/containers/${id}/restart`)).expect(200);
  await until(
    async () => {
      const now = await scene.state(id);
      return now.state === 'running' && now.container_id !== before;
    },
    { timeoutMs: 60_000, what: 'the restart' },
  );
}

describe.skipIf(!has('images'))('PATCH /containers/:id on a real server', () => {
  it('what can be is in force at once, the rest with the next start; it is announced and outlives the host', async () => {
    const id = await scene.server({ startup_command: talker, tty: true });
    const host = await connectHost({ url: scene.host.url, token: scene.host.token });
    onEnd(() => host.terminate());
    const socket = await start(scene, id);
    await socket.waitForText('terminal\n');
    const change = {
      name: 'Ümläut',
      tty: false,
      environment: { MOTD: 'a=b' },
      stop: { command: 'bye', timeout: 1 },
      restart_policy: 'no',
    };
    const reply = (await scene.host.api.patch(`/containers/${id}`, change)).parse(patched);
    expect(reply).toMatchObject({ name: 'Ümläut', tty: false, restart_required: ['environment', 'tty'] });
    await host.waitFor('container', (frame) => frame.data.name === 'Ümläut');

    // Live: the new way to stop. The program only echoes it, so SIGKILL follows after a second.
    await scene.host.restart('SIGKILL');
    const again = await scene.connect(id, { after: '0' });
    await again.waitFor('event', (frame) => frame.data === 'running');
    // What waits for a start is known by the host itself, also by the next one.
    expect(await pendingOf(scene, id)).toEqual(['environment', 'tty']);
    // The run still has its terminal, whatever the definition says by now: its console goes on unbroken.
    await again.send({ event: 'send_command', command: 'hello\n' });
    await again.waitForText('got hello\n');
    expect(again.console.text).not.toContain('\0');
    (await scene.host.api.post(`/containers/${id}/stop`)).expect(200);
    await again.waitFor('daemon_message', (frame) => frame.data.startsWith('Stopping: sent "bye"'));
    await again.waitFor('daemon_message', (frame) => frame.data.startsWith('Not stopped within 1 s'));
    await again.waitFor('event', (frame) => frame.data === 'exit');

    const kept = (await scene.host.api.get(`/containers/${id}`)).parse(shown);
    expect(kept).toMatchObject({ name: 'Ümläut', tty: false, environment: { MOTD: 'a=b' } });
    const mark = again.mark();
    await again.send({ event: 'power', action: 'start' });
    await again.waitFor('event', (frame) => frame.data === 'running', { since: mark });
    await again.waitForText('pipe\n');
    expect(await pendingOf(scene, id)).toEqual([]);
    const inspect = await scene.docker(
      'inspect',
      '--format',
      '{{.Config.Tty}} {{json .Config.Env}}',
      scene.container(id),
    );
    expect(inspect).toMatch(/^false .*"MOTD=a=b"/);
  });

  it('a pattern that is taken away while it is waited for doesn’t keep a server starting for ever', async () => {
    const id = await scene.server({ startup_command: talker, start_pattern: 'never comes' });
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'starting');
    (await scene.host.api.patch(`/containers/${id}`, { start_pattern: null })).expect(200);
    await until(
      async () => (await scene.docker('ps', '-q', '--filter', `name=${scene.container(id)}`)) !== '',
    );
    await scene.host.restart('SIGKILL');
    await until(async () => (await scene.state(id)).state === 'running');
  });

  it('environment: lines, quotes, equals signs, unicode and nothing at all arrive as they were sent', async () => {
    const environment = {
      LINES: 'one\ntwo\r\nthree\n',
      QUOTES: `'single' "double" \`tick\` $HOME $(id) \\n`,
      EQUALS: '=a=b=',
      UNICODE: 'Grüße 世界 🎲',
      EMPTY: '',
      'odd-name.x': 'kept',
      PATH: '/bin:/opt/own',
    };
    // What the shell was started with: it doesn't pass names on that it can't use itself.
    const command = 'cat /proc/$$/environ > env; echo done; sleep 600';
    const id = await scene.server({ startup_command: command, environment, tty: false });
    const socket = await start(scene, id);
    await socket.waitForText('done\n');
    const mounts = JSON.parse(
      await scene.docker('inspect', '--format', '{{json .HostConfig.Mounts}}', scene.container(id)),
    );
    const volume = z.array(z.object({ Source: z.string(), Target: z.string() })).parse(mounts)[0]?.Source;
    const seen = readFileSync(join(volume ?? '', 'env'), 'utf8').split('\0');
    for (const [name, value] of Object.entries(environment)) expect(seen).toContain(`${name}=${value}`);
    // Nothing of it is in a command line on the machine.
    const top = await scene.docker('top', scene.container(id), '-eo', 'pid,args');
    expect(top).toContain('sleep 600');
    expect(top).not.toContain('Grüße');
  });
});

describe.skipIf(!has('images'))('A8 POST /containers/:id/volumes on a real server', () => {
  longTest('is there after a restart, and gone after the next change', async () => {
    const dataDir = tempDir(onEnd);
    const outside = tempDir(onEnd);
    mkdirSync(join(outside, 'maps'));
    writeFileSync(join(outside, 'maps', 'world'), 'a map\n');
    const config = { storage: { allowed_mounts: [outside] } };
    writeFileSync(join(dataDir, 'config.json'), JSON.stringify(config));
    const scene = await openScene({ onEnd, dataDir });
    const id = await scene.server({
      startup_command: 'cat /maps/world || echo none; touch /maps/mine; sleep 600',
    });
    const pending = () => pendingOf(scene, id);
    const socket = await start(scene, id);
    await socket.waitForText('none\n');
    expect(await pending()).toEqual([]);
    const change = { volumes: { '/maps': join(outside, 'maps') }, read_only_mounts: ['/maps'] };
    (await scene.host.api.post(`/containers/${id}/volumes`, change)).expect(202);
    expect((await scene.state(id)).state).toBe('running');
    expect(await pending()).toEqual(['mount', 'read_only_mounts']);
    await restart(scene, id);
    await socket.waitForText('a map\n');
    await socket.waitForText('Read-only file system');
    expect(await pending()).toEqual([]);
    (await scene.host.api.post(`/containers/${id}/volumes`, { volumes: {} })).expect(202);
    await restart(scene, id);
    await until(() => socket.console.text.match(/none/g)?.length === 2);
  });

  it('B1 what a container has mounted is known by device and inode; a link planted between two starts is refused', async () => {
    const dataDir = tempDir(onEnd);
    const outside = tempDir(onEnd);
    const maps = join(outside, 'maps');
    for (const name of ['maps', 'other']) mkdirSync(join(outside, name));
    writeFileSync(join(dataDir, 'config.json'), JSON.stringify({ storage: { allowed_mounts: [outside] } }));
    const scene = await openScene({ onEnd, dataDir });
    const id = await scene.server({
      startup_command: 'echo up; ls /maps; exec sleep 600',
      mount: { '/maps': maps },
    });
    const socket = await start(scene, id);
    await socket.waitForText('up\n');
    const facts = await scene.docker('inspect', '--format', '{{.Id}} {{.State.Pid}}', scene.container(id));
    const [containerId = '', pid] = facts.trim().split(' ');
    const found = (path: string) => {
      const { dev, ino } = statSync(path, { bigint: true });
      return folderIn({ id: containerId, pid: Number(pid) }, { target: '/maps', path, dev, ino });
    };
    expect([found(maps), found(join(outside, 'other'))]).toEqual(['same', 'other']);
    (await scene.host.api.post(`/containers/${id}/kill`)).expect(200);
    await socket.waitFor('event', (frame) => frame.data === 'exit');
    rmSync(maps, { recursive: true });
    symlinkSync('/', maps);
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await socket.waitFor('daemon_message', (frame) => frame.data.includes('or is a link now'));
    await until(async () => (await scene.state(id)).state === 'exit');
    expect(socket.console.text.match(/up/g)).toHaveLength(1);
  });
});

describe.skipIf(!has('images'))('S14 GET /containers/:id/logs on a real server', () => {
  it('has what request_logs has, running and stopped, and pages back without a hole', async () => {
    const count = 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line $i ü"; done; echo end; sleep 600';
    const id = await scene.server({ startup_command: count, tty: false });
    const socket = await start(scene, id);
    await socket.waitForText('end\n', 60_000);
    const logs = async (query: string) =>
      (await scene.host.api.get(`/containers/${id}/logs${query}`)).parse(logsReply);
    const since = socket.mark();
    await socket.send({ event: 'request_logs', lines: 100 });
    const frame = await socket.waitFor('logs', () => true, { since });
    const last = await logs('?lines=100');
    expect(last).toEqual({ data: frame.data, from: frame.from, to: frame.to });
    expect(Buffer.byteLength(last.data)).toBe(last.to - last.from);
    expect((await logs('')).data.split('\n')).toHaveLength(1001);
    (await scene.host.api.post(`/containers/${id}/kill`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'exit');
    let text = '';
    let before: number | undefined;
    for (;;) {
      const page = await logs(`?lines=700${before === undefined ? '' : `&before=${before}`}`);
      text = page.data + text;
      before = page.from;
      if (page.from === 0) break;
    }
    expect(text).toBe(`${Array.from({ length: 3000 }, (_, i) => `line ${i + 1} ü\n`).join('')}end\n`);
    expect(await logs('?before=0')).toEqual({ data: '', from: 0, to: 0 });
    expect((await logs(`?lines=1&before=${10 ** 15}`)).data).toBe('end\n');
  });
});
