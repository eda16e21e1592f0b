import { existsSync, lstatSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { chown, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listBackups } from '../../shared/http/backups.ts';
import { runsAsSchema } from '../../shared/model/server.ts';
import { type OnEnd, suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { busyboxImage, imageLike } from '../support/images.ts';
import { isLong, rounds } from '../support/lane.ts';
import { OpenSsh } from '../support/openssh.ts';
import { runOperation } from '../support/operation-end.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const socket = '/var/run/docker.sock';
const uid = 4711;
const ready = has('images') && has('sftp') && process.getuid?.() === 0 && existsSync(socket);

const volumeReply = z.object({ volume_id: z.string(), path: z.string() });
const credentialsReply = z.object({ username: z.string(), password: z.string(), port: z.number() });
const serverReply = z.object({ user: runsAsSchema });
const listReply = z.object({ files: z.array(z.object({ name: z.string() })) });

const passwd =
  'echo "game:x:4321:4321::/home/container:/bin/sh" > /etc/passwd; echo "game:x:4321:" > /etc/group; chmod 644 /etc/passwd';
const entry =
  'printf "#!/bin/sh\\nchown -R game /home/container\\nexec su game -c \\"\\$*\\"\\n" > /entry.sh; chmod 755 /entry.sh';
/** Files that only their owner may see, as games make them. */
const play =
  'mkdir -p world/deep; echo data > world/level; echo x > world/deep/chunk; chmod 700 world world/deep; chmod 600 world/level world/deep/chunk; echo up; exec sleep 1000';

interface Kind {
  name: string;
  /** Fields of the server besides the image. */
  more: object;
  image: (onEnd: OnEnd) => Promise<string>;
  mode: 'host' | 'image' | 'root';
  /** Whose the files must be at the end; null: root may do everything, so it doesn't matter. */
  owner: number | null;
}

const byNumber = (onEnd: OnEnd) => imageLike(onEnd, 'user-number', { changes: ['USER 10000'] });
const byName = (onEnd: OnEnd) => imageLike(onEnd, 'user-name', { script: passwd, changes: ['USER game'] });
const steps = (onEnd: OnEnd) => imageLike(onEnd, 'entry', { script: `${passwd}; ${entry}` });

/** The first is what `npm test` tries. */
const kinds: Kind[] = [
  { name: 'USER by number, as the host’s user', image: byNumber, more: {}, mode: 'host', owner: uid },
  {
    name: 'an entry script that steps down by itself',
    image: steps,
    more: { startup_command: `/entry.sh '${play}'` },
    mode: 'image',
    owner: 4321,
  },
  { name: 'USER by number, as that', image: byNumber, more: { user: 'image' }, mode: 'image', owner: 10_000 },
  { name: 'root, as the host’s user', image: busyboxImage, more: {}, mode: 'host', owner: uid },
  { name: 'USER by name, as the host’s user', image: byName, more: {}, mode: 'host', owner: uid },
  { name: 'USER by name, as that', image: byName, more: { user: 'image' }, mode: 'image', owner: 4321 },
  { name: 'root, as that', image: busyboxImage, more: { user: 'root' }, mode: 'root', owner: null },
];

describe.skipIf(!ready)('A19 C2 a host that is an ordinary user who may use Docker', async () => {
  if (!ready) return;
  const onEnd = suiteCleanup();
  const dataDir = tempDir(onEnd);
  await chown(dataDir, uid, statSync(socket).gid);
  const scene = await openScene({ onEnd, dataDir, user: { uid, gid: statSync(socket).gid } });

  const tried = kinds.slice(0, rounds('kinds of images for an ordinary user', 1, kinds.length));
  it.each(tried)('$name: the whole story of the files, and nothing is left', async (kind) => {
    const { api } = scene.host;
    const image = await kind.image(onEnd);
    const volume = (await api.post('/volumes')).parse(volumeReply, 201);
    const id = await scene.server({
      image,
      volume_id: volume.volume_id,
      startup_command: play,
      start_pattern: '^up',
      tty: false,
      install_script: 'mkdir made; echo script > made/file; chmod 700 made',
      ...kind.more,
    });
    (await api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
    const { user } = (await api.get(`/containers/${id}`)).parse(serverReply);
    expect(user.mode).toBe(kind.mode);
    await byHttp(scene, volume.volume_id);
    await bySftp(scene, id);
    // What was deleted stays as it was until it is had back.
    const isThere = (name: string): boolean => !name.startsWith('.lightdeck-trash');
    if (kind.owner !== null)
      await until(() => !strangers(volume.path, kind.owner).some(isThere), {
        what: 'all files to be the server’s',
      });
    if (isLong || kind.owner === 4321) await byBackup(scene, id, volume.volume_id);
    if (kind.owner !== null) expect(strangers(volume.path, kind.owner).filter(isThere)).toEqual([]);
    await canWrite(scene, id, user.mode === 'root' ? '0' : String(kind.owner));
    (await api.delete(`/containers/${id}`)).expect(200);
    expect(strangers(volume.path, uid)).toEqual([]);
    (await api.delete(`/volumes/${volume.volume_id}`)).expect(204);
    expect(existsSync(volume.path)).toBe(false);
    expect(scene.host.stderr).not.toContain('EACCES');
  });

  it('a volume of before is put right at the next start, and a killed host’s containers for files are cleared away', async () => {
    const { api } = scene.host;
    const volume = (await api.post('/volumes')).parse(volumeReply, 201);
    const id = await scene.server({
      volume_id: volume.volume_id,
      startup_command: 'echo up; exec sleep 1000',
      start_pattern: '^up',
    });
    writeFileSync(join(volume.path, 'old'), 'by root', { mode: 0o600 });
    expect((await api.get(`/volumes/${volume.volume_id}/content?path=old`)).expect(200).text).toBe('by root');
    const helpers = () =>
      docker(
        'ps',
        '-aq',
        '--filter',
        'label=lightdeck.role=helper',
        '--filter',
        `label=lightdeck.host=${host}`,
      );
    (await api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
    const label = '{{index .Config.Labels "lightdeck.host"}}';
    const host = (await docker('inspect', '-f', label, scene.container(id))).trim();
    expect(strangers(volume.path, uid)).toEqual([]);
    expect(await helpers()).not.toBe('');
    await scene.host.kill();
    await scene.host.start();
    await until(async () => (await helpers()) === '', { what: 'the containers to be cleared away' });
  });
});

/** Names whose owner is another one. */
function strangers(folder: string, owner: number | null): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => lstatSync(join(folder, name)).uid !== owner,
  );
}

async function byHttp({ host }: Scene, id: string): Promise<void> {
  const { api } = host;
  const names = async (path: string) =>
    (await api.get(`/volumes/${id}/files?path=${path}`)).parse(listReply).files.map(({ name }) => name);
  const post = async (verb: string, body: object) =>
    (await api.post(`/volumes/${id}/${verb}`, body)).expect(200);
  const content = async (path: string) =>
    (await api.get(`/volumes/${id}/content?path=${path}`)).expect(200).text;
  expect((await names('')).sort()).toEqual(['made', 'world']);
  expect((await names('world')).sort()).toEqual(['deep', 'level']);
  expect(await content('world/level')).toBe('data\n');
  await post('files', { path: 'world/level', content: 'edited' });
  expect(await content('world/level')).toBe('edited');
  (await api.request('PUT', `/volumes/${id}/content?path=plugins/new.bin`, { body: 'uploaded' })).expect(200);
  await post('folders', { path: 'world/maps' });
  await post('files', { path: 'world/maps/one', content: '1' });
  await post('rename', { source: 'world/maps/one', destination: 'made/two' });
  await post('copy', { source: 'world', destination: 'copied' });
  expect(await content('copied/deep/chunk')).toBe('x\n');
  await post('compress', { format: 'zip', output_name: 'both', paths: ['world', 'made'] });
  await post('decompress', { archive_path: 'both.zip', destination: 'unpacked' });
  expect(await content('unpacked/world/deep/chunk')).toBe('x\n');
  await post('delete', { paths: ['copied', 'unpacked', 'both.zip', 'made'] });
  expect((await names('')).sort()).toEqual(['plugins', 'world']);
}

async function bySftp({ host }: Scene, id: string): Promise<void> {
  const login = (await host.api.post(`/containers/${id}/sftp/credentials`)).parse(credentialsReply);
  const client = new OpenSsh(login);
  writeFileSync(join(client.folder, 'put'), 'from outside');
  const commands = [
    'ls world',
    'get world/deep/chunk got',
    'put put world/put',
    'put put world/level',
    'chmod 640 world/deep/chunk',
    'mkdir world/dir',
    'put -p put world/dir/inside',
    'rename world/dir/inside world/moved',
    'rm world/put',
    'rmdir world/dir',
    'get world/level back',
  ];
  expect(await client.sftp(...commands)).toMatchObject({ code: 0, stderr: '' });
  expect(await readFile(join(client.folder, 'got'), 'utf8')).toBe('x\n');
  expect(await readFile(join(client.folder, 'back'), 'utf8')).toBe('from outside');
}

/** All of it is read, and comes back as it was, also in a server of its own. */
async function byBackup(scene: Scene, id: string, volume: string): Promise<void> {
  const { host } = scene;
  const { api } = host;
  const content = async (of: string, path: string) =>
    (await api.get(`/volumes/${of}/content?path=${path}`)).expect(200).text;
  const runs = (of: string) =>
    until(async () => (await scene.state(of)).state === 'running', {
      what: `${of} to run`,
      timeoutMs: 60_000,
    });
  expect(await runOperation(host, `/containers/${id}/backups`, { stop: true })).toMatchObject({
    error: null,
  });
  const [backup] = (await api.get(`/containers/${id}/backups`)).parse(listBackups.reply).backups;
  expect(backup).toMatchObject({ how: 'stopped', left_out: { count: 0 } });
  await runs(id);
  (await api.post(`/volumes/${volume}/delete`, { paths: ['plugins'] })).expect(200);
  (await api.post(`/volumes/${volume}/files`, { path: 'world/moved', content: 'spoilt' })).expect(200);
  const path = `/containers/${id}/backups/${backup?.id}`;
  expect(await runOperation(host, `${path}/restore`, { stop: true })).toMatchObject({ error: null });
  await runs(id);
  expect(await content(volume, 'plugins/new.bin')).toBe('uploaded');
  expect(await content(volume, 'world/moved')).toBe('from outside');

  const copy = `${id}-copy`;
  scene.adopt(copy);
  expect(await runOperation(host, `${path}/server`, { internal_id: copy })).toMatchObject({ error: null });
  (await api.post(`/containers/${copy}/start`)).expect(200);
  await runs(copy);
  const { volume_id } = (await api.get(`/containers/${copy}`)).parse(z.object({ volume_id: z.string() }));
  expect(await content(volume_id, 'plugins/new.bin')).toBe('uploaded');
  expect(await runOperation(host, `${path}/rehearse`)).toMatchObject({ error: null });
  (await api.delete(`/containers/${copy}`)).expect(200);
}

/** The server's own user may change what was edited and uploaded. */
async function canWrite(scene: Scene, id: string, user: string): Promise<void> {
  const script =
    'cd /home/container && echo more >> world/level && echo more >> plugins/new.bin && echo new > world/fresh';
  await docker('exec', '-u', user, scene.container(id), '/bin/sh', '-c', script);
}
