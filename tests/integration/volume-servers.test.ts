import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { imageOf } from '../../main/volumes/image-place.ts';
import { MiB } from '../../shared/units.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { connectHost } from '../support/socket-client.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { canGrowMounted, df, loopFilesUnder, system, traces } from '../support/volume-images.ts';

const onEnd = suiteCleanup();
const volumeReply = z.object({ id: z.string(), path: z.string() });
const quotaReply = z.object({
  size_mb: z.number(),
  used_mb: z.number(),
  available_mb: z.number(),
  percentage_used: z.number(),
});
const errorReply = z.object({ error: z.string() });
/** Each line that is typed runs as a command, in the volume. */
const shell = { startup_command: 'echo up; while read -r line; do eval "$line"; done', start_pattern: 'up' };

async function makeVolume(scene: Scene, size: number): Promise<{ id: string; path: string }> {
  return (await scene.host.api.post('/volumes', { size })).parse(volumeReply, 201);
}

/** A server on that volume, running. */
async function runOn(scene: Scene, volume: string): Promise<string> {
  const id = await scene.server({ ...shell, volume_id: volume });
  await start(scene, id);
  return id;
}

async function start(scene: Scene, id: string): Promise<void> {
  (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
  await reach(scene, id, 'running');
}

async function stop(scene: Scene, id: string): Promise<void> {
  (await scene.host.api.post(`/containers/${id}/kill`)).expect(200);
  await reach(scene, id, 'exit');
}

async function reach(scene: Scene, id: string, state: string): Promise<void> {
  await until(async () => (await scene.state(id)).state === state, {
    timeoutMs: 60_000,
    what: `${id} to be ${state}`,
  });
}

// That it is told once per crossing, and what is measured when: storage-watch.test.ts, quota-meter.test.ts.
describe.skipIf(!has('loop-volumes') || !has('images'))('A10 an image under a server', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ onEnd });
  });

  // The first, since it looks whether nothing at all is left.
  it('can be deleted only when no server has it; then nothing is left', async () => {
    const { api, dataDir } = scene.host;
    const volume = await makeVolume(scene, 60);
    const id = await runOn(scene, volume.id);
    const refused = await api.delete(`/volumes/${volume.id}`);
    expect(refused.parse(errorReply, 409).error).toContain(`in use by the server ${id}`);
    await stop(scene, id);
    (await api.delete(`/volumes/${volume.id}`)).expect(409);
    (await api.delete(`/containers/${id}`)).expect(200);
    const gone = (await api.delete(`/volumes/${volume.id}`)).expect(204);
    expect(gone.text).toBe('');
    expect(await traces(dataDir)).toEqual({ mounts: [], loops: [] });
    expect(existsSync(volume.path)).toBe(false);
    expect(existsSync(imageOf(volume))).toBe(false);
    (await api.delete(`/volumes/${volume.id}`)).expect(404);
  });

  it('is what the container sees, and is told when it is full (S11)', async () => {
    const volume = await makeVolume(scene, 60);
    const id = await runOn(scene, volume.id);
    const socket = await scene.connect(id);
    const host = await connectHost({ url: scene.host.url, token: scene.host.token });
    onEnd(() => host.terminate());
    const isFull = (frame: { data: string }): boolean => frame.data === 'System out of storage';
    const run = (line: string) => socket.send({ event: 'send_command', command: `${line}\n` });
    await run('dd if=/dev/zero of=big bs=1M count=200; echo "wrote all: $?"');
    await socket.waitFor('console', (frame) => /No space left on device/.test(frame.data), {
      timeoutMs: 60_000,
    });
    await socket.waitFor('daemon_message', isFull, { timeoutMs: 60_000 });
    // H2: also to those who look at all servers.
    await host.waitFor('daemon_message', (frame) => isFull(frame) && frame.internal_id === id);
    const quota = (await scene.host.api.get(`/volumes/${volume.id}/quota`)).parse(quotaReply);
    expect(quota.size_mb).toBe(60);
    expect(quota.percentage_used).toBeGreaterThan(95);
    await run('rm big');
    await until(
      async () =>
        (await scene.host.api.get(`/volumes/${volume.id}/quota`)).parse(quotaReply).percentage_used < 50,
      { what: 'room after the file is gone' },
    );
  });

  longTest(
    'grows while the server runs where Linux allows it, shrinks only when it is stopped, keeps its files',
    async () => {
      const { api } = scene.host;
      const volume = await makeVolume(scene, 60);
      const id = await runOn(scene, volume.id);
      const before = await scene.docker('inspect', '--format', '{{.State.StartedAt}}', scene.container(id));
      const data = randomBytes(10 * MiB);
      writeFileSync(join(volume.path, 'world'), data);
      const grown = await api.post(`/volumes/${volume.id}/resize`, { size: 200 });
      if (await canGrowMounted()) {
        expect(grown.expect(200).body).toEqual({ message: 'Volume resized successfully', size_mb: 200 });
        expect(await scene.docker('exec', scene.container(id), 'df', '-m', '/home/container')).toMatch(
          / 1[5-9]\d /,
        );
      } else {
        expect(grown.parse(errorReply, 409).error).toMatch(/can't enlarge a volume in use.*Stop the server/s);
      }
      const shrunk = await api.post(`/volumes/${volume.id}/resize`, { size: 40 });
      expect(shrunk.parse(errorReply, 409).error).toBe(
        `A volume can only be made smaller while no server runs on it. Stop the server ${id} first`,
      );
      expect(await scene.docker('inspect', '--format', '{{.State.StartedAt}}', scene.container(id))).toBe(
        before,
      );
      await stop(scene, id);
      (await api.post(`/volumes/${volume.id}/resize`, { size: 300 })).expect(200);
      (await api.post(`/volumes/${volume.id}/resize`, { size: 40 })).expect(200);
      const refused = await api.post(`/volumes/${volume.id}/resize`, { size: 9 });
      expect(refused.parse(errorReply, 400).error).toMatch(/^size: the volume needs at least 1\d MB/);
      const quota = (await api.get(`/volumes/${volume.id}/quota`)).parse(quotaReply);
      const { used, available } = await df(volume.path);
      expect(quota).toEqual({
        size_mb: 40,
        used_mb: Math.ceil(used / MiB),
        available_mb: Math.floor(available / MiB),
        percentage_used: Math.round((used / (used + available)) * 10_000) / 100,
      });
      await start(scene, id);
      expect(readFileSync(join(volume.path, 'world')).equals(data)).toBe(true);
    },
  );

  it('a server whose volume is not there does not start on an empty folder, and says why', async () => {
    const scene = await openScene({ onEnd });
    const volume = await makeVolume(scene, 60);
    const id = await scene.server({ ...shell, volume_id: volume.id });
    await scene.host.stop();
    renameSync(imageOf(volume), `${imageOf(volume)}.away`);
    await scene.host.start();
    await reach(scene, id, 'installed');
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    const told = await socket.waitFor('daemon_message', (frame) => /image .* is missing/.test(frame.data));
    expect(told.data).toContain(basename(imageOf(volume)));
    expect(existsSync(volume.path)).toBe(false);
    renameSync(`${imageOf(volume)}.away`, imageOf(volume));
    await start(scene, id);
    expect(await loopFilesUnder(scene.host.dataDir)).toHaveLength(1);
  });

  longTest(
    'mounts of running servers stay over a stop and a kill of the host, others go and come back',
    async () => {
      const scene = await openScene({ onEnd });
      const { dataDir } = scene.host;
      const used = await makeVolume(scene, 60);
      const idle = await makeVolume(scene, 60);
      const id = await runOn(scene, used.id);
      writeFileSync(join(used.path, 'mark'), 'x');
      await scene.host.stop();
      expect((await traces(dataDir)).mounts).toEqual([used.path]);
      await scene.host.start();
      await reach(scene, id, 'running');
      const both = [used.path, idle.path].sort();
      expect((await traces(dataDir)).mounts).toEqual(both);
      await scene.host.restart('SIGKILL');
      await reach(scene, id, 'running');
      expect((await traces(dataDir)).mounts).toEqual(both);
      expect(await loopFilesUnder(dataDir)).toHaveLength(2);
      // The container alone still holds it: the same device serves again, or two would write to one image.
      await scene.host.kill();
      await system('umount', used.path);
      await scene.host.start();
      await reach(scene, id, 'running');
      expect(await loopFilesUnder(dataDir)).toHaveLength(2);
      await scene.docker('exec', scene.container(id), 'sh', '-c', 'echo inside > /home/container/mark');
      expect(readFileSync(join(used.path, 'mark'), 'utf8')).toBe('inside\n');
    },
  );
});

describe.skipIf(!has('images'))('A10 a measured folder under a server', () => {
  let scene: Scene;
  beforeAll(async () => {
    const dataDir = tempDir(onEnd);
    writeFileSync(join(dataDir, 'config.json'), JSON.stringify({ storage: { quota: 'measured' } }));
    scene = await openScene({ onEnd, dataDir });
  });

  it('is made when the configuration says so, and is told when it is full (S11)', async () => {
    const volume = await makeVolume(scene, 40);
    expect(await traces(scene.host.dataDir)).toEqual({ mounts: [], loops: [] });
    const id = await runOn(scene, volume.id);
    const socket = await scene.connect(id);
    const isFull = (frame: { data: string }): boolean => frame.data === 'System out of storage';
    const run = (line: string) => socket.send({ event: 'send_command', command: `${line}\n` });
    await run('dd if=/dev/zero of=big bs=1M count=35');
    await socket.waitFor('daemon_message', isFull, { timeoutMs: 60_000 });
    const quota = (await scene.host.api.get(`/volumes/${volume.id}/quota`)).parse(quotaReply);
    expect(quota).toEqual({
      size_mb: 40,
      used_mb: 35,
      available_mb: 5,
      percentage_used: expect.closeTo(87.5, 0),
    });
  });

  it('is deleted with all that is in it, but not what is mounted in it', async () => {
    const { api } = scene.host;
    const volume = await makeVolume(scene, 40);
    mkdirSync(join(volume.path, 'a', 'b'), { recursive: true });
    writeFileSync(join(volume.path, 'a', 'b', 'file'), 'x');
    if (has('loop-volumes')) {
      await system('mount', '-t', 'tmpfs', 'tmpfs', join(volume.path, 'a', 'b'));
      writeFileSync(join(volume.path, 'a', 'b', 'precious'), 'x');
      const refused = await api.delete(`/volumes/${volume.id}`);
      expect(refused.parse(errorReply, 409).error).toContain('something is mounted at');
      expect(readdirSync(join(volume.path, 'a', 'b'))).toEqual(['precious']);
      await system('umount', join(volume.path, 'a', 'b'));
    }
    (await api.delete(`/volumes/${volume.id}`)).expect(204);
    expect(existsSync(volume.path)).toBe(false);
  });
});
