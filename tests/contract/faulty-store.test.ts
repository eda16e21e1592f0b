import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { silentLog } from '../../main/lib/log.ts';
import { newStoredServer } from '../../main/servers/machine/restore.ts';
import type { Store, StoredServer } from '../../main/store/contract.ts';
import { openSqliteStore } from '../../main/store/sqlite-store.ts';
import { own } from '../support/cleanup.ts';
import { type FaultCode, FaultyStore, sqliteFault } from '../support/faulty-store.ts';
import { has } from '../support/requirements.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { tempDir } from '../support/temp.ts';

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
  const folder = join(tempDir(), 'disk');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  const store = open(folder);
  const fillers: string[] = [];
  const recover = (): void => {
    for (const path of fillers.splice(0)) rmSync(path, { force: true });
  };
  // Closing writes, too.
  onTestFinished(recover);
  return {
    store,
    code: 'SQLITE_FULL',
    fail() {
      for (;;) {
        const path = join(folder, `filler-${fillers.length}`);
        fillers.push(path);
        try {
          writeFileSync(path, Buffer.alloc(64 * 1024));
        } catch {
          return;
        }
      }
    },
    recover,
  };
}

/** Large enough to need room in any case. */
function largeServer(id: string): StoredServer {
  const environment = { FILLER: 'x'.repeat(100_000) };
  return newStoredServer(serverDefinition(id, { environment }), 'boot');
}

const shapeSchema = z.object({
  name: z.string(),
  code: z.string(),
  rawCode: z.number(),
  message: z.string(),
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}

const shapeOf = (error: unknown) => shapeSchema.parse(error);

const ids = (store: Store): string[] => store.servers.all().map(({ definition }) => definition.internal_id);

const expectations: { title: string; check: (breakable: Breakable) => void }[] = [
  {
    title: 'a write throws, each time anew, in the very words and numbers of SQLite',
    check({ store, code, fail }) {
      fail();
      for (const id of ['a', 'b']) {
        const error = thrownBy(() => store.servers.put(largeServer(id)));
        expect(error).toBeInstanceOf(Error);
        expect(shapeOf(error)).toEqual(shapeOf(sqliteFault(code)));
        expect(error?.constructor).toBe(sqliteFault(code).constructor);
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
      const error = thrownBy(() =>
        store.transaction(() => {
          store.servers.put(largeServer('a'));
          isDone = ids(store).includes('a');
        }),
      );
      expect(shapeOf(error).name).toBe('SqliteError');
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

describe.skipIf(!has('loop-volumes'))('a real store on a full disk', () => {
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
  expect(JSON.parse(told)).toEqual(shapeOf(sqliteFault('SQLITE_IOERR_WRITE')));
});

describe('the faulty store', () => {
  it('counts writes, and fails only the one that it was told to', () => {
    const faulty = new FaultyStore(open(tempDir()));
    const { servers, remote } = faulty.store;
    faulty.failOnly(2);
    servers.put(largeServer('a'));
    thrownBy(() => remote.setTold('a', 'ready'));
    remote.setTold('a', 'ready');
    expect(faulty.writes).toEqual(['servers.put', 'remote.setTold', 'remote.setTold']);
    expect(faulty.failed).toEqual(['remote.setTold']);
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
