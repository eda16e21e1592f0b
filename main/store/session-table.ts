import type { Log } from '../lib/log.ts';
import type { Store } from './contract.ts';
import { readAll, readOne } from './read-rows.ts';
import { sessionRow, sessionValues } from './rows.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Browsers that were let in (POST /auth/sessions). */
export function sessionTable(database: SqliteDatabase, log: Log): Store['sessions'] {
  return {
    all: () =>
      readAll(database.all('SELECT * FROM sessions ORDER BY created_at, id'), sessionRow, 'sessions', log),
    byHash: (hash) =>
      readOne(
        database.all('SELECT * FROM sessions WHERE hash = ? OR old_hash = ?', hash, hash),
        sessionRow,
        'session',
      ),
    put(session) {
      database.run(
        `INSERT INTO sessions (id, hash, old_hash, old_until, label, address, created_at, seen_at, expires_at,
           scopes, containers, ends_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, old_hash = excluded.old_hash,
           old_until = excluded.old_until, label = excluded.label, address = excluded.address,
           seen_at = excluded.seen_at, expires_at = excluded.expires_at`,
        ...sessionValues(session),
      );
    },
    remove: (id) => database.run('DELETE FROM sessions WHERE id = ?', id) === 1,
    purge: (at) => database.run('DELETE FROM sessions WHERE expires_at < ?', at),
  };
}
