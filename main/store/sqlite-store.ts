import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '../lib/log.ts';
import { auditTable } from './audit-table.ts';
import type { Store } from './contract.ts';
import type { StoreHealth } from './health.ts';
import { migrations } from './migrations.ts';
import { portTable } from './port-table.ts';
import { readAll, readOne } from './read-rows.ts';
import { roomTables } from './room-tables.ts';
import { serverRow, serverValues, tokenRow, tokenValues, volumeRow, volumeValues } from './rows.ts';
import { sessionTable } from './session-table.ts';
import { sftpTable } from './sftp-table.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { usageTable } from './usage-table.ts';

export interface SqliteStore extends Store {
  /** This data folder's own id, 16 hex digits, made once: tells two hosts on one engine apart. */
  readonly hostId: string;
}

export interface SqliteStoreOptions {
  /** The database file; its folder must exist. */
  path: string;
  log: Log;
  /** The id that a database without one gets: that of the folder's database before it. Default: a new one. */
  knownHostId?: string | null;
  /** Told of failed and successful writes, and given a probe to find out when they work again. */
  health?: StoreHealth;
}

/** What the probe writes, in characters: more than is ever written at once by a caller, so that a disk nearly full isn't taken for well. */
const probeLength = 256 * 1024;

/**
 * The store in a SQLite file. Throws LightdeckError `conflict` for a file of a newer version and `invalid` for one that
 * can't be used. A stored row that can't be understood is left out of lists and logged, so that one bad row doesn't keep
 * the host from starting; asked for by its id it throws.
 */
export function openSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { path, log, health } = options;
  const database = new SqliteDatabase({ path, migrations, health: health ?? null });
  health?.probeWith(() => {
    database.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('probe', ?)", '0'.repeat(probeLength));
    database.run("DELETE FROM meta WHERE key = 'probe'");
  });
  return {
    hostId: hostIdOf(database, options.knownHostId ?? randomBytes(8).toString('hex')),
    servers: serverTable(database, log),
    volumes: volumeTable(database, log),
    ports: portTable(database, log),
    tokens: tokenTable(database, log),
    sessions: sessionTable(database, log),
    usage: usageTable(database),
    audit: auditTable(database),
    sftpLogins: sftpTable(database, log),
    tables: (schema) => roomTables(database, schema),
    transaction: (work) => database.transaction(work),
    close: () => database.close(),
  };
}

const metaRow = z.object({ value: z.string() });

function hostIdOf(database: SqliteDatabase, first: string): string {
  const known = (): unknown[] => database.all("SELECT value FROM meta WHERE key = 'host_id'");
  // Read first: a start on a full disk has no room to write.
  if (known().length === 0)
    database.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('host_id', ?)", first);
  return metaRow.parse(known()[0]).value;
}

function serverTable(database: SqliteDatabase, log: Log): Store['servers'] {
  return {
    all: () => readAll(database.all('SELECT * FROM servers ORDER BY rowid'), serverRow, 'servers', log),
    get: (id) => readOne(database.all('SELECT * FROM servers WHERE id = ?', id), serverRow, `server ${id}`),
    put(server) {
      database.run(
        `INSERT INTO servers (id, definition, install_state, install_error, wanted, ever_started, container_id, run, last_exit, boot, made_with, made_from)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, install_state = excluded.install_state,
           install_error = excluded.install_error, wanted = excluded.wanted, ever_started = excluded.ever_started,
           container_id = excluded.container_id, run = excluded.run, last_exit = excluded.last_exit,
           boot = excluded.boot, made_with = excluded.made_with, made_from = excluded.made_from`,
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
    all: () => readAll(database.all('SELECT * FROM volumes ORDER BY rowid'), volumeRow, 'volumes', log),
    get: (id) => readOne(database.all('SELECT * FROM volumes WHERE id = ?', id), volumeRow, `volume ${id}`),
    put(volume) {
      database.run(
        `INSERT INTO volumes (id, path, created_at, quota_mb, kind, pending) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET path = excluded.path, created_at = excluded.created_at,
           quota_mb = excluded.quota_mb, kind = excluded.kind, pending = excluded.pending`,
        ...volumeValues(volume),
      );
    },
    remove(id) {
      database.run('DELETE FROM volumes WHERE id = ?', id);
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
