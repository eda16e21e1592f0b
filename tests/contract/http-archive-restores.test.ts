import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backupMemory } from '../../main/backups/memory.ts';
import { backupsSchema } from '../../main/backups/tables.ts';
import { listBackups } from '../../shared/http/backups.ts';
import { type Operation, operationSchema } from '../../shared/model/operation.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { createWorld, type Reply, type World } from './http-world.ts';

let world: World;
let folder = '';

beforeAll(async () => {
  world = await createWorld();
  const made = (await world.call('POST', '/volumes', { body: {} })).json;
  folder = world.store.volumes.get(String(made.volume_id))?.path ?? '';
  world.servers.create(serverDefinition('one', { volume_id: String(made.volume_id) }));
  const view = world.servers.views.get('one');
  if (view) world.servers.views.set('one', { ...view, state: 'exit', install_state: 'installed' });
});
afterAll(() => world.close());
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'world'));
  writeFileSync(join(folder, 'world/level.dat'), 'now');
  writeFileSync(join(folder, 'since.txt'), 'made since');
});

async function ended({ status, json }: Reply): Promise<Operation> {
  expect(status, JSON.stringify(json)).toBe(202);
  const { id } = operationSchema.parse(json);
  await until(() => world.operations.get(id)?.state !== 'running', { what: 'the end of an operation' });
  return operationSchema.parse(world.operations.get(id));
}

const restore = (body: object, token?: string) =>
  world.call('POST', '/containers/one/backups/archive', { body, ...(token ? { token } : {}) });
const points = async () =>
  listBackups.reply.parse((await world.call('GET', '/containers/one/backups')).json).backups;
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

/** As Wings makes it: a plain tar.gz of the server's root; `under`: with all of it in a folder of that name. */
function tarball(name: string, { under = '' }: { under?: string } = {}): void {
  const from = tempDir();
  const root = join(from, under);
  mkdirSync(join(root, 'world'), { recursive: true });
  writeFileSync(join(root, 'world/level.dat'), 'then');
  writeFileSync(join(root, 'server.properties'), 'motd=then');
  const { status } = spawnSync('tar', ['czf', join(folder, name), '-C', from, ...readdirSync(from)]);
  expect(status).toBe(0);
}

describe("A39 another panel's backup", () => {
  test('takes the place of what it has, after a restore point, and leaves the rest', async () => {
    tarball('then.tar.gz');
    const before = (await points()).length;
    const done = await ended(await restore({ path: 'then.tar.gz' }));
    expect(done).toMatchObject({
      kind: 'restore',
      state: 'done',
      result: { files: 2, folders: 1, folder: '' },
    });
    expect([read('world/level.dat'), read('server.properties'), read('since.txt')]).toEqual([
      'then',
      'motd=then',
      'made since',
    ]);
    const [point, ...others] = await points();
    expect(others).toHaveLength(before);
    expect(point).toMatchObject({
      kind: 'restore_point',
      note: 'Before the archive then.tar.gz was restored',
    });
    expect(done.result).toMatchObject({ restore_point: point?.id });
    await ended(await world.call('POST', `/containers/one/backups/${point?.id}/restore`, { body: {} }));
    expect(read('world/level.dat')).toBe('now');
    expect(existsSync(join(folder, 'server.properties'))).toBe(false);
  });

  test('with clear all else goes, but the archive; what lies in one folder comes out of it', async () => {
    mkdirSync(join(folder, 'old'));
    writeFileSync(join(folder, 'old/other.txt'), 'goes');
    tarball('old/then.tar.gz', { under: 'a server' });
    const done = await ended(await restore({ path: 'old/then.tar.gz', clear: true }));
    expect(done).toMatchObject({ state: 'done', result: { files: 2, folder: 'a server' } });
    expect(readdirSync(folder).sort()).toEqual(['old', 'server.properties', 'world']);
    expect(readdirSync(join(folder, 'old'))).toEqual(['then.tar.gz']);
    expect(readdirSync(join(folder, 'world'))).toEqual(['level.dat']);

    // Where the server has such a folder, that is what is meant; and whoever names one is obeyed.
    tarball('world.tar.gz', { under: 'world' });
    await ended(await restore({ path: 'world.tar.gz' }));
    expect(read('world/server.properties')).toBe('motd=then');
    await ended(await restore({ path: 'world.tar.gz', folder: 'world/world' }));
    expect(read('level.dat')).toBe('then');
  });

  test('a cut one, a hostile one, none, and an empty one change nothing, and make no restore point', async () => {
    tarball('cut.tar.gz');
    const path = join(folder, 'cut.tar.gz');
    truncateSync(path, readFileSync(path).length - 20);
    const from = tempDir();
    writeFileSync(join(from, 'x'), 'x');
    spawnSync('tar', [
      'czf',
      join(folder, 'hostile.tar.gz'),
      '-C',
      from,
      '--transform=s,^,../../,',
      '-P',
      'x',
    ]);
    spawnSync('tar', ['czf', join(folder, 'empty.tar.gz'), '-T', '/dev/null']);
    writeFileSync(join(folder, 'none.zip'), 'no archive');
    const before = (await points()).length;
    for (const [name, why] of [
      ['cut.tar.gz', /damaged|incomplete/],
      ['hostile.tar.gz', /traversal/],
      ['empty.tar.gz', /no files|damaged|empty/],
      ['none.zip', /archive/],
      ['missing.zip', /not there/],
    ] as const) {
      const { state, error } = await ended(await restore({ path: name, clear: true }));
      expect([name, state, error]).toEqual([name, 'failed', expect.stringMatching(why)]);
    }
    expect([read('world/level.dat'), read('since.txt')]).toEqual(['now', 'made since']);
    expect(await points()).toHaveLength(before);
  });

  test('one that fails half-way is undone from the restore point', async () => {
    tarball('then.tar.gz');
    // In whose place a folder is.
    mkdirSync(join(folder, 'server.properties'));
    writeFileSync(join(folder, 'server.properties/in'), 'it');
    const { state, error } = await ended(await restore({ path: 'then.tar.gz' }));
    expect([state, error]).toEqual(['failed', expect.stringMatching(/server\.properties/)]);
    expect([read('world/level.dat'), read('server.properties/in')]).toEqual(['now', 'it']);
  });

  test('A31 one that is undone leaves files that an earlier one has left half restored as half as they were', async () => {
    const memory = backupMemory(world.store.tables(backupsSchema));
    const earlier = {
      ...{ server: 'one', backup: 'b', restore_point: '20261130t072245-1b2c3d4e' },
      ...{ paths: null, start: false },
    };
    memory.putRestore(earlier);
    // A folder that stays, since the archive is in it, where the archive has a file.
    mkdirSync(join(folder, 'server.properties'));
    tarball('server.properties/then.tar.gz');
    const { state, error } = await ended(
      await restore({ path: 'server.properties/then.tar.gz', clear: true }),
    );
    expect([state, error]).toEqual(['failed', expect.stringMatching(/server\.properties/)]);
    expect(memory.restores()).toEqual([earlier]);
    tarball('then.tar.gz');
    expect(await ended(await restore({ path: 'then.tar.gz' }))).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('half of one state'),
    });
    rmSync(join(folder, 'server.properties'), { recursive: true });
    expect(await ended(await restore({ path: 'then.tar.gz', clear: true }))).toMatchObject({ state: 'done' });
    expect(memory.restores()).toEqual([]);
  });

  test('needs backups and files.write for that server, and power to stop it', async () => {
    for (const scopes of [['backups'], ['files.write']] as const)
      expect((await restore({ path: 'a.zip' }, world.token({ scopes: [...scopes] }))).status).toBe(403);
    const token = world.token({ scopes: ['backups', 'files.write'] });
    expect((await restore({ path: 'a.zip', stop: true }, token)).status).toBe(403);
    expect((await restore({ path: '/etc/x' })).status).toBe(400);
  });
});
