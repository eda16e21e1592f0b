import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
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
});
