import { z } from 'zod';
import { remoteUpdateSchema, type Store } from './contract.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

const rowSchema = remoteUpdateSchema.extend({ id: z.number().int() });
const toldSchema = remoteUpdateSchema.pick({ server: true, status: true });

/** What a panel still has to be told, in order, and what it was last told (or will be) about each server. */
export function remoteTable(database: SqliteDatabase): Store['remote'] {
  return {
    enqueue({ server, status, detail }, keep) {
      return database.transaction(() => {
        database.run(
          'INSERT INTO remote_queue (server, status, detail) VALUES (?, ?, ?)',
          server,
          status,
          detail,
        );
        putTold(database, server, status);
        return database.run(
          'DELETE FROM remote_queue WHERE id <= (SELECT max(id) FROM remote_queue) - ?',
          keep,
        );
      });
    },
    first() {
      const [row] = database.all('SELECT * FROM remote_queue ORDER BY id LIMIT 1');
      return row === undefined ? null : rowSchema.parse(row);
    },
    remove(id) {
      database.run('DELETE FROM remote_queue WHERE id = ?', id);
    },
    told: () => database.all('SELECT server, status FROM remote_told').map((row) => toldSchema.parse(row)),
    setTold: (server, status) => putTold(database, server, status),
    forget(server) {
      database.run('DELETE FROM remote_told WHERE server = ?', server);
    },
  };
}

function putTold(database: SqliteDatabase, server: string, status: string): void {
  database.run(
    `INSERT INTO remote_told (server, status) VALUES (?, ?)
     ON CONFLICT (server) DO UPDATE SET status = excluded.status`,
    server,
    status,
  );
}
