import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listBackupFiles, listBackups, makeBackup } from '../../shared/http/backups.ts';
import { backupSchema } from '../../shared/model/backup.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { operationSchema } from '../../shared/model/operation.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { until } from '../support/until.ts';
import { createWorld, type Reply, type World } from './http-world.ts';

let world: World;
let folder = '';

beforeAll(async () => {
  world = await createWorld();
  folder = await makeServer('one');
  await makeServer('other');
});
afterAll(() => world.close());

/** At rest, on a volume of its own; where that is. */
async function makeServer(id: string): Promise<string> {
  const made = (await world.call('POST', '/volumes', { body: {} })).json;
  const volume = world.store.volumes.get(String(made.volume_id));
  if (!volume) throw new Error('no volume');
  world.servers.create(serverDefinition(id, { volume_id: volume.id }));
  setState(id, 'exit');
  return volume.path;
}

function setState(id: string, state: 'exit' | 'running'): void {
  const view = world.servers.views.get(id);
  if (view) world.servers.views.set(id, { ...view, state, install_state: 'installed' });
}

/** The operation that the reply tells of, when it has ended. */
async function ended({ status, json }: Reply): Promise<Operation> {
  expect(status).toBe(202);
  const { id } = operationSchema.parse(json);
  await until(() => world.operations.get(id)?.state !== 'running', { what: 'the end of an operation' });
  return operationSchema.parse(world.operations.get(id));
}

async function list(id = 'one') {
  return listBackups.reply.parse((await world.call('GET', `/containers/${id}/backups`)).json);
}

async function make(body: object = {}): Promise<string> {
  const { state, result } = await ended(await world.call('POST', '/containers/one/backups', { body }));
  expect(state).toBe('done');
  const { backup } = z.object({ backup: backupSchema }).parse(result);
  expect((await list()).backups.map(({ id }) => id)).toContain(backup.id);
  return backup.id;
}

describe('the backups of a server', () => {
  test('are made, listed, looked into, restored whole and in part, checked and deleted', async () => {
    expect(await list()).toMatchObject({ backups: [], place: { state: 'ready', problem: null } });
    mkdirSync(join(folder, 'world'));
    writeFileSync(join(folder, 'world/level.dat'), 'the first day');
    writeFileSync(join(folder, 'motd.txt'), 'hello');
    const id = await make({ note: 'before the mods' });
    expect((await list()).backups).toMatchObject([
      {
        id,
        container_id: 'one',
        kind: 'backup',
        note: 'before the mods',
        how: 'stopped',
        files: 2,
        damaged: 0,
      },
    ]);
    const inside = await world.call('GET', `/containers/one/backups/${id}/files?path=world`);
    expect(listBackupFiles.reply.parse(inside.json).files).toMatchObject([
      { name: 'level.dat', type: 'file', size: 13 },
    ]);

    writeFileSync(join(folder, 'world/level.dat'), 'the second day');
    writeFileSync(join(folder, 'motd.txt'), 'bye');
    writeFileSync(join(folder, 'new.txt'), 'new');
    const some = await ended(
      await world.call('POST', `/containers/one/backups/${id}/restore`, { body: { paths: ['world'] } }),
    );
    expect(some).toMatchObject({ state: 'done', result: { files: 1 } });
    expect(read('world/level.dat')).toBe('the first day');
    expect([read('motd.txt'), read('new.txt')]).toEqual(['bye', 'new']);

    const all = await ended(await world.call('POST', `/containers/one/backups/${id}/restore`));
    expect(all).toMatchObject({ state: 'done', result: { files: 2 } });
    expect(read('motd.txt')).toBe('hello');
    expect(() => read('new.txt')).toThrow(/ENOENT/);

    // What was there before can be had back in the same way.
    const points = (await list()).backups.filter(({ kind }) => kind === 'restore_point');
    expect(points).toHaveLength(2);
    await ended(await world.call('POST', `/containers/one/backups/${points[0]?.id}/restore`));
    expect([read('motd.txt'), read('new.txt')]).toEqual(['bye', 'new']);

    const checked = await ended(await world.call('POST', `/containers/one/backups/${id}/check`));
    expect(checked).toMatchObject({ state: 'done', result: { damaged_count: 0, problems: [] } });
    expect((await ended(await world.call('DELETE', `/containers/one/backups/${id}`))).state).toBe('done');
    expect((await list()).backups.map((one) => one.id)).not.toContain(id);
    expect((await world.call('GET', `/containers/one/backups/${id}/files`)).status).toBe(404);
  });

  test('of a server that runs are not restored unless it may be stopped, and what is refused changes nothing', async () => {
    const id = await make();
    setState('one', 'running');
    const refused = await ended(await world.call('POST', `/containers/one/backups/${id}/restore`));
    expect(refused).toMatchObject({ state: 'failed', error: expect.stringContaining('stop it first') });
    setState('one', 'exit');
    const nowhere = await ended(await world.call('POST', '/containers/one/backups/nothing/restore'));
    expect(nowhere).toMatchObject({ state: 'failed', error: expect.stringContaining('no such backup') });
    for (const path of ['../x', '/etc', 'world/../..']) {
      const body = { paths: [path] };
      const odd = await ended(await world.call('POST', `/containers/one/backups/${id}/restore`, { body }));
      expect(odd.state).toBe('failed');
      const look = await world.call(
        'GET',
        `/containers/one/backups/${id}/files?path=${encodeURIComponent(path)}`,
      );
      expect(look.status).toBe(400);
    }
  });

  test('are downloaded: a file as it is, a folder and all of it as an archive, by token or by a link that works once', async () => {
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    writeFileSync(join(folder, 'deep/er/ü.txt'), 'umlaut');
    const id = await make();
    const path = `/containers/one/backups/${id}`;
    const file = await world.call('GET', `${path}/content?format=file&path=motd.txt`);
    expect([file.status, file.text, file.headers['content-disposition']]).toEqual([
      200,
      read('motd.txt'),
      expect.stringContaining('motd.txt'),
    ]);
    const tar = await world.call('GET', `${path}/content?format=tar&path=deep`);
    expect(tar.text.split('\0')[0]).toBe('deep/');
    expect(tar.text).toContain('umlaut');
    expect((await world.call('GET', `${path}/content`)).text.slice(0, 2)).toBe('PK');
    expect((await world.call('GET', `${path}/content?format=file&path=deep`)).status).toBe(400);
    expect((await world.call('GET', `${path}/content?path=nowhere`)).status).toBe(404);
    const few = world.token({ scopes: ['backups'] });
    expect((await world.call('GET', `${path}/content`, { token: few })).json.error).toContain('files.read');

    const link = await world.call('POST', `${path}/download`, { body: { path: 'motd.txt', format: 'file' } });
    const url = String(link.json.url);
    expect((await world.call('GET', url, { token: null, accept: null })).text).toBe(read('motd.txt'));
    expect((await world.call('GET', url, { token: null, accept: null })).status).toBe(404);
    expect((await world.call('POST', `${path}/download`, { body: { path: 'nowhere' } })).status).toBe(404);
  });

  test('whose restore was cut short by the end of the host go on when it is back', async () => {
    writeFileSync(join(folder, 'motd.txt'), 'as it was');
    const id = await make();
    writeFileSync(join(folder, 'motd.txt'), 'half');
    writeFileSync(join(folder, 'half.txt'), '');
    const memory = world.backups.memory;
    memory.putRestore({ server: 'one', backup: id, paths: null, start: false, restore_point: id });
    world.restartBackups();
    const [operation] = world.operations.running();
    expect(operation).toMatchObject({ kind: 'restore', container: 'one' });
    await until(() => world.operations.running().length === 0, { what: 'the end of the restore' });
    expect(read('motd.txt')).toBe('as it was');
    expect(() => read('half.txt')).toThrow(/ENOENT/);
    expect(memory.restores()).toEqual([]);
  });

  test('A34 are kept by rules, whose deletions are shown before and go after the next backup', async () => {
    const path = '/containers/one/backup-rules';
    expect((await world.call('GET', path)).json).toEqual({ rules: null });
    const rules = { last: 2, daily: 0, weekly: 0, monthly: 0 };
    for (let made = 0; made < 3; made += 1) {
      world.time += 1000;
      await make();
    }
    const before = (await list()).backups.filter(({ kind }) => kind === 'backup');
    const plan = (await world.call('POST', `${path}/preview`, { body: { rules } })).json;
    // Of those of one moment nobody knows which is older.
    const going = before.slice(2).map(({ id }) => id);
    expect(z.array(z.string()).parse(plan.remove).toSorted()).toEqual(going.toSorted());
    expect((await list()).backups.filter(({ kind }) => kind === 'backup')).toHaveLength(before.length);
    expect((await world.call('PUT', path, { body: { rules } })).json).toEqual({ rules });
    world.time += 1000;
    const newest = await make();
    const left = (await list()).backups.filter(({ kind }) => kind === 'backup');
    expect(left.map(({ id }) => id)).toEqual([newest, before[0]?.id]);
    expect((await list()).backups.some(({ kind }) => kind === 'restore_point')).toBe(true);
    const point = async () => (await list()).backups.filter(({ kind }) => kind === 'restore_point');
    await ended(await world.call('POST', `/containers/one/backups/${newest}/restore`, { body: {} }));
    const points = await point();
    expect(points.length).toBeGreaterThan(1);
    await world.call('PUT', path, { body: { rules: null } });
    world.time += 8 * 24 * 3_600_000;
    const then = (await world.call('POST', `${path}/preview`, { body: { rules } })).json;
    expect(then.remove).toEqual(expect.arrayContaining(points.slice(1).map(({ id }) => id)));
    await make();
    // The newest stays, however old.
    expect((await point()).map(({ id }) => id)).toEqual([points[0]?.id]);
    expect((await world.call('PUT', path, { body: { rules: { last: -1 } } })).status).toBe(400);
    expect((await world.call('GET', '/containers/nobody/backup-rules')).status).toBe(404);
  });

  test('A31 A34 what a half-done restore is put right from is deleted by no rule and by nobody', async () => {
    const { memory } = world.backups;
    const points = async () => (await list()).backups.filter(({ kind }) => kind === 'restore_point');
    const [older] = await points();
    const id = await make();
    world.time += 1000;
    await ended(await world.call('POST', `/containers/one/backups/${id}/restore`, { body: {} }));
    const begun = { server: 'one', backup: id, restore_point: older?.id ?? '', paths: null, start: false };
    memory.putRestore(begun);
    const path = '/containers/one/backup-rules';
    const rules = { last: 1, daily: 0, weekly: 0, monthly: 0 };
    world.time += 8 * 24 * 3_600_000;
    const doomed = async () => (await world.call('POST', `${path}/preview`, { body: { rules } })).json.remove;
    await make();
    expect(await doomed()).not.toEqual(expect.arrayContaining([id]));
    expect((await points()).map((point) => point.id)).toContain(older?.id);
    for (const needed of [id, older?.id]) {
      const refused = await world.call('DELETE', `/containers/one/backups/${needed}`);
      expect([refused.status, refused.json.error]).toEqual([409, expect.stringContaining('come to its end')]);
    }
    memory.removeRestore('one');
    expect(await doomed()).toEqual(expect.arrayContaining([id, older?.id]));
  });

  test('are in a folder that the owner can change; one that is gone is told in words', async () => {
    const folderOf = async () => (await list()).place;
    const old = (await folderOf()).folder;
    const other = join(world.allowed, 'disk');
    const put = (folder: string, token?: string) =>
      world.call('PUT', '/host/backups', { body: { folder }, ...(token ? { token } : {}) });
    expect((await put(other, world.token())).json.error).toContain('tokens');
    expect((await put('relative')).status).toBe(400);
    const moved = await put(other);
    expect([moved.status, moved.json.place]).toMatchObject([200, { folder: other, state: 'ready' }]);
    expect((await list()).backups).toEqual([]);
    renameSync(other, `${other}-unplugged`);
    expect(await folderOf()).toMatchObject({
      state: 'missing',
      problem: expect.stringContaining('plug that in'),
    });
    const failed = await ended(await world.call('POST', '/containers/one/backups'));
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringContaining('is not there') });
    renameSync(`${other}-unplugged`, other);
    expect(await folderOf()).toMatchObject({ state: 'ready' });
    writeFileSync(join(world.allowed, 'notes.txt'), '');
    expect((await put(world.allowed)).json.error).toContain('not empty');
    expect((await put('')).json.place).toMatchObject({ folder: old });
    expect((await world.call('GET', '/host/backups')).json).toMatchObject({
      owner: true,
      place: { folder: old },
    });
  });

  test('become a new server: its definition, other ports of the pool, a volume of its own', async () => {
    const id = await make();
    for (const port of [25565, 25570])
      await world.call('POST', '/network/ports', { body: { ip: '0.0.0.0', port, protocol: 'tcp' } });
    const view = world.servers.views.get('one');
    if (view) {
      const ports = world.ports.claim(
        [{ ip: null, host_port: 25565, container_port: 80, protocol: 'tcp' }],
        'one',
      );
      world.servers.views.set('one', {
        ...view,
        definition: { ...view.definition, ports, auto_start: true },
      });
    }
    const later = await make();
    const path = `/containers/one/backups/${later}/server`;
    const body = { internal_id: 'copy', name: 'A copy' };
    expect(await ended(await world.call('POST', path, { body }))).toMatchObject({
      state: 'done',
      result: { internal_id: 'copy' },
    });
    const copy = world.servers.get('copy')?.definition;
    expect(copy).toMatchObject({
      name: 'A copy',
      auto_start: false,
      ports: [{ host_port: 25570, container_port: 80 }],
    });
    const place = world.store.volumes.get(copy?.volume_id ?? '')?.path ?? '';
    expect(place).not.toBe(folder);
    expect(readFileSync(join(place, 'motd.txt'), 'utf8')).toBe(read('motd.txt'));

    const volumes = world.store.volumes.all().length;
    const again = await ended(await world.call('POST', path, { body }));
    expect(again).toMatchObject({ state: 'failed', error: expect.stringContaining('exists already') });
    const full = await ended(await world.call('POST', path, { body: { internal_id: 'third' } }));
    expect(full).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('no free port for 80/tcp'),
    });
    expect(world.store.volumes.all()).toHaveLength(volumes);
    const bound = world.token({ containers: ['one'] });
    expect((await world.call('POST', path, { token: bound, body })).status).toBe(403);
    expect(id).not.toBe(later);
  });

  test('are those of the server that is asked about, and of tokens that may see it', async () => {
    const id = await make();
    expect((await list('other')).backups).toEqual([]);
    expect((await world.call('GET', `/containers/other/backups/${id}/files`)).status).toBe(404);
    const other = await ended(await world.call('DELETE', `/containers/other/backups/${id}`));
    expect(other.state).toBe('failed');
    const call = (method: string, path: string, scopes: Parameters<World['token']>[0], body?: object) =>
      world.call(method, path, { token: world.token(scopes), ...(body ? { body } : {}) });
    const bound = { containers: ['other'] };
    expect((await call('GET', '/containers/one/backups', bound)).status).toBe(403);
    const few = { scopes: ['backups' as const] };
    expect((await call('GET', '/containers/one/backups', few)).status).toBe(200);
    expect((await call('GET', `/containers/one/backups/${id}/files`, few)).json.error).toContain(
      'files.read',
    );
    expect((await call('POST', `/containers/one/backups/${id}/restore`, few)).json.error).toContain(
      'files.write',
    );
    expect((await call('POST', '/containers/one/backups', few, { stop: true })).json.error).toContain(
      'power',
    );
  });

  test('one thing at a time is done with them', async () => {
    const first = world.call('POST', '/containers/one/backups');
    const second = world.call('POST', '/containers/one/backups');
    const replies = await Promise.all([first, second]);
    expect(replies.map(({ status }) => status).sort()).toEqual([202, 409]);
    const begun = replies.find(({ status }) => status === 202);
    if (begun) await ended({ ...begun, json: makeBackup.reply.parse(begun.json) });
  });
});

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
