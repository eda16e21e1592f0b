import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { busyboxImage, imageLike } from '../support/images.ts';
import { longTest } from '../support/lane.ts';
import { startRegistry } from '../support/registry.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';

const onEnd = suiteCleanup();
let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ onEnd });
});

/** The small image, but with that `USER`. */
const imageOfUser = (user: string): Promise<string> =>
  imageLike(onEnd, 'user', { changes: [`USER ${user}`] });

async function create(scene: Scene, id: string, body: object): Promise<void> {
  const volume = (await scene.host.api.post('/volumes')).parse(z.object({ volume_id: z.string() }), 201);
  (
    await scene.host.api.post('/containers', {
      internal_id: id,
      volume_id: volume.volume_id,
      startup_command: 'echo up; sleep 100',
      ...body,
    })
  ).expect(200);
}

describe('A6 install', () => {
  it('the script works in the volume, its output is console text, and the throw-away container goes', async () => {
    const socket = await scene.connect('inst-ok');
    const id = await scene.server(
      { startup_command: 'cat made', install_script: 'pwd; echo "from the script" > made; echo done >&2' },
      'inst-ok',
    );
    await socket.waitForText('/home/container\n');
    const states = socket.all('event').map((frame) => frame.data);
    expect(states).toEqual(['installing', 'installed']);
    expect(await scene.docker('ps', '-aq', '--filter', `name=lightd-${id}-install`)).toBe('');
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitForText('from the script');
  });

  it('A9 the volume belongs to the user of the image, and so does what is uploaded', async () => {
    const image = await imageOfUser('4321:8765');
    const socket = await scene.connect('inst-user');
    const id = await scene.server(
      {
        image,
        install_script: 'id -u > by-script',
        startup_command: 'id -u; echo more >> uploaded.txt && cat by-script uploaded.txt',
      },
      'inst-user',
    );
    const { volume_id } = (await scene.host.api.get(`/containers/${id}`)).parse(
      z.object({ volume_id: z.string() }),
    );
    const upload = { path: 'uploaded.txt', content: 'by hand\n' };
    (await scene.host.api.post(`/volumes/${volume_id}/files`, upload)).expect(200);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitForText('4321\n4321\nby hand\nmore\n');
    expect(socket.all('daemon_message').filter(({ data }) => data.startsWith('Warning'))).toEqual([]);
  });

  it('an exit code other than 0 is a failure, told in words and shown as such', async () => {
    const socket = await scene.connect('inst-bad');
    await create(scene, 'inst-bad', { image: await busyboxImage(), install_script: 'echo trying; exit 3' });
    await socket.waitFor('event', (frame) => frame.data === 'failed', { timeoutMs: 60_000 });
    await socket.waitFor(
      'daemon_message',
      (frame) => frame.data === 'Error: install failed: the install script ended with exit code 3',
    );
    expect(socket.console.text).toBe('trying\n');
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('daemon_message', (frame) =>
      frame.data.startsWith("Error: can't start: the install failed"),
    );
    (await scene.host.api.delete('/containers/inst-bad')).expect(200);
  });

  it('an image that exists nowhere is a failure', async () => {
    const socket = await scene.connect('inst-none');
    await create(scene, 'inst-none', { image: '127.0.0.1:1/no/such:image' });
    await socket.waitFor('event', (frame) => frame.data === 'failed', { timeoutMs: 60_000 });
    const told = await socket.waitFor('daemon_message', (frame) =>
      frame.data.startsWith('Error: install failed'),
    );
    expect(told.data).toContain('127.0.0.1:1/no/such:image');
    (await scene.host.api.delete('/containers/inst-none')).expect(200);
  });

  it('an install that the host did not live to finish is done again', async () => {
    await create(scene, 'inst-again', {
      image: await busyboxImage(),
      install_script:
        'echo "run $(cat count 2>/dev/null)"; echo again > count; [ -f second ] || { touch second; sleep 30; }',
    });
    const socket = await scene.connect('inst-again');
    onEnd(() =>
      scene.docker('rm', '-f', 'lightd-inst-again-install').then(
        () => {},
        () => {},
      ),
    );
    await socket.waitForText('run', 30_000);
    await scene.host.restart('SIGKILL');
    const again = await scene.connect('inst-again');
    await again.waitFor('event', (frame) => frame.data === 'installed', { timeoutMs: 60_000 });
    expect(await scene.history('inst-again')).toContain('run again');
    (await scene.host.api.delete('/containers/inst-again')).expect(200);
  });

  longTest.skipIf(!has('registry'))('X5 an image is pulled from a registry with progress', async () => {
    const registry = await startRegistry(onEnd);
    const image = `${registry.at}/lightdeck/big`;
    await buildBigImage(scene, image);
    onEnd(() =>
      scene.docker('rmi', '-f', image).then(
        () => {},
        () => {},
      ),
    );
    await scene.docker('push', image);
    await scene.docker('rmi', image);
    const socket = await scene.connect('inst-pull');
    await create(scene, 'inst-pull', { image });
    await socket.waitFor('progress', (frame) => frame.data.phase === 'pull' && frame.data.current > 0, {
      timeoutMs: 60_000,
    });
    await socket.waitFor('event', (frame) => frame.data === 'installed', { timeoutMs: 60_000 });
    expect(socket.badFrames).toEqual([]);
    (await scene.host.api.delete('/containers/inst-pull')).expect(200);
  });
});

/** 60 MB that don't compress, so that the pull takes a moment. */
async function buildBigImage(scene: Scene, image: string): Promise<void> {
  const name = `lightdeck-big-${process.pid}`;
  await scene.docker(
    'run',
    '--name',
    name,
    await busyboxImage(),
    'sh',
    '-c',
    'head -c 60000000 /dev/urandom > /big',
  );
  onEnd(() =>
    scene.docker('rm', '-f', name).then(
      () => {},
      () => {},
    ),
  );
  await scene.docker('commit', name, image);
}
