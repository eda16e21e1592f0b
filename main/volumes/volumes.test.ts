import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MiB } from '../../shared/units.ts';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import type { VolumeManager } from './contract.ts';
import { createVolumes } from './volumes.ts';

let folder: string;
let store: SqliteStore;
let volumes: VolumeManager;
const now = () => 1_900_000_000_999;
const open = (volumesPath = join(folder, 'deep', 'volumes')) =>
  createVolumes({ store, volumesPath, now, quota: 'measured', log: silentLog });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-volumes-'));
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
  volumes = open();
});
afterEach(async () => {
  await volumes.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a volume is an empty folder of its own, remembered with its size in Unix seconds', async () => {
  const [first, second] = await Promise.all([
    volumes.create({ quotaMb: 1024 }),
    volumes.create({ quotaMb: 5 }),
  ]);
  expect(first).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    path: join(folder, 'deep', 'volumes', first.id),
    created_at: 1_900_000_000,
    quota_mb: 1024,
    kind: 'folder',
    pending: null,
  });
  expect(readdirSync(first.path)).toEqual([]);
  expect(volumes.list()).toHaveLength(2);
  expect(volumes.get(second.id)).toEqual(second);
  expect(volumes.get('../x')).toBeNull();
});

test('A18, G7 volumes that the database lost are found by their folders, and come back with what is known of them', async () => {
  const [kept, lost, bare] = await Promise.all([1, 2, 3].map(() => volumes.create({ quotaMb: 64 })));
  if (!kept || !lost || !bare) throw new Error('a volume is missing');
  writeFileSync(join(lost.path, 'world'), 'x'.repeat(3 * MiB));
  mkdirSync(join(folder, 'deep', 'volumes', 'of somebody else'));
  for (const { id } of [lost, bare]) store.volumes.remove(id);
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  expect((await volumes.unknown()).sort(byId)).toEqual(
    [
      { id: lost.id, kind: 'folder' as const, size_mb: 3 },
      { id: bare.id, kind: 'folder' as const, size_mb: 0 },
    ].sort(byId),
  );
  await volumes.adopt({ id: lost.id, known: { quota_mb: 64, created_at: 5 } });
  expect(volumes.get(lost.id)).toEqual({ ...lost, created_at: 5 });
  await volumes.adopt({ id: bare.id, known: null });
  expect(volumes.get(bare.id)).toEqual({ ...bare, quota_mb: 1024 });
  expect(await volumes.unknown()).toEqual([]);
  for (const id of [kept.id, 'of somebody else', '../x'])
    await expect(volumes.adopt({ id, known: null })).rejects.toMatchObject({ code: 'not_found' });
});

test('A26 a folder that is used where it lies must still be that folder before each start, and is never deleted', async () => {
  const path = join(folder, 'world');
  mkdirSync(path);
  writeFileSync(join(path, 'level.dat'), 'x');
  const options = {
    store,
    volumesPath: join(folder, 'volumes'),
    now,
    quota: 'measured',
    log: silentLog,
  } as const;
  let allowed = [folder];
  const volumes = createVolumes({ ...options, allowedMounts: () => allowed });
  const { id } = volumes.place({ path, quotaMb: 10 });
  await volumes.ready(id);
  allowed = [];
  await expect(volumes.ready(id)).rejects.toThrow('no longer in one of the host');
  allowed = [folder];
  renameSync(path, join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), path);
  await expect(volumes.ready(id)).rejects.toThrow('is a link now');
  rmSync(path);
  renameSync(join(folder, 'elsewhere'), path);
  await volumes.remove(id);
  expect(readdirSync(path)).toEqual(['level.dat']);
  // Nor by the next host, where this one ended in between.
  store.volumes.put({
    ...{ id, path, created_at: 1, quota_mb: 1, kind: 'folder' },
    pending: { action: 'delete' },
  });
  const next = createVolumes(options);
  await next.open();
  expect(next.list()).toEqual([]);
  expect(readdirSync(path)).toEqual(['level.dat']);
  await volumes.close();
  await next.close();
});

test('a folder that can not be made is told, and nothing is remembered', async () => {
  writeFileSync(join(folder, 'file'), '');
  const elsewhere = open(join(folder, 'file', 'volumes'));
  await expect(elsewhere.create({ quotaMb: 1 })).rejects.toThrow("The volume's folder can't be made");
  expect(elsewhere.list()).toEqual([]);
});

test('what can not be remembered leaves no folder', async () => {
  await volumes.create({ quotaMb: 1 });
  await expect(volumes.create({ quotaMb: 0.5 })).rejects.toThrow();
  expect(readdirSync(join(folder, 'deep', 'volumes'))).toHaveLength(1);
});

describe('A10 measured', () => {
  test('what is in a folder is counted once, holes and what links lead to are not', async () => {
    const { id, path } = await volumes.create({ quotaMb: 100 });
    mkdirSync(join(path, 'a', 'b'), { recursive: true });
    // A bit more than ten: in memory folders take no room.
    writeFileSync(join(path, 'a', 'b', 'ten'), Buffer.alloc(10 * MiB + 32 * 1024, 1));
    linkSync(join(path, 'a', 'b', 'ten'), join(path, 'again'));
    symlinkSync('/usr', join(path, 'usr'));
    const quota = await volumes.quota(id);
    expect(quota).toEqual({
      size_mb: 100,
      used_mb: 11,
      available_mb: 89,
      percentage_used: expect.any(Number),
    });
    expect(quota.percentage_used).toBeGreaterThan(10);
    expect(quota.percentage_used).toBeLessThan(10.1);
  });

  test('our own writes are counted at once, and refused beyond the size', async () => {
    const { id } = await volumes.create({ quotaMb: 10 });
    const room = volumes.room(id);
    await volumes.quota(id);
    expect(room.left()).toBe(10 * MiB);
    room.take(9 * MiB);
    expect(room.left()).toBe(MiB);
    expect(() => room.take(MiB + 1)).toThrow('The volume has no room for it: 1 MB are left');
    expect((await volumes.quota(id)).used_mb).toBe(9);
    room.take(MiB);
    expect(() => room.take(1)).toThrow('less than 1 MB is left');
    room.take(-5 * MiB);
    expect(room.left()).toBe(5 * MiB);
    await volumes.resize(id, 20);
    expect(room.left()).toBe(15 * MiB);
  });

  test('a size below what is in use is refused and says how much that is', async () => {
    const { id, path } = await volumes.create({ quotaMb: 100 });
    writeFileSync(join(path, 'file'), Buffer.alloc(10 * MiB, 1));
    await expect(volumes.resize(id, 9)).rejects.toThrow('the volume needs at least 10 MB');
    expect(volumes.get(id)?.quota_mb).toBe(100);
    await volumes.resize(id, 11);
    expect(volumes.get(id)?.quota_mb).toBe(11);
  });

  test('a removed volume is gone with all that was in it', async () => {
    const { id, path } = await volumes.create({ quotaMb: 10 });
    const room = volumes.room(id);
    writeFileSync(join(path, 'file'), 'x');
    await volumes.remove(id);
    expect(existsSync(path)).toBe(false);
    expect(volumes.list()).toEqual([]);
    expect(() => room.take(1)).toThrow('Volume not found');
    await expect(volumes.remove(id)).rejects.toThrow('Volume not found');
    await expect(volumes.quota(id)).rejects.toThrow('Volume not found');
    await expect(volumes.ready(id)).rejects.toThrow('Volume not found');
  });

  test('what a host that was killed has begun is ended by the next one', async () => {
    const made = await volumes.create({ quotaMb: 10 });
    const half = await volumes.create({ quotaMb: 10 });
    const larger = await volumes.create({ quotaMb: 10 });
    store.volumes.put({ ...made, pending: { action: 'delete' } });
    store.volumes.put({ ...half, pending: { action: 'create' } });
    store.volumes.put({ ...larger, pending: { action: 'resize', quota_mb: 20 } });
    expect(volumes.list().map(({ id }) => id)).toEqual([larger.id]);
    const next = open();
    await next.open();
    expect(next.list()).toEqual([{ ...larger, quota_mb: 20 }]);
    expect(readdirSync(join(folder, 'deep', 'volumes'))).toEqual([larger.id]);
    await next.close();
  });
});

test('A15 what a volume takes is known after a moment, without waiting; of none, and of one that is gone, it is not', async () => {
  const { id, path } = await volumes.create({ quotaMb: 100 });
  expect(volumes.used('nobody')).toBeNull();
  writeFileSync(join(path, 'file'), Buffer.alloc(3 * MiB, 1));
  expect(volumes.used(id)).toBeNull();
  await until(() => volumes.used(id) !== null);
  expect(volumes.used(id)).toBeGreaterThanOrEqual(3 * MiB);
  await volumes.remove(id);
  expect(volumes.used(id)).toBeNull();
});
