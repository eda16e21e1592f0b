import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { adoptUnknown, listUnknown } from '../../shared/http/unknown.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

describe.skipIf(!has('images'))('a host that is killed in a restart', () => {
  const onEnd = suiteCleanup();

  it('between the end of the old run, which is written down, and the new start: the server runs again', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({ startup_command: 'trap "exit 0" TERM; while :; do sleep 0.05; done' });
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running');
    const first = (await scene.state(id)).container_id;
    await scene.host.kill();
    await scene.docker('stop', scene.container(id));
    // The moment is too short to be hit: this is what the store has in it.
    const at = Date.parse(await scene.docker('inspect', '-f', '{{.State.FinishedAt}}', scene.container(id)));
    const exit = { at, code: 0, signal: null, oom: false, wanted: true, reason: 'stopped (exit code 0)' };
    const store = new Database(join(scene.host.dataDir, 'lightdeck.db'));
    store
      .prepare("UPDATE servers SET run = NULL, wanted = 'running', last_exit = ? WHERE id = ?")
      .run(JSON.stringify(exit), id);
    store.close();

    await scene.host.start();
    await until(async () => (await scene.state(id)).state === 'running', {
      what: 'the restart to be finished',
    });
    expect((await scene.state(id)).container_id).not.toBe(first);
  });

  it('A18, G7 a database that is gone with it: what runs is listed, and taken up again with its volume, port and console', async () => {
    const scene = await openScene({ onEnd });
    const { host } = scene;
    const [number] = await freePorts(1);
    (await host.api.post('/network/ports', { ip: '127.0.0.1', port: number })).expect(200);
    const id = await scene.server({
      startup_command: 'echo up; echo world > level; read x; echo "got $x"; sleep 600',
      start_pattern: 'up',
      tty: false,
      ports: [{ ip: '127.0.0.1', port: number }],
    });
    (await host.api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running');
    const { container_id } = await scene.state(id);
    const { volume_id } = (await host.api.get(`/containers/${id}`)).parse(
      z.object({ volume_id: z.string() }),
    );
    await host.kill();
    for (const end of ['', '-wal', '-shm']) rmSync(join(host.dataDir, `lightdeck.db${end}`), { force: true });
    await host.start();

    (await host.api.get(`/containers/${id}`)).expect(404);
    const found = await until(async () => {
      const reply = (await host.api.get('/host/unknown')).parse(listUnknown.reply);
      return reply.containers === 'known' && reply;
    });
    expect(found.servers).toMatchObject([{ internal_id: id, container_id, running: true, adoptable: true }]);
    expect(found.volumes.map((volume) => volume.id)).toEqual([volume_id]);
    const adopted = await host.api.post('/host/unknown/adopt', { servers: [id] });
    expect(adopted.parse(adoptUnknown.reply)).toEqual({ servers: [id], volumes: [], problems: [] });
    await until(async () => (await scene.state(id)).state === 'running');
    expect((await scene.state(id)).container_id).toBe(container_id);
    const socket = await scene.connect(id);
    await socket.send({ event: 'send_command', command: 'hello\n' });
    await socket.waitForText('got hello');
    expect(await scene.history(id)).toBe('up\ngot hello\n');
    const level = await host.api.get(`/volumes/${volume_id}/files?path=`);
    expect(JSON.stringify(level.expect(200).body)).toContain('level');
    expect(JSON.stringify((await host.api.get('/network/ports')).body)).toContain(`"used_by":"${id}"`);
  });
});
