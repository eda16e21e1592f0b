import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { debianName, imageLike } from '../support/images.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
let scene: Scene;

const volumeReply = z.object({ volume_id: z.string() });

const runs = (id: string) => scene.host.api.post(`/containers/${id}/start`);

describe.skipIf(!has('images'))('images as users have them', () => {
  beforeAll(async () => {
    scene = await openScene({ onEnd });
  });

  it('F2 one with a VOLUME elsewhere: told by name at install and start; with data_path there nothing is lost', async () => {
    const image = await imageLike(onEnd, 'volume', { changes: ['VOLUME /data'] });
    const startup_command =
      'cat /data/world 2> /dev/null; echo saved >> /data/world; echo up; exec sleep 1000';
    const socket = await scene.connect('kind-volume');
    const id = await scene.server({ image, startup_command, start_pattern: '^up' }, 'kind-volume');
    const warnings = () =>
      socket.frames.filter(
        (frame) => frame.event === 'daemon_message' && /\/data \(VOLUME\)/.test(frame.data),
      );
    await until(() => warnings().length > 0, { what: 'the word about /data at the install' });
    (await runs(id)).expect(200);
    await until(() => warnings().length > 1, { what: 'the word about /data at the start' });
    const kept = await scene.server({ image, startup_command, start_pattern: '^up', data_path: '/data' });
    const keeper = await scene.connect(kept);
    (await runs(kept)).expect(200);
    await keeper.waitFor('event', (frame) => frame.data === 'running');
    (await scene.host.api.post(`/containers/${kept}/restart`)).expect(200);
    await keeper.waitForText('saved\n');
    // None that the engine made.
    const mounts = await docker('inspect', '-f', '{{range .Mounts}}{{.Type}} {{end}}', scene.container(kept));
    expect(mounts.trim().split(' ')).toEqual(['bind', 'bind']);
    await Promise.all([socket.close(), keeper.close()]);
  });

  it('F2 one with a VOLUME inside the server’s files is refused in words, before anything is written there', async () => {
    const image = await imageLike(onEnd, 'inside', { changes: ['VOLUME /home/container/world'] });
    const id = 'kind-inside';
    scene.adopt(id);
    const socket = await scene.connect(id);
    const { volume_id } = (await scene.host.api.post('/volumes')).parse(volumeReply, 201);
    const body = { internal_id: id, image, startup_command: 'echo up', volume_id };
    (await scene.host.api.post('/containers', body)).expect(200);
    const told = (): string => JSON.stringify(socket.frames);
    await until(() => /\/home\/container\/world.*\(VOLUME\).*data_path/.test(told()), {
      what: 'the refusal',
    });
    await socket.close();
  });

  it('G10 one that starts as root and steps down writes what belongs to its own user', async () => {
    const image = await imageLike(onEnd, 'steps-down', {
      script:
        'echo "game:x:4321:4321::/home/container:/bin/sh" > /etc/passwd; echo "game:x:4321:" > /etc/group',
    });
    const startup_command =
      'id -u; exec su game -c "id -u > mine && cat mine script && echo up && exec sleep 1000"';
    const request = {
      image,
      startup_command,
      start_pattern: '^up',
      install_script: 'echo by the script > script',
    };
    const id = await scene.server({ ...request, volume_owner: 'game:game' });
    const socket = await scene.connect(id);
    (await runs(id)).expect(200);
    await socket.waitForText('0\n4321\nby the script\nup\n');
    const owner = await docker('exec', scene.container(id), 'stat', '-c', '%u:%g', '.', 'script', 'mine');
    expect(owner.split('\n')).toEqual(['4321:4321', '4321:4321', '4321:4321']);
    await socket.close();
  });

  it('S11 one without a shell is told in words, and not started over and over', async () => {
    const image = await imageLike(onEnd, 'no-shell', { script: 'rm -f /bin/sh' });
    const id = await scene.server({ image, startup_command: 'echo up', restart_policy: 'on-failure' });
    const socket = await scene.connect(id);
    (await runs(id)).expect(200);
    const said = (words: RegExp) =>
      socket.waitFor('daemon_message', (frame) => words.test(frame.data), { timeoutMs: 30_000 });
    await said(/^Server crashed: its image has no \/bin\/sh.* choose another image/);
    await said(/not started again/);
    await socket.close();
  });

  it('F16 G10 Debian’s has the machine’s time zone and a locale that knows umlauts', async () => {
    const startup_command = 'echo "zone $TZ, locale $LANG"; echo up; exec sleep 1000';
    const id = await scene.server({ image: debianName, startup_command, start_pattern: '^up' });
    const socket = await scene.connect(id);
    (await runs(id)).expect(200);
    await socket.waitForText('up\n');
    expect(socket.console.text).toMatch(/zone \S+, locale C\.UTF-8/);
    await socket.close();
  });
});
