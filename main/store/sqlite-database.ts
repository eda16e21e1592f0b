import { closeSync, openSync } from 'node:fs';
import Database from 'libsql';
import { z } from 'zod';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode, systemCode } from '../lib/system-error.ts';
import type { SqlValue } from './contract.ts';
import type { StoreHealth } from './health.ts';
import { storeFailure } from './store-failure.ts';

const resultSchema = z.object({ changes: z.number() });
const versionRow = z.object({ user_version: z.number() });

export interface SqliteDatabaseOptions {
  path: string;
  migrations: readonly string[];
  /** Told of every failed access to the file, and of what was written. */
  health?: Pick<StoreHealth, 'reportFailure' | 'reportSuccess'> | null;
}

/** One SQLite file: opened, brought up to date, and given transactions that nest. No table is known here. */
export class SqliteDatabase {
  private readonly database: Database.Database;
  /** Preparing costs three times what running does. As many as there are texts in our code: values never go into the text. */
  private readonly statements = new Map<string, Database.Statement>();
  private readonly health: Pick<StoreHealth, 'reportFailure' | 'reportSuccess'> | null;
  private depth = 0;
  private open = true;
  /** SQLite has given the transaction up by itself: what comes within it must not be written on its own. */
  private brokenBy: LightdeckError | null = null;
  /** Changes of tables that the disk has no room for yet, in their order. */
  private waiting: (() => void)[] = [];

  /**
   * Opens the file (made with mode 0600) and migrates it (see `evolve`). Throws LightdeckError `conflict` when a newer version wrote it,
   * `invalid` when it can't be opened or is no database; both leave it as it is.
   */
  constructor({ path, migrations, health = null }: SqliteDatabaseOptions) {
    this.health = health;
    this.database = openLogged(path);
    try {
      // Writes are rare and each one is a promise to a client: flush them all.
      this.database.exec('PRAGMA synchronous = FULL');
      this.migrate(path, migrations);
    } catch (error) {
      this.database.close();
      if (error instanceof LightdeckError) throw error;
      throw unreadable(path, error);
    }
  }

  /** How many rows were changed. Throws LightdeckError `disk_full` or `internal`, in words for people, when the file can't be written. */
  run(sql: string, ...values: SqlValue[]): number {
    this.settle();
    const { changes } = resultSchema.parse(this.access(() => this.statement(sql).run(values)));
    if (this.depth === 0) this.health?.reportSuccess();
    return changes;
  }

  /** Rows as they come, to be parsed by the caller. Fails as `run`. */
  all(sql: string, ...values: SqlValue[]): unknown[] {
    if (this.waiting.length > 0 && !this.database.inTransaction) this.applyWaiting();
    return this.access(() => this.statement(sql).all(values));
  }

  /**
   * All or nothing. A transaction within another one is undone alone if it throws, and lasts only if the outer one does.
   * After a failure of the disk within it the whole of it fails, also where the work went on. Fails as `run`.
   */
  transaction<T>(work: () => T): T {
    this.settle();
    const name = `level_${this.depth}`;
    const outermost = this.depth === 0;
    this.access(() => this.database.exec(outermost ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${name}`));
    this.depth += 1;
    let result: T;
    try {
      result = work();
      this.access(() => this.database.exec(outermost ? 'COMMIT' : `RELEASE ${name}`));
    } catch (error) {
      this.dispose(outermost ? 'ROLLBACK' : `ROLLBACK TO ${name}; RELEASE ${name}`);
      throw error;
    } finally {
      this.depth -= 1;
      if (outermost) this.brokenBy = null;
    }
    if (outermost) this.health?.reportSuccess();
    return result;
  }

  /**
   * Makes or changes tables: all or nothing, and now. A disk without room for it is no reason not to start: then it is done in a transaction that stays
   * open, in memory, so everything can be read as it will be; each write first tries to end that, and fails as long as it can't. `change`
   * may be called again, and looks itself whether it is still due. Fails otherwise as `run`.
   */
  evolve(change: () => void): void {
    try {
      this.transaction(change);
    } catch (error) {
      if (storeFailure(error)?.code !== 'disk_full') throw error;
      this.health?.reportFailure(error, 'tables');
      this.waiting.push(change);
      this.applyWaiting();
    }
  }

  /** SQL of several statements that bring back nothing: what makes and changes tables. Fails as `run`. */
  define(sql: string): void {
    this.access(() => this.database.exec(sql));
  }

  /** Again: nothing. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.statements.clear();
    try {
      // What waits for room is made by the next start.
      if (this.waiting.length > 0) this.dispose('ROLLBACK');
      this.waiting = [];
      // Leaves one file behind; without it the text of the last writes would stay in the -wal file until the next start.
      this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    } finally {
      this.database.close();
    }
  }

  /** Ends the transaction of what waits for room, if there is any now. */
  private settle(): void {
    if (this.waiting.length === 0 || this.depth > 0) return;
    try {
      if (!this.database.inTransaction) this.applyWaiting();
      this.access(() => this.database.exec('COMMIT'));
      this.waiting = [];
    } catch (error) {
      this.applyWaiting();
      throw error;
    }
  }

  /** Needs no room: nothing of a transaction leaves the memory before its end. */
  private applyWaiting(): void {
    if (this.database.inTransaction) this.dispose('ROLLBACK');
    this.access(() => this.database.exec('PRAGMA cache_spill = OFF; BEGIN IMMEDIATE'));
    this.depth += 1;
    try {
      for (const change of this.waiting) change();
    } catch (error) {
      this.dispose('ROLLBACK');
      throw error;
    } finally {
      this.depth -= 1;
      this.brokenBy = null;
    }
  }

  /** One call of SQLite. What fails for the file's sake is told to `health` and thrown in words. */
  private access<T>(call: () => T): T {
    if (this.brokenBy) throw this.brokenBy;
    try {
      return call();
    } catch (error) {
      const failure = storeFailure(error);
      if (!failure) throw error;
      if (this.depth > 0) this.brokenBy = failure;
      this.health?.reportFailure(error, 'database');
      throw failure;
    }
  }

  private statement(sql: string): Database.Statement {
    const known = this.statements.get(sql);
    if (known) return known;
    const made = this.database.prepare(sql);
    this.statements.set(sql, made);
    return made;
  }

  private dispose(sql: string): void {
    try {
      this.database.exec(sql);
    } catch {
      // SQLite has undone the transaction by itself (disk full, for one); the first error is the one to tell.
    }
  }

  private migrate(path: string, migrations: readonly string[]): void {
    const found = this.version();
    if (found > migrations.length) {
      throw new LightdeckError(
        'conflict',
        `The database ${path} was written by a newer Lightdeck (format ${found}, this one knows ${migrations.length}). Start that version, or choose another data folder with --data.`,
      );
    }
    if (found === migrations.length) return;
    this.evolve(() => {
      // Read again under the lock.
      const missing = migrations.slice(this.version());
      for (const sql of missing) this.define(sql);
      if (missing.length > 0) this.define(`PRAGMA user_version = ${migrations.length}`);
    });
  }

  private version(): number {
    return z.tuple([versionRow]).parse(this.all('PRAGMA user_version'))[0].user_version;
  }
}

/**
 * With a write-ahead log. Its index is a file beside it, which a full disk may have no room for: then it is kept in memory, for which
 * no other process may read the database until it is closed.
 */
function openLogged(path: string): Database.Database {
  for (const inMemory of [false, true]) {
    const database = openFile(path);
    try {
      // Before anything else is asked, or the file is made.
      if (inMemory) database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('PRAGMA journal_mode = WAL');
      return database;
    } catch (error) {
      database.close();
      if (inMemory || !/^SQLITE_(FULL|IOERR)/.test(systemCode(error))) throw unreadable(path, error);
    }
  }
  throw unreadable(path, 'it could not be opened');
}

function openFile(path: string): Database.Database {
  try {
    // SQLite gives its side files the mode of the main one; it holds environment variables, so nobody else may read it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw unreadable(path, error);
  }
  try {
    return new Database(path, { timeout: 5000 });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): LightdeckError {
  const why = errorText(cause);
  return new LightdeckError('invalid', `The database ${path} can't be used: ${why}. It was left as it is.`, {
    cause,
  });
}
