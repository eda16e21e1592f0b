import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { busyboxImage } from '../support/images.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const list = z.object({ containers: z.array(z.object({ id: z.string(), notes: z.array(z.string()) })) });
const logs = z.object({ data: z.string() });
const state = z.object({ state: z.string(), container_id: z.string() });

/** Counts up, and says what it hears; ends by SIGTERM with a word. */
const program =
  'trap "echo bye; exit 0" TERM; i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo "line $i"; done; ' +
  'while :; do if read -t 1 line; then echo "heard $line"; fi; done';

describe.skipIf(!has('images'))('A40 a container of somebody else', () => {
  const onEnd = suiteCleanup();

  it('is adopted as it runs, with its console, and let go as it runs', async () => {
    const scene = await openScene({ onEnd });
    const { api } = scene.host;
    const name = `stranger-${randomBytes(4).toString('hex')}`;
    const run = ['run', '-d', '-i', '--name', name, await busyboxImage(), 'sh', '-c', program];
    const id = await scene.docker(...run);
    onEnd(async () => void (await scene.docker('rm', '-f', id)));
    const inspected = async () =>
      scene.docker('inspect', '-f', '{{.State.StartedAt}} {{.State.Pid}} {{.Name}}', id);
    const before = await inspected();
    const { containers } = (await api.get('/host/containers')).parse(list);
    expect(containers.find((one) => one.id === id)?.notes.join()).not.toContain('typed');
    const server = `t${randomBytes(5).toString('hex')}`;
    await api.post('/host/containers/adopt', { container_id: id, internal_id: server });
    const socket = await scene.connect(server, { after: '0' });
    await socket.waitForText('line 500\n');
    await socket.send({ event: 'send_command', command: 'one\n' });
    await socket.waitForText('heard one\n');
    expect((await api.get(`/containers/${server}`)).parse(state)).toEqual({
      state: 'running',
      container_id: id,
    });
    const all = [...Array(500).keys()].map((index) => `line ${index + 1}\n`).join('');
    const { data } = (await api.get(`/containers/${server}/logs?lines=1000`)).parse(logs);
    expect(data).toBe(`${all}heard one\n`);
    await api.post(`/containers/${server}/release`);
    expect((await api.get(`/containers/${server}`)).status).toBe(404);
    expect(await inspected()).toBe(before);
    // Whoever types into it from elsewhere still can: its input was not ended.
    await api.post('/host/containers/adopt', { container_id: id, internal_id: server });
    const again = await scene.connect(server, { after: '0' });
    await again.send({ event: 'send_command', command: 'two\n' });
    await again.waitForText('heard two\n');
    await again.send({ event: 'power', action: 'stop' });
    await again.waitFor('event', (frame) => frame.data === 'exit');
    expect(await scene.docker('inspect', '-f', '{{.State.ExitCode}}', id)).toBe('0');
    await again.send({ event: 'power', action: 'start' });
    const isRunning = async () => (await api.get(`/containers/${server}`)).parse(state).state === 'running';
    await until(isRunning, { what: 'it to run again', timeoutMs: 30_000 });
    await api.post(`/containers/${server}/release`);
    expect(await scene.docker('inspect', '-f', '{{.State.Running}} {{.Name}}', id)).toBe(`true /${name}`);
  });
});
