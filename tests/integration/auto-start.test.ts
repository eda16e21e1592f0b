import { setTimeout as pause } from 'node:timers/promises';
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
    const running = await scene.server({ ...request, restart_policy: 'no' });
    const never = await scene.server(request);
    const other = await scene.server({ startup_command: sleeper });
    await act(scene, stopped, 'start', 'running');
    await act(scene, stopped, 'stop', 'exit');
    await act(scene, running, 'start', 'running');

    // A restart of the host alone starts nothing that was stopped on purpose.
    await scene.host.restart('SIGKILL');
    await until(async () => (await scene.state(running)).state === 'running', { timeoutMs: 60_000 });
    await pause(1500);
    expect(await states(scene, [stopped, running, never, other])).toEqual([
      'exit',
      'running',
      'installed',
      'installed',
    ]);

    // The power fails: one server was running, and its container is ended by that.
    await scene.host.kill();
    await scene.docker('kill', scene.container(running));
    pretendBoot(scene);
    await scene.host.start();
    await until(async () => (await states(scene, [stopped, running, never])).every((s) => s === 'running'), {
      timeoutMs: 60_000,
      what: 'all three to run',
    });
    expect((await scene.state(other)).state).toBe('installed');

    // That was it for this boot.
    await act(scene, never, 'stop', 'exit');
    await scene.host.restart();
    await until(async () => (await scene.state(running)).state === 'running', { timeoutMs: 60_000 });
    await pause(1500);
    expect(await states(scene, [stopped, running, never])).toEqual(['running', 'running', 'exit']);
  });

  it('leaves alone what runs, and can be turned on and off later', async () => {
    const scene = await openScene({ onEnd });
    const runs = await scene.server({ startup_command: sleeper, auto_start: true });
    const turnedOff = await scene.server({ startup_command: sleeper, auto_start: true });
    const turnedOn = await scene.server({ startup_command: sleeper });
    await act(scene, runs, 'start', 'running');
    const { container_id } = await scene.state(runs);
    (await scene.host.api.patch(`/containers/${turnedOff}`, { auto_start: false })).expect(200);
    (await scene.host.api.patch(`/containers/${turnedOn}`, { auto_start: true })).expect(200);
    await scene.host.restart();
    await until(async () => (await scene.state(runs)).state === 'running', { timeoutMs: 60_000 });
    await pause(1000);
    expect((await scene.state(turnedOn)).state).toBe('installed');
    await scene.host.kill();
    pretendBoot(scene);
    await scene.host.start();
    await until(async () => (await scene.state(turnedOn)).state === 'running', { timeoutMs: 60_000 });
    expect(await scene.state(runs)).toMatchObject({ state: 'running', container_id });
    expect((await scene.state(turnedOff)).state).toBe('installed');
  });

  it('in the order of creation, a few at once; a host killed in the middle goes on with the rest', async () => {
    const scene = await openScene({ onEnd });
    const ids: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      ids.push(await scene.server({ startup_command: sleeper, auto_start: true }));
    }
    await scene.host.kill();
    pretendBoot(scene);
    await scene.host.start();
    /** How many run; checks that no container is there yet of one whose turn can't have come. */
    const look = async (): Promise<number> => {
      const made = await scene.docker('ps', '-a', '--format', '{{.Names}}');
      const runs = (await states(scene, ids)).filter((state) => state === 'running').length;
      const last = ids.findLastIndex((id) => made.split('\n').includes(scene.container(id)));
      expect(last).toBeLessThan(runs + 4);
      return runs;
    };
    await until(async () => (await look()) > 0, { everyMs: 10, timeoutMs: 60_000, what: 'the first to run' });
    await scene.host.kill();
    await scene.host.start();
    await until(async () => (await states(scene, ids)).every((state) => state === 'running'), {
      timeoutMs: 120_000,
      what: 'all to run',
    });
  }, 300_000);
});
