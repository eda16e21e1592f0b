import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { gameImage } from '../support/images.ts';
import { longSuite, longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();

let shared: Scene;
beforeAll(async () => {
  shared = await openScene({ onEnd });
});

async function running(command: string, more: object = {}, scene = shared) {
  const id = await scene.server({ startup_command: command, restart_policy: 'no', ...more });
  const socket = await scene.connect(id);
  await socket.send({ event: 'power', action: 'start' });
  await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 60_000 });
  return { id, socket, name: scene.container(id) };
}

const inspect = (name: string, format: string) => shared.docker('inspect', '--format', format, name);

describe.skipIf(!has('images'))('A7 a real server’s container', () => {
  it('A7: name, labels, working folder, shell, standard input and terminal', async () => {
    const { id, socket, name } = await running(
      'pwd; test -t 0 && test -t 1 && echo on a terminal; false || echo a shell; read -r line; echo "read $line"; sleep 600',
    );
    await socket.waitForText('/home/container\non a terminal\na shell\n');
    await socket.send({ event: 'send_command', command: 'typed\n' });
    await socket.waitForText('read typed\n');
    expect(await inspect(name, '{{index .Config.Labels "lightdeck.id"}}')).toBe(id);
    expect(await inspect(name, '{{index .Config.Labels "lightdeck.role"}}')).toBe('server');
    expect(await inspect(name, '{{.Config.OpenStdin}} {{.Config.Tty}}')).toBe('true true');
    expect(await inspect(name, '{{.HostConfig.NetworkMode}}')).toBe(`lightd-${id}`);
    expect(await inspect(name, '{{.HostConfig.LogConfig.Type}}')).toBe('json-file');
    const log = await inspect(name, '{{json .HostConfig.LogConfig.Config}}');
    expect(JSON.parse(log)).toEqual({ 'max-file': '4', 'max-size': String(16 * 1024 * 1024) });
    expect(await inspect(name, '{{.HostConfig.Privileged}} {{.HostConfig.RestartPolicy.Name}}')).toBe(
      'false no',
    );
  });

  it('B7 with a read-only root it writes to its volume and to /tmp, runs from there, and nowhere else', async () => {
    const { socket, name } = await running(
      'echo a > here && echo volume; printf "#!/bin/sh\\necho ran\\n" > /tmp/x; chmod +x /tmp/x; /tmp/x; ' +
        '(echo a > /var/x) 2>/dev/null || echo closed; dd if=/dev/zero of=/tmp/full bs=1M count=300 2>/dev/null || echo full; sleep 600',
      { read_only_root: true, tty: false },
    );
    await socket.waitForText('volume\nran\n');
    await socket.waitForText('closed\nfull\n');
    expect(await inspect(name, '{{.HostConfig.ReadonlyRootfs}}')).toBe('true');
  });

  it('A7: without a terminal if the server says no', async () => {
    const { socket } = await running('test -t 0 || echo no terminal; sleep 600', { tty: false });
    await socket.waitForText('no terminal\n');
  });

  it('A7: 512 processes and not one more', async () => {
    // The inner shell gives up when it can't fork; what it has begun stays, since the outer one waits without a fork.
    const bomb = '(i=0; while [ $i -lt 700 ]; do i=$((i+1)); sleep 600 & done); echo full; read -r line';
    const { name, socket } = await running(bomb);
    await socket.waitForText('full');
    const top = await shared.docker('top', name, '-eo', 'pid');
    const count = top.split('\n').filter((line) => /^\s*\d/.test(line)).length;
    expect(count).toBeGreaterThanOrEqual(400);
    expect(count).toBeLessThanOrEqual(512);
    expect(await inspect(name, '{{.HostConfig.PidsLimit}}')).toBe('512');
  });

  it('A7: most capabilities are gone, and what needs them fails', async () => {
    const { socket } = await running(
      [
        'grep -E "^(CapEff|CapBnd|NoNewPrivs):" /proc/self/status',
        'mknod dev c 1 3 2>/dev/null && echo made a device',
        'mount -t tmpfs x /mnt 2>/dev/null && echo mounted',
        'ping -c 1 127.0.0.1 >/dev/null 2>&1 && echo raw sockets',
        'echo done; sleep 600',
      ].join('; '),
      { tty: false },
    );
    await socket.waitForText('done\n');
    const text = socket.console.text;
    expect(text).toMatch(/CapEff:\t00000000000004eb\n/);
    expect(text).toMatch(/CapBnd:\t00000000000004eb\n/);
    expect(text).toMatch(/NoNewPrivs:\t1\n/);
    for (const word of ['made a device', 'mounted', 'raw sockets']) expect(text).not.toContain(word);
  });

  // Busybox gives the privileges of a set-uid bit up by itself, so this needs another image.
  it.skipIf(!has('game'))('A7: a set-uid program gives another user no privileges', async () => {
    const image = await gameImage();
    const trap = 'cp /usr/bin/id /rootly; chmod 4755 /rootly; echo ready; sleep 600';
    const { name, socket } = await running(trap, { tty: false, image });
    await socket.waitForText('ready\n');
    expect(await shared.docker('exec', '-u', '1234', name, '/rootly', '-u')).toBe('1234');
    // The same in a container without our fences: there the bit counts.
    const free = await shared.docker('run', '-d', '--entrypoint', '/bin/sh', image, '-c', trap);
    onTestFinished(async () => void (await shared.docker('rm', '-f', free)));
    await until(async () => (await shared.docker('logs', free)) === 'ready');
    expect(await shared.docker('exec', '-u', '1234', free, '/rootly', '-u')).toBe('0');
  });
});

longSuite('A7 networks of real servers', !has('images'), () => {
  const networks = async (scene: Scene, ...filters: string[]) =>
    (await scene.docker('network', 'ls', '--format', '{{.Name}}', ...filters.flatMap((f) => ['--filter', f])))
      .split('\n')
      .filter(Boolean);

  longTest(
    'A7: each has its own, which goes with it; the one that all shared goes when it is empty',
    async () => {
      const scene = await openScene({ onEnd });
      const { id, name } = await running('sleep 600', {}, scene);
      const host = await inspect(name, '{{index .Config.Labels "lightdeck.host"}}');
      const shared = `lightdeck-${host.slice(0, 8)}`;
      expect(await networks(scene, `label=lightdeck.host=${host}`)).toEqual([`lightd-${id}`]);

      // A server as an older version left it: running in the shared network.
      await scene.host.kill();
      const label = 'lightdeck.network=true';
      await scene.docker('network', 'create', '--subnet', '10.215.3.0/28', '--label', label, shared);
      onEnd(async () => void (await scene.docker('network', 'rm', shared).catch(() => '')));
      await scene.docker('network', 'connect', shared, name);
      await scene.docker('network', 'disconnect', `lightd-${id}`, name);
      await scene.docker('network', 'rm', `lightd-${id}`);
      // And the network of one that was being deleted when the host died.
      await scene.docker(
        ...['network', 'create', '--subnet', '10.215.3.16/28', '--label', label],
        ...['--label', `lightdeck.host=${host}`, '--label', 'lightdeck.id=gone', 'lightd-gone-x'],
      );
      onEnd(async () => void (await scene.docker('network', 'rm', 'lightd-gone-x').catch(() => '')));
      await scene.host.start();
      await until(async () => (await scene.state(id)).state === 'running');
      await until(async () => !(await networks(scene)).includes('lightd-gone-x'), { what: 'the sweep' });
      expect(await networks(scene)).toContain(shared);

      (await scene.host.api.post(`/containers/${id}/restart`)).expect(200);
      await until(async () => (await networks(scene)).includes(`lightd-${id}`), { timeoutMs: 60_000 });
      await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
      expect(await inspect(name, '{{.HostConfig.NetworkMode}}')).toBe(`lightd-${id}`);
      await scene.host.restart();
      await until(async () => !(await networks(scene)).includes(shared), {
        what: 'the shared network to go',
      });
      (await scene.host.api.delete(`/containers/${id}`)).expect(200);
      expect(await networks(scene, `label=lightdeck.host=${host}`)).toEqual([]);
    },
  );
});
