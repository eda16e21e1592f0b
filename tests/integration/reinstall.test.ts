import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { busyboxImage } from '../support/images.ts';
import { openScene, type Scene } from '../support/scene.ts';

const onEnd = suiteCleanup();
let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ onEnd });
});

const shown = z.object({
  state: z.string(),
  install_state: z.string(),
  install_error: z.string().nullable(),
  install_script: z.string().nullable(),
  container_id: z.string().nullable(),
});
const view = async (scene: Scene, id: string) => (await scene.host.api.get(`/containers/${id}`)).parse(shown);
const reinstall = (scene: Scene, id: string, body?: object) =>
  scene.host.api.post(`/containers/${id}/reinstall`, body);

describe('A6 POST /containers/:id/reinstall', () => {
  it('runs a changed script on the kept volume; the old container goes, the history stays', async () => {
    const id = await scene.server({
      startup_command: 'cat log; sleep 100',
      install_script: 'echo one >> log',
      stop: { signal: 'SIGKILL', timeout: 5 },
    });
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitForText('one\n');
    await socket.waitFor('event', ({ data }) => data === 'running');
    const busy = await reinstall(scene, id);
    expect([busy.status, busy.text]).toEqual([409, expect.stringContaining('stop it first')]);
    await socket.send({ event: 'power', action: 'stop' });
    await socket.waitFor('event', ({ data }) => data === 'exit', { timeoutMs: 60_000 });
    const mark = socket.mark();
    const reply = await reinstall(scene, id, { install_script: 'echo two >> log; echo installing anew' });
    expect([reply.status, reply.body]).toEqual([
      200,
      { message: 'Container reinstall started', internal_id: id, operation: null },
    ]);
    await socket.waitFor('event', ({ data }) => data === 'installed', { since: mark, timeoutMs: 60_000 });
    expect(await scene.docker('ps', '-aq', '--filter', `name=lightd-${id}`)).toBe('');
    expect(await view(scene, id)).toMatchObject({
      install_state: 'ready',
      install_script: 'echo two >> log; echo installing anew',
      container_id: scene.container(id),
    });
    await scene.host.restart();
    expect(await view(scene, id)).toMatchObject({ install_script: 'echo two >> log; echo installing anew' });
    const again = await scene.connect(id);
    await again.waitFor('event', ({ data }) => data === 'installed');
    await again.send({ event: 'power', action: 'start' });
    await again.waitForText('one\ntwo\n');
    expect(await scene.history(id)).toBe('one\ninstalling anew\none\ntwo\n');
  });

  it('mends a failed install, and fails again in words', async () => {
    const volume = (await scene.host.api.post('/volumes')).parse(z.object({ id: z.string() }), 201);
    const id = `re-${process.pid}`;
    const body = { internal_id: id, image: await busyboxImage(), volume_id: volume.id };
    const socket = await scene.connect(id);
    (
      await scene.host.api.post('/containers', { ...body, startup_command: 'true', install_script: 'exit 3' })
    ).expect(200);
    await socket.waitFor('event', ({ data }) => data === 'failed', { timeoutMs: 60_000 });
    const start = await scene.host.api.post(`/containers/${id}/start`);
    expect([start.status, start.text]).toEqual([409, expect.stringContaining('reinstall it first')]);
    let mark = socket.mark();
    (await reinstall(scene, id)).expect(200);
    await socket.waitFor('event', ({ data }) => data === 'failed', { since: mark, timeoutMs: 60_000 });
    expect(await view(scene, id)).toMatchObject({
      install_error: 'the install script ended with exit code 3',
    });
    mark = socket.mark();
    (await reinstall(scene, id, { image: '127.0.0.1:1/no/such:image' })).expect(200);
    const told = await socket.waitFor('daemon_message', ({ data }) => data.startsWith('Error:'), {
      since: mark,
      timeoutMs: 60_000,
    });
    expect(told.data).toContain('127.0.0.1:1/no/such:image');
    mark = socket.mark();
    (await reinstall(scene, id, { image: body.image, install_script: '' })).expect(200);
    await socket.waitFor('event', ({ data }) => data === 'installed', { since: mark, timeoutMs: 60_000 });
    expect(await view(scene, id)).toMatchObject({ install_error: null, install_script: null });
    (await scene.host.api.delete(`/containers/${id}`)).expect(200);
  });

  it('one at a time: of two at once one is told that an install is under way; a delete ends it', async () => {
    const id = await scene.server({ startup_command: 'true' });
    const script = { install_script: 'sleep 60' };
    const replies = await Promise.all([reinstall(scene, id, script), reinstall(scene, id, script)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    (await scene.host.api.delete(`/containers/${id}`)).expect(200);
    expect(await scene.docker('ps', '-aq', '--filter', `name=lightd-${id}`)).toBe('');
  });
});
