import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { rounds } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { EngineProxy } from './engine-proxy.ts';

const onEnd = suiteCleanup();
/** How soon after a host listens its servers are killed, in ms. */
const soonMs = 400;

// In the heart's own tests (ends.test.ts) the same moments are met on purpose.
describe.skipIf(!has('images'))('a host that has just started', () => {
  it('S10 misses no end, whenever it comes', async () => {
    const proxy = new EngineProxy('/var/run/docker.sock');
    proxy.logLag = () => Math.random() * 150;
    const socket = join(tempDir(onEnd), 'docker.sock');
    await proxy.open(socket);
    onEnd(() => proxy.shut());
    const scene = await openScene({ onEnd, env: { DOCKER_HOST: `unix://${socket}` } });
    const command = 'i=0; while :; do i=$((i+1)); echo "line $i"; read -t 0.02 nothing; done';
    const ids = await Promise.all(
      [true, false].map((tty) => scene.server({ startup_command: command, tty, restart_policy: 'no' })),
    );
    const count = rounds('ends right after a start of the host', 30, 100);
    for (let round = 0; round < count; round += 1) {
      for (const id of ids) (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
      for (const id of ids) await until(async () => (await scene.state(id)).state === 'running');
      await scene.host.kill();
      await scene.host.start();
      await pause(Math.random() * soonMs);
      const end = async (id: string): Promise<void> => {
        await scene.docker('kill', scene.container(id));
        const what = `the end of ${id} in round ${round}`;
        await until(async () => (await scene.state(id)).state === 'exit', { what, timeoutMs: 60_000 });
      };
      await Promise.all(ids.map(end));
    }
  }, 900_000);
});
