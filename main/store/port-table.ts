import { z } from 'zod';
import type { Log } from '../lib/log.ts';
import type { Store, StoredPort } from './contract.ts';
import { readAll } from './read-rows.ts';
import { portRow, portValues } from './rows.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Undoes the transaction of a claim; never leaves this file. */
class NotFree extends Error {}

const countRow = z.tuple([z.object({ count: z.number() })]);

export function portTable(database: SqliteDatabase, log: Log): Store['ports'] {
  const read = (sql: string, ...values: (string | number)[]): StoredPort[] =>
    readAll(database.all(sql, ...values), portRow, 'ports', log);
  const add = (port: StoredPort): boolean =>
    database.run(
      'INSERT OR IGNORE INTO ports (ip, port, protocol, used_by, reserved) VALUES (?, ?, ?, ?, ?)',
      ...portValues(port),
    ) === 1;
  return {
    all: () => read('SELECT * FROM ports ORDER BY port, protocol, ip'),
    at: (port) => read('SELECT * FROM ports WHERE port = ? ORDER BY protocol, ip', port),
    count: () => countRow.parse(database.all('SELECT COUNT(*) AS count FROM ports'))[0].count,
    add,
    claim: (ports, server) => claim(database, ports, server),
    release(server) {
      database.run('UPDATE ports SET used_by = NULL WHERE used_by = ?', server);
    },
    releaseOne({ ip, port, protocol }, server) {
      database.run(
        'UPDATE ports SET used_by = NULL WHERE ip = ? AND port = ? AND protocol = ? AND used_by = ?',
        ...[ip, port, protocol, server],
      );
    },
    heldBy: (server) => read('SELECT * FROM ports WHERE used_by = ? ORDER BY port, protocol, ip', server),
    reserve: ({ ip, port, protocol }, reserved) =>
      database.run(
        'UPDATE ports SET reserved = ? WHERE ip = ? AND port = ? AND protocol = ? AND used_by IS NULL',
        ...[reserved ? 1 : 0, ip, port, protocol],
      ) === 1,
    remove: ({ ip, port, protocol }) =>
      database.run(
        'DELETE FROM ports WHERE ip = ? AND port = ? AND protocol = ? AND used_by IS NULL AND reserved = 0',
        ...[ip, port, protocol],
      ) === 1,
  };
}

function claim(
  database: SqliteDatabase,
  ports: Parameters<Store['ports']['claim']>[0],
  server: string,
): boolean {
  try {
    database.transaction(() => {
      for (const { ip, port, protocol } of ports) {
        const claimed = database.run(
          `UPDATE ports SET used_by = ?
           WHERE ip = ? AND port = ? AND protocol = ? AND used_by IS NULL AND reserved = 0`,
          ...[server, ip, port, protocol],
        );
        if (claimed !== 1) throw new NotFree();
      }
    });
    return true;
  } catch (error) {
    if (error instanceof NotFree) return false;
    throw error;
  }
}
