import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const sleeper = 'trap "exit 0" TERM; echo up; while :; do sleep 0.1; done';

/** As if the machine had been booted since: the host's memory of the boot is all that it can know it by. Only while it doesn't run. */
function pretendBoot(scene: Scene): void {
  const database = new Database(`${scene.host.dataDir}/lightdeck.db`);
  database.exec("UPDATE servers SET boot = 'another-boot'");
  database.close();
}

const states = async (scene: Scene, ids: string[]) =>
  Promise.all(ids.map(async (id) => (await scene.state(id)).state));

async function act(scene: Scene, id: string, action: string, state: string): Promise<void> {
  (await scene.host.api.post(`/containers/${id}/${action}`)).expect(200);
  await until(async () => (await scene.state(id)).state === state, { timeoutMs: 60_000, what: state });
}

describe.skipIf(!has('images'))('auto_start', () => {
  it('begins with the first start of the host after a boot of the machine, whatever the server did before', async () => {
    const scene = await openScene({ onEnd });
    const request = { startup_command: sleeper, auto_start: true };
    const stopped = await scene.server(request);
    const ended = await scene.server({ ...request, restart_policy: 'no' });
    const runs = await scene.server(request);
    const other = await scene.server({ startup_command: sleeper });
    for (const id of [stopped, ended, runs]) await act(scene, id, 'start', 'running');
    await act(scene, stopped, 'stop', 'exit');
    const { container_id } = await scene.state(runs);

    // A restart of the host alone starts nothing that was stopped on purpose. A start would be told at once.
    await scene.host.restart('SIGKILL');
    await until(async () => (await scene.state(ended)).state === 'running', { timeoutMs: 60_000 });
    expect(await states(scene, [stopped, other])).toEqual(['exit', 'installed']);

    // The power fails: one server was running, and its container is ended by that. One is there already.
    await scene.host.kill();
    await scene.docker('kill', scene.container(ended));
    pretendBoot(scene);
    await scene.host.start();
    await until(async () => (await states(scene, [stopped, ended])).every((s) => s === 'running'), {
      timeoutMs: 60_000,
      what: 'both to run',
    });
    expect(await scene.state(runs)).toMatchObject({ state: 'running', container_id });
    expect((await scene.state(other)).state).toBe('installed');

    // That was it for this boot. Turned off and on it holds for the next one.
    await act(scene, stopped, 'stop', 'exit');
    await act(scene, ended, 'stop', 'exit');
    (await scene.host.api.patch(`/containers/${ended}`, { auto_start: false })).expect(200);
    (await scene.host.api.patch(`/containers/${other}`, { auto_start: true })).expect(200);
    await scene.host.kill();
    pretendBoot(scene);
    await scene.host.start();
    await until(async () => (await states(scene, [stopped, other])).every((s) => s === 'running'), {
      timeoutMs: 60_000,
      what: 'both to run',
    });
    expect((await scene.state(ended)).state).toBe('exit');
  });
});
