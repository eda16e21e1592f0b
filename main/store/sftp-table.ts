import type { Log } from '../lib/log.ts';
import { type Store, storedSftpLoginSchema } from './contract.ts';
import { readAll, readOne } from './read-rows.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

export function sftpTable(database: SqliteDatabase, log: Log): Store['sftpLogins'] {
  const one = (column: 'server' | 'username', value: string) =>
    readOne(
      database.all(`SELECT * FROM sftp_logins WHERE ${column} = ?`, value),
      storedSftpLoginSchema,
      'SFTP login',
    );
  return {
    all: () =>
      readAll(
        database.all('SELECT * FROM sftp_logins ORDER BY rowid'),
        storedSftpLoginSchema,
        'sftp_logins',
        log,
      ),
    get: (server) => one('server', server),
    byUsername: (username) => one('username', username),
    put: (login) =>
      // The upsert speaks of the key alone: a username that another server has makes the row be left out.
      database.run(
        `INSERT INTO sftp_logins (server, username, password, created_at, updated_at)
         SELECT ?1, ?2, ?3, ?4, ?5
         WHERE NOT EXISTS (SELECT 1 FROM sftp_logins WHERE username = ?2 AND server <> ?1)
         ON CONFLICT (server) DO UPDATE SET username = excluded.username, password = excluded.password,
           created_at = excluded.created_at, updated_at = excluded.updated_at`,
        login.server,
        login.username,
        login.password,
        login.created_at,
        login.updated_at,
      ) === 1,
    remove(server) {
      database.run('DELETE FROM sftp_logins WHERE server = ?', server);
    },
  };
}
