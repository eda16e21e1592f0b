import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { silentLog } from '../../main/lib/log.ts';
import { newStoredServer } from '../../main/servers/machine/restore.ts';
import type { Store, StoredServer } from '../../main/store/contract.ts';
import { StoreHealth } from '../../main/store/health.ts';
import { openSqliteStore } from '../../main/store/sqlite-store.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { own } from '../support/cleanup.ts';
import { type FaultCode, FaultyStore, sqliteFault } from '../support/faulty-store.ts';
import { has } from '../support/requirements.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { smallDisk } from '../support/small-disk.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** A store whose writes can be made to fail. */
interface Breakable {
  store: Store;
  code: FaultCode;
  fail(): void;
  recover(): void;
}

const open = (folder: string) => own(openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog }));

function openFaulty(code: FaultCode): Breakable {
  const real = open(tempDir());
  const faulty = new FaultyStore(real);
  const { store } = faulty;
  return { store, code, fail: () => faulty.failFrom(undefined, code), recover: () => faulty.recover() };
}

/** A real store on a disk of its own that is really full. */
function openOnSmallDisk(): Breakable {
  const disk = smallDisk(4);
  const store = open(disk.path);
  // Closing writes, too.
  onTestFinished(() => disk.free());
  return { store, code: 'SQLITE_FULL', fail: () => disk.fill(), recover: () => disk.free() };
}

/** Large enough to need room in any case. */
function largeServer(id: string): StoredServer {
  const environment = { FILLER: 'x'.repeat(100_000) };
  return newStoredServer(serverDefinition(id, { environment }), 'boot');
}

const causeSchema = z.object({
  name: z.string(),
  code: z.string(),
  rawCode: z.number(),
  message: z.string(),
});

function thrownBy(work: () => unknown): LightdeckError {
  try {
    work();
  } catch (error) {
    if (error instanceof LightdeckError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

const ids = (store: Store): string[] => store.servers.all().map(({ definition }) => definition.internal_id);

const expectations: { title: string; check: (breakable: Breakable) => void }[] = [
  {
    title: 'a write throws in words, each time anew, and the cause is what SQLite said',
    check({ store, code, fail }) {
      fail();
      for (const id of ['a', 'b']) {
        const { cause, ...error } = thrownBy(() => store.servers.put(largeServer(id)));
        expect(error.code).toBe(code === 'SQLITE_FULL' ? 'disk_full' : 'internal');
        expect(causeSchema.parse(cause)).toEqual(causeSchema.parse(sqliteFault(code)));
        expect(cause?.constructor).toBe(sqliteFault(code).constructor);
      }
    },
  },
  {
    title: 'what could not be written is as before, and reads go on',
    check({ store, fail }) {
      const before = largeServer('a');
      store.servers.put(before);
      fail();
      thrownBy(() => store.servers.put({ ...largeServer('a'), wanted: 'running' }));
      thrownBy(() => store.servers.put(largeServer('b')));
      expect(store.servers.get('a')).toEqual(before);
      expect(ids(store)).toEqual(['a']);
    },
  },
  {
    title: 'of a transaction the work is done, its end throws, and nothing of it stays',
    check({ store, fail }) {
      fail();
      let isDone = false;
      thrownBy(() =>
        store.transaction(() => {
          store.servers.put(largeServer('a'));
          isDone = ids(store).includes('a');
        }),
      );
      expect(isDone).toBe(true);
      expect(ids(store)).toEqual([]);
    },
  },
  {
    title: 'a transaction that writes nothing does not fail',
    check({ store, fail }) {
      fail();
      expect(store.transaction(() => ids(store))).toEqual([]);
    },
  },
  {
    title: 'once there is room again every write works, a transaction too',
    check({ store, fail, recover }) {
      fail();
      thrownBy(() => store.servers.put(largeServer('a')));
      thrownBy(() => store.transaction(() => store.servers.put(largeServer('b'))));
      recover();
      store.servers.put(largeServer('a'));
      store.transaction(() => store.servers.put(largeServer('b')));
      expect(ids(store)).toEqual(['a', 'b']);
    },
  },
];

describe.each<FaultCode>(['SQLITE_FULL', 'SQLITE_IOERR_WRITE'])('the faulty store (%s)', (code) => {
  it.each(expectations)('$title', ({ check }) => check(openFaulty(code)));
});

describe.skipIf(!has('small-disk'))('a real store on a full disk', () => {
  it.each(expectations)('$title', ({ check }) => check(openOnSmallDisk()));
});

it('SQLITE_IOERR_WRITE is what a real write tells that the system refuses', () => {
  // A limit on the size of files, which the system would tell by a signal that Node ignores.
  const path = join(tempDir(), 'limited.db');
  const script = `
    const Database = require(${JSON.stringify(createRequire(import.meta.url).resolve('libsql'))});
    const db = new Database(${JSON.stringify(path)});
    db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT)');
    try { for (;;) db.prepare('INSERT INTO t VALUES (?)').run(['x'.repeat(5000)]); }
    catch ({ name, code, rawCode, message }) { console.log(JSON.stringify({ name, code, rawCode, message })); }`;
  const told = execFileSync('prlimit', ['--fsize=300000', process.execPath, '-e', script], {
    encoding: 'utf8',
  });
  expect(JSON.parse(told)).toEqual(causeSchema.parse(sqliteFault('SQLITE_IOERR_WRITE')));
});

describe('the faulty store', () => {
  it('counts writes, and fails only the one that it was told to', () => {
    const faulty = new FaultyStore(open(tempDir()));
    const { servers, sftpLogins } = faulty.store;
    faulty.failOnly(2);
    servers.put(largeServer('a'));
    thrownBy(() => sftpLogins.remove('a'));
    sftpLogins.remove('a');
    expect(faulty.writes).toEqual(['servers.put', 'sftpLogins.remove', 'sftpLogins.remove']);
    expect(faulty.failed).toEqual(['sftpLogins.remove']);
  });

  it('tells the state of the store as it is', async () => {
    const health = own(new StoreHealth({ now: Date.now, log: silentLog, probeMs: { first: 1, max: 2 } }));
    const faulty = new FaultyStore(open(tempDir()), health);
    const states: string[] = [];
    health.onChange(({ status }) => states.push(status));
    faulty.failFrom();
    thrownBy(() => faulty.store.servers.put(largeServer('a')));
    expect(health.state.status).toBe('failing');
    faulty.recover();
    await until(() => health.state.status === 'ok', { everyMs: 1 });
    expect(states).toEqual(['failing', 'ok']);
  });

  it('knows of every method of the store whether it writes', () => {
    const reads = new Set([
      'all',
      'get',
      'byHash',
      'byUsername',
      'at',
      'count',
      'heldBy',
      'meters',
      'meter',
      'pending',
      'rows',
    ]);
    for (const read of ['samples', 'page', 'first', 'told']) reads.add(read);
    const real = open(tempDir());
    const { store } = new FaultyStore(real);
    const tables = (of: typeof store) =>
      Object.entries(of).flatMap(([table, methods]) =>
        typeof methods === 'object'
          ? Object.entries(methods).map(([name, act]) => ({ name: `${table}.${name}`, act }))
          : [],
      );
    const untouched = tables(store).filter(({ act }, index) => act === tables(real)[index]?.act);
    expect(untouched.map(({ name }) => name).filter((name) => !reads.has(name.split('.')[1] ?? ''))).toEqual(
      [],
    );
    expect(untouched.length).toBeGreaterThan(10);
  });
});
