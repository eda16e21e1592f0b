import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  listBackupCopies,
  listCopyTargets,
  listServerCopies,
  previewCopyRules,
} from '../../shared/http/backup-copies.ts';
import { listBackups } from '../../shared/http/backups.ts';
import { copyTargetSchema } from '../../shared/model/backup-copy.ts';
import { type Operation, operationSchema } from '../../shared/model/operation.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { openSftpWorld, type SftpWorld } from '../support/sftp-world.ts';
import { until } from '../support/until.ts';
import { createWorld, type Reply, type World } from './http-world.ts';

const onEnd = suiteCleanup();
let world: World;
let sftp: SftpWorld;
let login: { username: string; password: string; port: number };
let folder = '';
let fingerprint = '';

beforeAll(async () => {
  world = await createWorld();
  sftp = await openSftpWorld(onEnd);
  login = await sftp.login();
  const key = utils.parseKey(readFileSync(sftp.hostKeyPath));
  if (key instanceof Error) throw key;
  fingerprint = `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
  const made = (await world.call('POST', '/volumes', { body: {} })).json;
  const volume = world.store.volumes.get(String(made.volume_id));
  folder = volume?.path ?? '';
  world.servers.create(serverDefinition('one', { volume_id: String(made.volume_id) }));
  const view = world.servers.views.get('one');
  if (view) world.servers.views.set('one', { ...view, state: 'exit', install_state: 'installed' });
  writeFileSync(join(folder, 'world'), 'x'.repeat(100_000));
});
afterAll(() => world.close());

async function ended({ status, json }: Reply): Promise<Operation> {
  expect(status, JSON.stringify(json)).toBe(202);
  const { id } = operationSchema.parse(json);
  await until(() => world.operations.get(id)?.state !== 'running', { what: 'the end of an operation' });
  return operationSchema.parse(world.operations.get(id));
}

const target = (more: object = {}) => ({
  name: 'The cellar',
  host: '127.0.0.1',
  port: login.port,
  username: login.username,
  password: login.password,
  folder: 'copies',
  fingerprint,
  ...more,
});
const backUp = async (): Promise<string> => {
  const { result } = await ended(await world.call('POST', '/containers/one/backups', { body: {} }));
  return z.object({ backup: z.object({ id: z.string() }) }).parse(result).backup.id;
};
const backups = async () =>
  listBackups.reply.parse((await world.call('GET', '/containers/one/backups')).json).backups;
const copies = async () =>
  listBackupCopies.reply.parse((await world.call('GET', '/containers/one/backup-copies')).json);

describe('A35 A36 A37 copies of backups on an SFTP server', () => {
  test('its key is shown and pinned, its login is tried and kept to itself, and only the owner may', async () => {
    const server = { host: '127.0.0.1', port: login.port };
    const seen = await world.call('POST', '/host/backup-targets/look', { body: server });
    expect(seen).toMatchObject({ status: 200, json: { fingerprint } });
    const refused = async (more: object) =>
      world.call('POST', '/host/backup-targets', { body: target(more) });
    expect(await refused({ password: 'wrong' })).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining('does not accept') },
    });
    expect(await refused({ fingerprint: `SHA256:${'a'.repeat(43)}` })).toMatchObject({ status: 409 });
    expect(await refused({ private_key: 'both' })).toMatchObject({ status: 400 });
    expect(await refused({ port: 9 })).toMatchObject({ status: 504 });
    const token = world.token({ scopes: ['system', 'backups'] });
    for (const path of ['/host/backup-targets', '/host/backup-targets/look'])
      expect(
        (await world.call('POST', path, { token, body: path.endsWith('look') ? server : target() })).status,
      ).toBe(403);
    expect((await copies()).targets).toEqual([]);

    const added = await world.call('POST', '/host/backup-targets', { body: target() });
    expect(added.status).toBe(200);
    const { id } = copyTargetSchema.parse(added.json);
    const listed = await world.call('GET', '/host/backup-targets', { token });
    expect(listCopyTargets.reply.parse(listed.json)).toMatchObject({
      targets: [{ id, auth: 'password' }],
      owner: false,
    });
    const said = JSON.stringify([
      added.json,
      listed.json,
      (await copies()).targets,
      (await world.call('GET', '/audit')).json,
    ]);
    expect(said).not.toContain(login.password);
    expect(Object.keys((await copies()).targets[0] ?? {})).toEqual(['id', 'name', 'automatic']);
    const tested = await world.call('POST', `/host/backup-targets/${id}/test`, { token });
    expect(tested).toMatchObject({ status: 200, json: { copies: 0 } });
    expect(readdirSync(join(sftp.volumes.one, 'copies'))).toEqual([]);
  });

  test('a backup is copied, checked there, and brought back when it is lost here; the next ones go by themselves', async () => {
    const [{ id: place = '' } = {}] = (await copies()).targets;
    const path = `/containers/one/backup-copies/${place}`;
    const backup = await backUp();
    const sent = await ended(await world.call('POST', path, { body: { backup } }));
    expect(sent).toMatchObject({ state: 'done', kind: 'copy backup', container: 'one' });
    expect((await copies()).copies).toMatchObject([{ backup, target: place }]);
    expect(await ended(await world.call('POST', `${path}/check`, { body: { backup } }))).toMatchObject({
      state: 'done',
    });

    await ended(await world.call('DELETE', `/containers/one/backups/${backup}`));
    expect(await backups()).toEqual([]);
    const there = listServerCopies.reply.parse((await world.call('GET', path)).json);
    expect(there.backups).toMatchObject([{ id: backup, container_id: 'one' }]);
    expect((await world.call('GET', `/host/backup-targets/${place}/backups`)).json).toMatchObject(there);
    expect(
      await ended(
        await world.call('POST', `/containers/other/backup-copies/${place}/fetch`, { body: { backup } }),
      ),
    ).toMatchObject({ state: 'failed' });
    expect(await ended(await world.call('POST', `${path}/fetch`, { body: { backup } }))).toMatchObject({
      state: 'done',
    });
    writeFileSync(join(folder, 'world'), 'spoilt');
    await ended(await world.call('POST', `/containers/one/backups/${backup}/restore`, { body: {} }));
    expect(readFileSync(join(folder, 'world'), 'utf8')).toBe('x'.repeat(100_000));

    const automatic = await world.call('PATCH', `/host/backup-targets/${place}`, {
      body: { automatic: true },
    });
    expect(automatic).toMatchObject({ status: 200, json: { automatic: true, auth: 'password' } });
    const second = await backUp();
    await until(async () => (await copies()).copies.some((copy) => copy.backup === second), {
      what: 'the copy',
    });

    const packs = join(sftp.volumes.one, 'copies/packs');
    for (const name of readdirSync(packs)) rmSync(join(packs, name), { recursive: true });
    // What is missing there is sent again, by a check as well.
    await ended(await world.call('POST', path, { body: { backup: second } }));
    const check = async () => ended(await world.call('POST', `${path}/check`, { body: { backup: second } }));
    expect(await check()).toMatchObject({ state: 'done', result: { mended: 0 } });
    for (const name of readdirSync(packs)) rmSync(join(packs, name), { recursive: true });
    expect((await check()).result?.mended).toBeGreaterThan(0);
    expect(await check()).toMatchObject({ state: 'done', result: { mended: 0 } });
  });

  test('A37 what is gone there is listed as a copy no more, whoever removed it; what can only not be read stays', async () => {
    const [{ id: place = '' } = {}] = (await copies()).targets;
    const path = `/containers/one/backup-copies/${place}`;
    const made = await backUp();
    const listed = async () => (await copies()).copies.map(({ backup }) => backup);
    await until(async () => (await listed()).includes(made), { what: 'the copy' });
    const before = await listed();
    const record = join(sftp.volumes.one, `copies/snapshots/${made}.json`);
    const text = readFileSync(record);
    writeFileSync(record, 'nothing that can be read');
    await world.call('GET', path);
    expect(await listed()).toEqual(before);
    rmSync(record);
    await world.call('GET', path);
    expect(await listed()).toEqual(before.filter((backup) => backup !== made));
    await ended(await world.call('POST', path, { body: { backup: made } }));
    expect(await listed()).toContain(made);
    expect(readFileSync(record)).toEqual(text);
  });

  test('A38 rules of a place remove old copies there, shown before; the newest and what others need stay', async () => {
    const [{ id: place = '' } = {}] = (await copies()).targets;
    const route = `/host/backup-targets/${place}`;
    const listed = async () =>
      listServerCopies.reply.parse((await world.call('GET', `/containers/one/backup-copies/${place}`)).json)
        .backups;
    const isCopied = (backup: string) =>
      until(async () => (await copies()).copies.some((copy) => copy.backup === backup), { what: 'the copy' });
    const older = (await listed()).map(({ id }) => id);
    world.time += 60_000;
    const newest = await backUp();
    await isCopied(newest);
    const before = await listed();
    const rules = { last: 1, daily: 0, weekly: 0, monthly: 0 };
    const plan = await world.call('POST', `${route}/preview`, { body: { rules } });
    expect(previewCopyRules.reply.parse(plan.json)).toMatchObject({
      kept: 1,
      remove: older.map((id) => ({ id })),
    });
    expect(older.length).toBeGreaterThan(0);
    const token = world.token({ scopes: ['system', 'backups'] });
    expect((await world.call('POST', `${route}/tidy`, { token })).status).toBe(403);
    expect((await world.call('PATCH', route, { token, body: { keep: rules } })).status).toBe(403);
    // Without rules of its own it keeps all.
    expect(await ended(await world.call('POST', `${route}/tidy`))).toMatchObject({ result: { removed: 0 } });
    expect(await listed()).toEqual(before);
    const changed = await world.call('PATCH', route, { body: { keep: rules } });
    expect(copyTargetSchema.parse(changed.json).keep).toEqual(rules);

    writeFileSync(join(folder, 'world'), 'newer');
    world.time += 60_000;
    const backup = await backUp();
    await isCopied(backup);
    await until(async () => (await listed()).length === 1, { what: 'the end of the old copies' });
    expect(await listed()).toMatchObject([{ id: backup }]);
    expect((await copies()).copies).toMatchObject([{ backup }]);
    const check = await world.call('POST', `/containers/one/backup-copies/${place}/check`, {
      body: { backup },
    });
    expect(await ended(check)).toMatchObject({ state: 'done' });
    expect(await ended(await world.call('POST', `${route}/tidy`))).toMatchObject({
      kind: 'tidy copies',
      state: 'done',
      result: { removed: 0 },
    });
  });

  test('A43 one copy is deleted by itself, also a damaged one; what others need stays, and it is on record', async () => {
    const [{ id: place = '' } = {}] = (await copies()).targets;
    const path = `/containers/one/backup-copies/${place}`;
    await world.call('PATCH', `/host/backup-targets/${place}`, { body: { keep: null } });
    const isCopied = (backup: string) =>
      until(async () => (await copies()).copies.some((copy) => copy.backup === backup), { what: 'the copy' });
    const made: string[] = [];
    for (const content of ['the first of three', 'the second of three', 'the third of three']) {
      writeFileSync(join(folder, 'world'), content);
      world.time += 60_000;
      const backup = await backUp();
      await isCopied(backup);
      made.push(backup);
    }
    const [first = '', second = '', third = ''] = made;
    const remove = (backup: string, more: object = {}) => world.call('DELETE', `${path}/${backup}`, more);
    const token = world.token({ scopes: ['files.write', 'system'] });
    expect((await remove(first, { token })).status).toBe(403);
    const other = await world.call('DELETE', `/containers/other/backup-copies/${place}/${first}`);
    expect(await ended(other)).toMatchObject({ state: 'failed', error: expect.stringContaining('no copy') });

    const gone = await ended(await remove(first));
    expect(gone).toMatchObject({ state: 'done', kind: 'delete copy', container: 'one', error: null });
    expect(Number(gone.result?.freed)).toBeGreaterThan(0);
    const lying = (): string[] => readdirSync(join(sftp.volumes.one, 'copies/snapshots'));
    expect(lying().filter((name) => name.startsWith(first))).toEqual([]);
    expect((await copies()).copies.map((copy) => copy.backup)).not.toContain(first);
    expect((await backups()).map(({ id }) => id)).toContain(first);
    expect(await ended(await remove(first))).toMatchObject({ state: 'failed' });

    writeFileSync(join(sftp.volumes.one, `copies/snapshots/${second}.json`), 'no record any more');
    // Whose it is nobody there can tell any more, but this host knows what it has sent.
    expect(await ended(await remove(second))).toMatchObject({ state: 'done' });
    expect(lying().filter((name) => name.startsWith(second))).toEqual([]);
    const check = await world.call('POST', `${path}/check`, { body: { backup: third } });
    expect(await ended(check)).toMatchObject({ state: 'done' });
    const { json } = await world.call('GET', '/audit');
    const detail = expect.stringContaining(`backup="${first}"`);
    expect(json.entries).toContainEqual(
      expect.objectContaining({
        action: 'DELETE /containers/:id/backup-copies/:target/:backup',
        container: 'one',
        detail,
        result: 'ok',
      }),
    );
  });

  test('one that waits for another one can be cancelled; a place that is removed is forgotten, its copies stay', async () => {
    const [{ id: place = '' } = {}] = (await copies()).targets;
    const path = `/containers/one/backup-copies/${place}`;
    const [newest] = await backups();
    const body = { backup: newest?.id ?? '' };
    const first = world.call('POST', path, { body });
    const [running, waiting] = [await first, await world.call('POST', path, { body })];
    expect((await world.call('POST', `/operations/${String(waiting.json.id)}/cancel`)).status).toBe(202);
    expect(await ended(waiting)).toMatchObject({ state: 'cancelled' });
    expect(await ended(running)).toMatchObject({ state: 'done' });
    expect((await world.call('DELETE', `/host/backup-targets/${place}`)).status).toBe(200);
    expect(await copies()).toEqual({ targets: [], copies: [] });
    expect((await world.call('POST', path, { body })).status).toBe(404);
    expect(readdirSync(join(sftp.volumes.one, 'copies/snapshots')).length).toBeGreaterThan(0);
  });
});
