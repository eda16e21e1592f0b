import { writeFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeEngine } from '../../tests/support/fake-engine.ts';
import { FakeMonitor } from '../../tests/support/fake-monitor.ts';
import { busyboxName } from '../../tests/support/images.ts';
import { serverDefinition } from '../../tests/support/server-definition.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { helperOptions } from '../docker/helper-container.ts';
import { silentLog } from '../lib/log.ts';
import { newStoredServer } from '../servers/machine/restore.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import { RootHelper } from './root-helper.ts';

const hostId = 'host';
const user = { uid: 1000, gid: 998 };
const volumeId = 'volume-1';
let folder: string;
let store: SqliteStore;
let engine: FakeEngine;
let monitor: FakeMonitor;
let helper: RootHelper;

beforeEach(async () => {
  folder = tempDir();
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
  store.volumes.put({
    id: volumeId,
    path: folder,
    created_at: 1,
    quota_mb: 1,
    kind: 'folder',
    pending: null,
  });
  store.servers.put(newStoredServer(serverDefinition('s', { image: busyboxName, volume_id: volumeId }), 'b'));
  engine = new FakeEngine();
  monitor = new FakeMonitor({ engine, hostId });
  helper = new RootHelper({ monitor, store, hostId, user, log: silentLog, idleMs: 1 });
  monitor.start();
  await until(() => monitor.state.status === 'up');
});
afterEach(async () => {
  await helper.close();
  await monitor.stop();
  store.close();
});

const commands = () => engine.helpers.made.flatMap((one) => one.commands.map((command) => command.slice(4)));

describe('A19 root’s container for the files of a volume', () => {
  test('is made of the server’s image with the volume alone, and used again while there is work', async () => {
    const files = helper.of(volumeId);
    await Promise.all([
      files.open([{ path: 'a b', bits: 'rwX', deep: true }]),
      files.take(['c']),
      files.give(['d']),
    ]);
    expect(engine.helpers.made).toHaveLength(1);
    expect(engine.helpers.made[0]?.spec).toMatchObject({
      hostId,
      image: busyboxName,
      volumePath: folder,
      gid: 998,
    });
    expect(commands().sort()).toEqual([
      ['give', '1000', '998', 'd'],
      ['open', '1000', '998', 'rwX', 'deep', 'a b'],
      ['take', '1000', '998', 'c'],
    ]);
  });

  test('is of another server’s image where the own one is gone, and of none where none is here', async () => {
    const other = serverDefinition('t', { image: 'other/image:1', volume_id: 'v2' });
    store.servers.put(newStoredServer(other, 'b'));
    engine.images.add('other/image:1');
    engine.images.keepOnly(new Set(['other/image:1']));
    await helper.takeAll(volumeId);
    expect(engine.helpers.made[0]?.spec.image).toBe('other/image:1');
    engine.images.keepOnly(new Set());
    await helper.close();
    helper = new RootHelper({ monitor, store, hostId, user, log: silentLog });
    await expect(helper.takeAll(volumeId)).rejects.toThrow(/no image is here/);
  });

  test('calls the host’s user root where the engine is rootless', async () => {
    engine.helpers.rootless = true;
    await helper.takeAll(volumeId);
    expect(engine.helpers.made[0]?.spec.gid).toBe(0);
    expect(commands()).toEqual([['all', '0', '0']]);
  });

  test('is made anew where somebody removed it', async () => {
    await helper.takeAll(volumeId);
    engine.helpers.forget();
    await helper.takeAll(volumeId);
    expect(engine.helpers.made).toHaveLength(2);
  });

  test('tells in words what it could not do', async () => {
    engine.helpers.answer = { code: 127, output: 'sh: chown: not found' };
    await expect(helper.takeAll(volumeId)).rejects.toThrow(/no chown.*not found/s);
  });

  test('a deleted server leaves its volume to the host, where it isn’t the host’s already', async () => {
    writeFileSync(join(folder, 'f'), '');
    await chown(folder, user.uid, user.gid).catch(() => {});
    await helper.release(volumeId);
    expect(commands()).toEqual([['all', '1000', '998']]);
    await helper.release('no such volume');
    engine.book.lose();
    // Never rejects.
    await helper.release(volumeId);
  });
});

test('A19 it has no network, and of root’s rights those over owners and modes', () => {
  const spec = { name: 'n', hostId, image: 'i', volumePath: '/v', gid: 998 };
  const { HostConfig, User, Labels } = helperOptions(spec);
  expect(HostConfig).toMatchObject({
    NetworkMode: 'none',
    CapDrop: ['ALL'],
    CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: true,
    AutoRemove: true,
    Mounts: [{ Type: 'bind', Source: '/v', Target: '/home/container' }],
  });
  expect(User).toBe('0:998');
  expect(Labels).toEqual({ 'lightdeck.host': hostId, 'lightdeck.role': 'helper' });
});
