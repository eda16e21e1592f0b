import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { describe } from '../../shared/protocol/parse.ts';
import type { Log } from '../lib/log.ts';
import { type Store, storedVolumeSchema } from './contract.ts';
import { migrations } from './migrations.ts';
import { portRow, portValues, serverRow, serverValues, tokenRow, tokenValues } from './rows.ts';
import { SqliteDatabase } from './sqlite-database.ts';

export interface SqliteStore extends Store {
  /** This data folder's own id, 16 hex digits, made once: tells two hosts on one engine apart. */
  readonly hostId: string;
}

export interface SqliteStoreOptions {
  /** The database file; its folder must exist. */
  path: string;
  log: Log;
}

/**
 * The store in a SQLite file. Throws LightdeckError `conflict` for a file of a newer version and `invalid` for one that
 * can't be used. A stored row that can't be understood is left out of lists and logged, so that one bad row doesn't keep
 * the host from starting; asked for by its id it throws.
 */
export function openSqliteStore({ path, log }: SqliteStoreOptions): SqliteStore {
  const database = new SqliteDatabase({ path, migrations });
  return {
    hostId: hostIdOf(database),
    servers: serverTable(database, log),
    volumes: volumeTable(database, log),
    ports: portTable(database, log),
    tokens: tokenTable(database, log),
    transaction: (work) => database.transaction(work),
    close: () => database.close(),
  };
}

const metaRow = z.object({ value: z.string() });

function hostIdOf(database: SqliteDatabase): string {
  database.run(
    "INSERT OR IGNORE INTO meta (key, value) VALUES ('host_id', ?)",
    randomBytes(8).toString('hex'),
  );
  const [row] = database.all("SELECT value FROM meta WHERE key = 'host_id'");
  return metaRow.parse(row).value;
}

function serverTable(database: SqliteDatabase, log: Log): Store['servers'] {
  return {
    all: () => readAll(database.all('SELECT * FROM servers ORDER BY rowid'), serverRow, 'servers', log),
    get: (id) => readOne(database.all('SELECT * FROM servers WHERE id = ?', id), serverRow, `server ${id}`),
    put(server) {
      database.run(
        `INSERT INTO servers (id, definition, install_state, install_error, wanted, ever_started, container_id, run, last_exit)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, install_state = excluded.install_state,
           install_error = excluded.install_error, wanted = excluded.wanted, ever_started = excluded.ever_started,
           container_id = excluded.container_id, run = excluded.run, last_exit = excluded.last_exit`,
        ...serverValues(server),
      );
    },
    remove(id) {
      database.run('DELETE FROM servers WHERE id = ?', id);
    },
  };
}

function volumeTable(database: SqliteDatabase, log: Log): Store['volumes'] {
  return {
    all: () =>
      readAll(database.all('SELECT * FROM volumes ORDER BY rowid'), storedVolumeSchema, 'volumes', log),
    get: (id) =>
      readOne(database.all('SELECT * FROM volumes WHERE id = ?', id), storedVolumeSchema, `volume ${id}`),
    put(volume) {
      database.run(
        `INSERT INTO volumes (id, path, created_at, quota_mb) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET path = excluded.path, created_at = excluded.created_at, quota_mb = excluded.quota_mb`,
        volume.id,
        volume.path,
        volume.created_at,
        volume.quota_mb,
      );
    },
  };
}

/** Undoes the transaction of a claim; never leaves this file. */
class NotFree extends Error {}

function portTable(database: SqliteDatabase, log: Log): Store['ports'] {
  return {
    all: () =>
      readAll(database.all('SELECT * FROM ports ORDER BY port, protocol, ip'), portRow, 'ports', log),
    add: (port) =>
      database.run(
        'INSERT OR IGNORE INTO ports (ip, port, protocol, used_by, reserved) VALUES (?, ?, ?, ?, ?)',
        ...portValues(port),
      ) === 1,
    claim(ports, server) {
      try {
        database.transaction(() => {
          for (const { ip, port, protocol } of ports) {
            const claimed = database.run(
              `UPDATE ports SET used_by = ?
               WHERE ip = ? AND port = ? AND protocol = ? AND used_by IS NULL AND reserved = 0`,
              server,
              ip,
              port,
              protocol,
            );
            if (claimed !== 1) throw new NotFree();
          }
        });
        return true;
      } catch (error) {
        if (error instanceof NotFree) return false;
        throw error;
      }
    },
    release(server) {
      database.run('UPDATE ports SET used_by = NULL WHERE used_by = ?', server);
    },
  };
}

function tokenTable(database: SqliteDatabase, log: Log): Store['tokens'] {
  return {
    all: () => readAll(database.all('SELECT * FROM tokens ORDER BY rowid'), tokenRow, 'tokens', log),
    byHash: (hash) => readOne(database.all('SELECT * FROM tokens WHERE hash = ?', hash), tokenRow, 'token'),
    add(token) {
      database.run(
        `INSERT INTO tokens (id, hash, label, scopes, containers, created_at, expires_at, remove_on_use, used_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...tokenValues(token),
      );
    },
    consume: (id, at) =>
      database.run(
        'UPDATE tokens SET used_at = ? WHERE id = ? AND remove_on_use = 1 AND used_at IS NULL',
        at,
        id,
      ) === 1,
    remove: (id) => database.run('DELETE FROM tokens WHERE id = ?', id) === 1,
    purge: (at) => database.run('DELETE FROM tokens WHERE expires_at < ?', at),
  };
}

function readAll<S extends z.ZodType>(rows: unknown[], schema: S, what: string, log: Log): z.output<S>[] {
  return rows.flatMap((row) => {
    const result = schema.safeParse(row);
    if (result.success) return [result.data];
    log.error(
      { table: what, problem: describe(result.error) },
      'a stored row can not be understood and is left out',
    );
    return [];
  });
}

function readOne<S extends z.ZodType>(rows: unknown[], schema: S, what: string): z.output<S> | null {
  const [row] = rows;
  if (row === undefined) return null;
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  throw new LightdeckError('internal', `The stored ${what} can't be understood: ${describe(result.error)}`);
}
