import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { utils } from 'ssh2';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { backupMemory } from '../../main/backups/memory.ts';
import { backupsSchema } from '../../main/backups/tables.ts';
import { listServerCopies } from '../../shared/http/backup-copies.ts';
import { listBackups } from '../../shared/http/backups.ts';
import { copyTargetSchema } from '../../shared/model/backup-copy.ts';
import { type Operation, operationSchema } from '../../shared/model/operation.ts';
import { MiB } from '../../shared/units.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { openSftpWorld } from '../support/sftp-world.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { tempDir } from '../support/temp.ts';
import { treeOf } from '../support/tree-of.ts';
import { until } from '../support/until.ts';
import { createWorld, master, type Reply, type World } from './http-world.ts';

const onEnd = suiteCleanup();
const madeSchema = z.object({ backup: z.object({ id: z.string() }) });
let world: World;
/** Where the servers' files are, and where the backups are. */
let [volumes, backups]: SmallDisk[] = [];
let folder = '';

function disks(): { volumes: SmallDisk; backups: SmallDisk } {
  if (!volumes || !backups) throw new Error('the disks are missing');
  return { volumes, backups };
}

async function ended({ status, json }: Reply): Promise<Operation> {
  expect(status, JSON.stringify(json)).toBe(202);
  const { id } = operationSchema.parse(json);
  await until(() => world.operations.get(id)?.state !== 'running', {
    what: 'the end of an operation',
    timeoutMs: 60_000,
  });
  return operationSchema.parse(world.operations.get(id));
}

const listed = async () =>
  listBackups.reply.parse((await world.call('GET', '/containers/one/backups')).json).backups;

async function backUp(): Promise<string> {
  const { result } = await ended(await world.call('POST', '/containers/one/backups', { body: {} }));
  return madeSchema.parse(result).backup.id;
}

async function allIsSound(): Promise<void> {
  for (const { id } of await listed()) {
    const checked = await ended(await world.call('POST', `/containers/one/backups/${id}/check`));
    expect(checked).toMatchObject({ state: 'done', result: { damaged: [], problems: [] } });
  }
}

/** An archive of another panel, small, with 24 MiB in it. */
function makeArchive(): void {
  const from = tempDir(onEnd);
  mkdirSync(join(from, 'data'));
  writeFileSync(join(from, 'world'), 'the world of the archive');
  for (let file = 0; file < 24; file += 1) writeFileSync(join(from, `data/${file}`), Buffer.alloc(MiB, file));
  const { status } = spawnSync('tar', ['czf', join(folder, 'archive.tar.gz'), '-C', from, '.']);
  expect(status).toBe(0);
}

/** Some of the archive's files are there, and the operation goes on. */
async function someIsUnpacked(operation: string): Promise<void> {
  for (const data = join(folder, 'data'); !existsSync(data) || readdirSync(data).length < 4; ) {
    expect(world.operations.get(operation)?.state).toBe('running');
    await setImmediate();
  }
}

describe.skipIf(!has('small-disk'))('a full disk', () => {
  beforeAll(async () => {
    [volumes, backups] = [smallDisk(160, onEnd), smallDisk(96, onEnd)];
    world = await createWorld({ volumesPath: volumes.path });
    onEnd(() => world.close());
    const made = (await world.call('POST', '/volumes', { body: { size: 64 } })).json;
    folder = world.store.volumes.get(String(made.volume_id))?.path ?? '';
    world.servers.create(serverDefinition('one', { volume_id: String(made.volume_id) }));
    const view = world.servers.views.get('one');
    if (view) world.servers.views.set('one', { ...view, state: 'exit', install_state: 'installed' });
    const put = await world.call('PUT', '/host/backups', { body: { folder: join(backups.path, 'store') } });
    expect(put.status).toBe(200);
  });

  beforeEach(() => {
    for (const disk of Object.values(disks())) disk.free();
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'world'), 'my world');
    writeFileSync(join(folder, 'big'), randomBytes(8 * MiB));
    makeArchive();
  });

  test('A39 that of the backups, before an archive is put in place: nothing is changed, and it works when there is room', async () => {
    const before = treeOf(folder);
    disks().backups.fill();
    const body = { path: 'archive.tar.gz', clear: true };
    const refused = await ended(await world.call('POST', '/containers/one/backups/archive', { body }));
    expect(refused).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/disk of the snapshot store in .* is full: free some space/),
    });
    expect(treeOf(folder)).toEqual(before);
    disks().backups.free();
    const done = await ended(await world.call('POST', '/containers/one/backups/archive', { body }));
    expect(done).toMatchObject({ state: 'done', error: null });
    expect(readFileSync(join(folder, 'world'), 'utf8')).toBe('the world of the archive');
    await allIsSound();
  });

  test('A39 that of the servers, in the midst of unpacking: what was there stays, also where there is no room to put it back', async () => {
    const before = treeOf(folder);
    const body = { path: 'archive.tar.gz' };
    const begun = await world.call('POST', '/containers/one/backups/archive', { body });
    const { id } = operationSchema.parse(begun.json);
    await someIsUnpacked(id);
    disks().volumes.fill();
    const failed = await ended(begun);
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringMatching(/full|space|room/) });
    // The files that nobody had touched had not to be written again: there would have been no room for them.
    expect(failed.error).not.toContain('could not be undone');
    expect(treeOf(folder)).toEqual(before);
    disks().volumes.free();
    expect(await ended(await world.call('POST', '/containers/one/backups/archive', { body }))).toMatchObject({
      error: null,
      state: 'done',
    });
    await allIsSound();
  });

  test('A31 A39 that of the servers, for so long that nothing can be put back: what is to be done is said, and works', async () => {
    const before = treeOf(folder);
    const begun = await world.call('POST', '/containers/one/backups/archive', {
      body: { path: 'archive.tar.gz', clear: true },
    });
    const { id } = operationSchema.parse(begun.json);
    await someIsUnpacked(id);
    while (world.operations.get(id)?.state === 'running') {
      disks().volumes.fill();
      await setImmediate();
    }
    const { error } = await ended(begun);
    expect(error).toMatch(/could not be undone either.*half of one and half of the other.*restore point of/);
    const [point = ''] = /[0-9]{8}t[0-9]{6}-[0-9a-f]{8}/.exec(error ?? '') ?? [];
    disks().volumes.free();
    // Until then no server starts on them (whole-volumes.ts).
    const memory = backupMemory(world.store.tables(backupsSchema));
    expect(memory.restores()).toMatchObject([{ server: 'one', restore_point: point }]);
    const path = `/containers/one/backups/${point}/restore`;
    const restore = async (body: object) => ended(await world.call('POST', path, { body }));
    // Some of the files don't make it whole, and one that is undone leaves it as half as it was.
    expect(await restore({ paths: ['world'] })).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('half of one state'),
    });
    const damaged = await ended(
      await world.call('POST', '/containers/one/backups/archive', { body: { path: 'archive.tar.gz' } }),
    );
    expect(damaged).toMatchObject({ state: 'failed' });
    expect(memory.restores()).toMatchObject([{ server: 'one', restore_point: point }]);
    expect(await restore({})).toMatchObject({ state: 'done' });
    expect(memory.restores()).toEqual([]);
    expect(treeOf(folder)).toEqual(before);
  });

  test('A30 that of the servers, while a backup becomes a server: nothing of it is left, and it works when there is room', async () => {
    const backup = await backUp();
    const before = readdirSync(disks().volumes.path).length;
    disks().volumes.fill();
    const path = `/containers/one/backups/${backup}/server`;
    const body = { internal_id: 'two', ports: [] };
    const failed = await ended(await world.call('POST', path, { body }));
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringMatching(/full|space|room/) });
    disks().volumes.free();
    expect(world.servers.views.has('two')).toBe(false);
    expect(readdirSync(disks().volumes.path)).toHaveLength(before);
    expect(await ended(await world.call('POST', path, { body }))).toMatchObject({ state: 'done' });
    const made = world.store.volumes.get(world.servers.views.get('two')?.definition.volume_id ?? '');
    expect(treeOf(made?.path ?? '')).toEqual(treeOf(folder));
  });

  test('A30 all of them: a backup can be looked into and downloaded all the same', async () => {
    const backup = await backUp();
    for (const disk of Object.values(disks())) disk.fill();
    const path = `/containers/one/backups/${backup}`;
    expect((await world.call('GET', `${path}/files`)).status).toBe(200);
    const reply = await fetch(`${world.url}${path}/content?path=big&format=file`, {
      headers: { authorization: `Bearer ${master}`, accept: 'Application/vnd.pkglatv1+json' },
    });
    expect(reply.status).toBe(200);
    expect(Buffer.from(await reply.arrayBuffer()).equals(readFileSync(join(folder, 'big')))).toBe(true);
  });

  longTest(
    'A37 A38 that of the backups, while old copies are removed or one is brought back: it says so, and nothing is lost',
    async () => {
      const sftp = await openSftpWorld(onEnd);
      const login = await sftp.login();
      const key = utils.parseKey(readFileSync(sftp.hostKeyPath));
      if (key instanceof Error) throw key;
      const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '');
      const target = { name: 'there', host: '127.0.0.1', ...login, fingerprint: `SHA256:${hash}` };
      const added = await world.call('POST', '/host/backup-targets', { body: target });
      const place = copyTargetSchema.parse(added.json).id;
      const [route, copies] = [`/host/backup-targets/${place}`, `/containers/one/backup-copies/${place}`];
      const made: string[] = [];
      for (let turn = 0; turn < 2; turn += 1) {
        writeFileSync(join(folder, 'big'), randomBytes(8 * MiB));
        world.time += 60_000;
        const backup = await backUp();
        await ended(await world.call('POST', copies, { body: { backup } }));
        made.push(backup);
      }
      const [older = '', newer = ''] = made;
      const keep = { last: 1, daily: 0, weekly: 0, monthly: 0 };
      await world.call('PATCH', route, { body: { keep } });
      const there = async () =>
        listServerCopies.reply.parse((await world.call('GET', copies)).json).backups.map(({ id }) => id);
      const isFull = {
        state: 'failed',
        error: expect.stringMatching(/disk of the snapshot store in .* is full/),
      };
      await ended(await world.call('DELETE', `/containers/one/backups/${older}`));
      disks().backups.fill();
      const fetch = () => world.call('POST', `${copies}/fetch`, { body: { backup: older } });
      expect(await ended(await fetch())).toMatchObject(isFull);
      disks().backups.free();
      expect(await ended(await fetch())).toMatchObject({ state: 'done' });
      // The room that a store keeps for such days is enough for this.
      disks().backups.fill();
      expect(await ended(await world.call('POST', `${route}/tidy`))).toMatchObject({
        state: 'done',
        result: { removed: 1 },
      });
      disks().backups.free();
      expect(await there()).toEqual([newer]);
      await allIsSound();
    },
  );
});
