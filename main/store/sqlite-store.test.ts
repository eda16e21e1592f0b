import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { noResourceSettings } from '../../shared/model/resources.ts';
import { serverDefinition } from '../../tests/support/server-definition.ts';
import { spawnChild } from '../config/spawn-child.test-helper.ts';
import { silentLog } from '../lib/log.ts';
import type { StoredServer, StoredSession, StoredToken } from './contract.ts';
import { migrations } from './migrations.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { openSqliteStore, type SqliteStore } from './sqlite-store.ts';

let folder: string;
let path: string;
let store: SqliteStore;
const open = (log = silentLog) => openSqliteStore({ path, log });
const reopen = () => {
  store.close();
  store = open();
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-store-'));
  path = join(folder, 'lightdeck.db');
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const server = (id: string, more: Partial<StoredServer> = {}): StoredServer => ({
  definition: serverDefinition(id, {
    name: 'Über 🎲',
    ports: [{ ip: '0.0.0.0', host_port: 25565, container_port: 25565, protocol: 'tcp' }],
    limits: { memory: null, cpu: 1.5 },
    resources: { ...noResourceSettings, memory_swap: -1, cpuset_cpus: '0-1' },
    environment: { A: "it's" },
    updated_at: 2,
  }),
  install_state: 'installing',
  install_error: null,
  wanted: 'stopped',
  ever_started: false,
  container_id: null,
  run: null,
  last_exit: null,
  boot: 'boot-1',
  made_with: { tty: 'abc' },
  made_from: { image: 'game', id: 'sha256:1', digest: null },
  ...more,
});

const token = (id: string, more: Partial<StoredToken> = {}): StoredToken => ({
  id,
  hash: `hash-${id}`,
  label: 'panel',
  scopes: null,
  containers: null,
  created_at: 1_900_000_000_000,
  expires_at: 1_900_000_060_000,
  remove_on_use: false,
  used_at: null,
  ...more,
});

describe('servers', () => {
  test('come back as they were put, also from a reopened file, in the order they were made', () => {
    const full = server('b', {
      install_state: 'failed',
      install_error: 'no such image',
      wanted: 'running',
      ever_started: true,
      container_id: 'c1',
      run: { started_at: 1_900_000_000_000, ready: true },
      last_exit: { at: 5, code: 137, signal: 'SIGKILL', oom: true, wanted: false, reason: 'out of memory' },
    });
    store.servers.put(full);
    store.servers.put(server('a'));
    reopen();
    expect(store.servers.all()).toEqual([full, server('a')]);
    expect(store.servers.get('b')).toEqual(full);
    expect(store.servers.get('B')).toBeNull();
  });

  test('are replaced in place, and removed', () => {
    store.servers.put(server('a'));
    store.servers.put(server('b'));
    store.servers.put(server('a', { install_state: 'installed' }));
    expect(store.servers.all().map((s) => [s.definition.internal_id, s.install_state])).toEqual([
      ['a', 'installed'],
      ['b', 'installing'],
    ]);
    store.servers.remove('a');
    store.servers.remove('a');
    expect(store.servers.get('a')).toBeNull();
  });

  test('that can not be understood are left out and logged; the others still come', () => {
    store.servers.put(server('good'));
    store.servers.put(server('bad'));
    store.close();
    const raw = new Database(path);
    raw.exec(`UPDATE servers SET definition = '{"internal_id":"bad"}' WHERE id = 'bad'`);
    raw.close();
    const problems: object[] = [];
    store = open({ ...silentLog, error: (details) => problems.push(details) });
    expect(store.servers.all()).toEqual([server('good')]);
    expect(problems).toEqual([
      expect.objectContaining({ table: 'servers', problem: expect.stringContaining('definition') }),
    ]);
    expect(() => store.servers.get('bad')).toThrow('server bad');
  });
});

test('volumes come back as they were put', () => {
  const volume = { id: 'v', path: '/srv/v', created_at: 1_900_000_000, quota_mb: 1024 };
  store.volumes.put(volume);
  store.volumes.put({ ...volume, quota_mb: 2048 });
  reopen();
  expect(store.volumes.all()).toEqual([{ ...volume, quota_mb: 2048, kind: 'folder', pending: null }]);
  expect(store.volumes.get('nope')).toBeNull();
});

test('A10 volumes of a version that knew no images stay plain folders', () => {
  store.close();
  rmSync(path);
  const [first = ''] = migrations;
  const old = new Database(path);
  old.exec(first);
  old.exec("INSERT INTO volumes (id, path, created_at, quota_mb) VALUES ('old', '/srv/old', 1, 5)");
  old.exec('PRAGMA user_version = 1');
  old.close();
  store = open();
  const volume = { id: 'old', path: '/srv/old', created_at: 1, quota_mb: 5 };
  expect(store.volumes.all()).toEqual([{ ...volume, kind: 'folder', pending: null }]);
  store.volumes.put({ ...volume, kind: 'image', pending: { action: 'resize', quota_mb: 9 } });
  reopen();
  expect(store.volumes.get('old')).toEqual({
    ...volume,
    kind: 'image',
    pending: { action: 'resize', quota_mb: 9 },
  });
  store.volumes.remove('old');
  expect(store.volumes.get('old')).toBeNull();
});

describe('A5 ports', () => {
  const port = (number: number, more = {}) => ({
    ip: '0.0.0.0',
    port: number,
    protocol: 'tcp' as const,
    used_by: null,
    reserved: false,
    ...more,
  });
  const used = () => store.ports.all().map((p) => [p.port, p.protocol, p.used_by]);

  test('the same port in both protocols is two ports, the same twice is one', () => {
    expect(store.ports.add(port(2))).toBe(true);
    expect(store.ports.add(port(2, { protocol: 'udp' }))).toBe(true);
    expect(store.ports.add(port(1))).toBe(true);
    expect(store.ports.add(port(2))).toBe(false);
    expect(used()).toEqual([
      [1, 'tcp', null],
      [2, 'tcp', null],
      [2, 'udp', null],
    ]);
  });

  test('a claim is all or nothing', () => {
    store.ports.add(port(1));
    store.ports.add(port(2));
    store.ports.add(port(3, { reserved: true }));
    expect(store.ports.claim([port(1), port(9)], 'a')).toBe(false);
    expect(store.ports.claim([port(1), port(3)], 'a')).toBe(false);
    expect(store.ports.claim([port(1), port(1)], 'a')).toBe(false);
    expect(store.ports.claim([], 'a')).toBe(true);
    expect(used().every(([, , by]) => by === null)).toBe(true);
    expect(store.ports.claim([port(1), port(2)], 'a')).toBe(true);
    expect(store.ports.claim([port(2)], 'b')).toBe(false);
    reopen();
    expect(store.ports.claim([port(1)], 'b')).toBe(false);
    store.ports.release('a');
    expect(store.ports.claim([port(1)], 'b')).toBe(true);
  });

  test('of two hosts that claim the same port one wins', () => {
    store.ports.add(port(1));
    const other = open();
    expect([store.ports.claim([port(1)], 'a'), other.ports.claim([port(1)], 'b')]).toEqual([true, false]);
    other.close();
  });
});

test('B3 sessions come back with the rights that their links gave; those of before may all', () => {
  const session: StoredSession = {
    id: 's',
    hash: 'hash-s',
    old_hash: null,
    old_until: null,
    label: '',
    address: '',
    created_at: 1,
    seen_at: 1,
    expires_at: 2,
    scopes: ['power'],
    containers: ['a'],
    ends_at: 3,
  };
  store.sessions.put(session);
  reopen();
  expect(store.sessions.byHash('hash-s')).toEqual(session);
  store.close();
  const path = join(folder, 'old-sessions.db');
  const before = migrations.slice(
    0,
    migrations.findIndex((one) => one.includes('ends_at')),
  );
  const old = new SqliteDatabase({ path, migrations: before });
  old.run("INSERT INTO sessions VALUES ('o', 'hash-o', NULL, NULL, '', '', 1, 1, 2)");
  old.close();
  store = openSqliteStore({ path, log: silentLog });
  expect(store.sessions.byHash('hash-o')).toMatchObject({ scopes: null, containers: null, ends_at: null });
});

describe('tokens', () => {
  test('come back as they were added', () => {
    const full = token('t', { scopes: ['power', 'console.read'], containers: ['a'], remove_on_use: true });
    store.tokens.add(full);
    reopen();
    expect(store.tokens.byHash('hash-t')).toEqual(full);
    expect(store.tokens.byHash('nope')).toBeNull();
    expect(store.tokens.all()).toEqual([full]);
  });

  test('S2: a single-use token is consumed once, also across connections; any other one never', () => {
    store.tokens.add(token('once', { remove_on_use: true }));
    store.tokens.add(token('many'));
    const other = open();
    expect([store.tokens.consume('once', 7), other.tokens.consume('once', 8)]).toEqual([true, false]);
    other.close();
    expect(store.tokens.byHash('hash-once')?.used_at).toBe(7);
    expect(store.tokens.consume('many', 7)).toBe(false);
    expect(store.tokens.consume('nope', 7)).toBe(false);
  });

  test('are removed, and purged by their expiry', () => {
    store.tokens.add(token('a', { expires_at: 10 }));
    store.tokens.add(token('b', { expires_at: 20 }));
    expect(store.tokens.purge(20)).toBe(1);
    expect(store.tokens.remove('b')).toBe(true);
    expect(store.tokens.remove('b')).toBe(false);
  });
});

describe('transaction', () => {
  test('is all or nothing, and gives back what the work gives', () => {
    expect(store.transaction(() => 5)).toBe(5);
    expect(() =>
      store.transaction(() => {
        store.servers.put(server('a'));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.servers.all()).toEqual([]);
    store.servers.put(server('b'));
    expect(store.servers.all()).toHaveLength(1);
  });

  test('nested: the inner one can fail alone, the outer one undoes both', () => {
    store.transaction(() => {
      store.servers.put(server('outer'));
      expect(() =>
        store.transaction(() => {
          store.servers.put(server('inner'));
          throw new Error('inner');
        }),
      ).toThrow('inner');
    });
    expect(store.servers.all().map((s) => s.definition.internal_id)).toEqual(['outer']);
    expect(() =>
      store.transaction(() => {
        store.transaction(() => store.servers.put(server('inner')));
        throw new Error('outer');
      }),
    ).toThrow('outer');
    expect(store.servers.get('inner')).toBeNull();
  });
});

describe('the file', () => {
  test('keeps its host id, another file has another', () => {
    const { hostId } = store;
    expect(hostId).toMatch(/^[0-9a-f]{16}$/);
    reopen();
    expect(store.hostId).toBe(hostId);
    const other = openSqliteStore({ path: join(folder, 'other.db'), log: silentLog });
    expect(other.hostId).not.toBe(hostId);
    other.close();
  });

  test.skipIf(process.platform === 'win32')('is private, with its side files', () => {
    for (const name of ['', '-wal', '-shm']) expect(statSync(path + name).mode & 0o777).toBe(0o600);
  });

  test('of the first version is read: what came later has its default', () => {
    store.close();
    const old = join(folder, 'old.db');
    const raw = new Database(old);
    raw.exec(migrations[0] ?? '');
    raw.exec('PRAGMA user_version = 1');
    const { definition } = server('one');
    const { resources: _, ...oldDefinition } = definition;
    raw
      .prepare(
        `INSERT INTO servers (id, definition, install_state, wanted, ever_started)
         VALUES ('one', ?, 'installed', 'stopped', 1)`,
      )
      .run(JSON.stringify(oldDefinition));
    raw.close();
    store = openSqliteStore({ path: old, log: silentLog });
    expect(store.servers.get('one')).toEqual({
      ...server('one', {
        install_state: 'installed',
        ever_started: true,
        boot: null,
        made_with: null,
        made_from: null,
      }),
      definition: { ...definition, resources: noResourceSettings },
    });
  });

  test('of a newer version is refused in words and left alone', () => {
    store.close();
    const raw = new Database(path);
    raw.exec('PRAGMA user_version = 999');
    raw.close();
    expect(() => open()).toThrow(/written by a newer Lightdeck \(format 999/);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'conflict' }));
    const again = new Database(path);
    expect(again.prepare('PRAGMA user_version').all()).toEqual([{ user_version: 999 }]);
    again.close();
  });

  test('that is no database, or in no folder, is refused in words', () => {
    const noDatabase = join(folder, 'text.db');
    writeFileSync(noDatabase, 'just some text, no database\n'.repeat(100));
    for (const bad of [noDatabase, join(folder, 'missing', 'x.db')]) {
      expect(() => openSqliteStore({ path: bad, log: silentLog })).toThrow(LightdeckError);
      expect(() => openSqliteStore({ path: bad, log: silentLog })).toThrow(bad);
    }
  });

  test('survives its writer being killed in the middle of a transaction: what was committed is there, the rest is not', async () => {
    store.close();
    const child = await spawnChild(
      `import { openSqliteStore } from './main/store/sqlite-store.ts';
       import { silentLog } from './main/lib/log.ts';
       const store = openSqliteStore({ path: process.argv[2] ?? '', log: silentLog });
       const volume = (id: string) => ({ id, path: '/', created_at: 1, quota_mb: 1 });
       store.volumes.put(volume('committed'));
       store.transaction(() => {
         store.volumes.put(volume('torn'));
         process.stdout.write('now\\n');
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
       });`,
      [path],
    );
    try {
      await child.firstLine;
    } finally {
      await child.kill();
    }
    store = open();
    expect(store.volumes.all().map((v) => v.id)).toEqual(['committed']);
    store.volumes.put({ id: 'next', path: '/', created_at: 1, quota_mb: 1 });
  });
});

test('a database of the first version is brought up to date and keeps what is in it', () => {
  store.close();
  const old = join(folder, 'old.db');
  const first = new SqliteDatabase({ path: old, migrations: migrations.slice(0, 1) });
  first.run("INSERT INTO volumes VALUES ('v', '/srv/v', 1, 2)");
  first.close();
  store = openSqliteStore({ path: old, log: silentLog });
  expect(store.volumes.get('v')).toMatchObject({ id: 'v', path: '/srv/v', created_at: 1, quota_mb: 2 });
  expect(store.audit.page({ before: null, containers: null, limit: 10 })).toEqual([]);
  expect(store.tables({ room: 'r', migrations: [] }).all('SELECT * FROM room_versions')).toEqual([]);
});
