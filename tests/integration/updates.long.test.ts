import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSchedule, listScheduleRuns, runSchedule } from '../../shared/http/schedules.ts';
import { applyUpdate, checkUpdate, takeBackUpdate } from '../../shared/http/updates.ts';
import { type Operation, operationSchema } from '../../shared/model/operation.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { imageLike } from '../support/images.ts';
import { startRegistry } from '../support/registry.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();

/** Another version of the image in the registry, and not on the engine under its name. */
async function publish(scene: Scene, image: string, script: string): Promise<void> {
  const local = await imageLike(onEnd, 'update', { script: `echo '${script}' > /game.sh` });
  await scene.docker('tag', local, image);
  await scene.docker('push', image);
  await scene.docker('rmi', image);
}

async function over(scene: Scene, id: string): Promise<Operation> {
  const look = async () => (await scene.host.api.get(`/operations/${id}`)).parse(operationSchema);
  await until(async () => (await look()).state !== 'running', { what: 'the update', timeoutMs: 60_000 });
  return look();
}

const running = (words: string): string => `echo "${words} with $(cat world)"; exec sleep 1000`;

describe.skipIf(!has('images') || !has('registry'))('updates on a real engine and a real registry', () => {
  it('U2 U3 U4 W8 a newer image is noticed, run, taken back, run by schedule; a broken one is taken back by itself', async () => {
    const { at } = await startRegistry(onEnd);
    const image = `${at}/lightdeck-test/game`;
    // After the host, whose containers have them.
    onEnd(async () => {
      const ids = new Set((await docker('images', '-q', image)).split('\n').filter((one) => one !== ''));
      for (const one of ids) await docker('rmi', '-f', one);
    });
    const scene = await openScene({ onEnd });
    const { api } = scene.host;
    await publish(scene, image, running('one'));
    const volume = (await api.post('/volumes', { size: 64 })).parse(
      z.object({ volume_id: z.string(), path: z.string() }),
      201,
    );
    const world = () => readFileSync(join(volume.path, 'world'), 'utf8').trim();
    const id = await scene.server({
      image,
      startup_command: 'sh /game.sh',
      start_pattern: '(one|two|three) with',
      volume_id: volume.volume_id,
      install_script: 'echo "the first day" > world',
      stop: { signal: 'SIGKILL', timeout: 5 },
    });
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitForText('one with the first day');
    const check = async () => (await api.post(`/containers/${id}/update/check`)).parse(checkUpdate.reply);
    const before = await check();
    expect(before).toMatchObject({
      newer: null,
      problem: null,
      version: expect.stringContaining('@sha256:'),
    });
    expect(before.size).toBeGreaterThan(100_000);

    await publish(scene, image, `echo "of two" > world; ${running('two')}`);
    expect(await check()).toMatchObject({ newer: { taken_back: false } });
    const update = async () =>
      over(scene, (await api.post(`/containers/${id}/update`)).parse(applyUpdate.reply, 202).operation.id);
    expect(await update()).toMatchObject({ state: 'done', error: null, result: { updated: true } });
    expect((await scene.state(id)).state).toBe('running');
    expect(world()).toBe('of two');
    const after = await check();
    expect(after).toMatchObject({ newer: null, previous: { version: before.version } });

    const back = await api.post(`/containers/${id}/update/take-back`, { files: true });
    const taken = await over(scene, back.parse(takeBackUpdate.reply, 202).operation.id);
    expect(taken).toMatchObject({ state: 'done', error: null });
    expect(world()).toBe('the first day');
    expect(await check()).toMatchObject({ version: before.version, newer: { taken_back: true } });

    await publish(scene, image, running('three'));
    const schedules = `/containers/${id}/schedules`;
    const steps = [{ action: 'update' }];
    const made = await api.post(schedules, { name: 'nightly', cron: '0 4 * * *', steps });
    const nightly = `${schedules}/${made.parse(createSchedule.reply).id}`;
    const run = async (): Promise<string> => {
      const { operation } = (await api.post(`${nightly}/run`)).parse(runSchedule.reply, 202);
      await over(scene, operation?.id ?? '');
      const [last] = (await api.get(`${nightly}/runs`)).parse(listScheduleRuns.reply).runs;
      return `${last?.state}: ${last?.result}`;
    };
    const words = await run();
    const third = await check();
    expect(words).toBe(`done: step 1 of 1 (update): updated to ${third.version}`);
    expect(third).toMatchObject({ newer: null, previous: { version: before.version } });
    expect(third.previous?.restore_point).not.toBeNull();
    expect(world()).toBe('the first day');
    expect(await run()).toBe(`skipped: step 1 of 1 (update): there is no newer image of ${image}`);

    await publish(scene, image, 'echo "spoilt" > world; exit 3');
    const broken = await update();
    expect(broken).toMatchObject({ state: 'failed' });
    expect(broken.error).toMatch(
      /did not start: crashed \(exit code 3\).*It is on the image of before again/,
    );
    expect((await scene.state(id)).state).toBe('running');
    expect(world()).toBe('the first day');
    expect(await scene.docker('inspect', '-f', '{{.Config.Image}}', scene.container(id))).toBe(third.version);
  });
});
