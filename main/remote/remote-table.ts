import { z } from 'zod';
import type { RoomSchema, RoomTables } from '../store/contract.ts';

/** One change of an install's status that a panel is told (A12). `detail` is why it failed, else ''. */
const remoteUpdateSchema = z.object({
  server: z.string(),
  status: z.enum(['installing', 'ready', 'failed']),
  detail: z.string(),
});
export type RemoteUpdate = z.infer<typeof remoteUpdateSchema>;

export interface RemoteTable {
  /** Appends to the queue and notes it as told, in one. Of more than `keep` in the queue the oldest are removed; how many. */
  enqueue(update: RemoteUpdate, keep: number): number;
  /** The oldest of the queue. */
  first(): (RemoteUpdate & { id: number }) | null;
  remove(id: number): void;
  /** What was last put into the queue for each server, or found when there was no panel to tell. */
  told(): Pick<RemoteUpdate, 'server' | 'status'>[];
  setTold(server: string, status: RemoteUpdate['status']): void;
  forget(server: string): void;
}

/** Its tables are older than rooms with tables of their own: remote_queue and remote_told are there already. */
export const remoteSchema: RoomSchema = { room: 'remote', migrations: [] };

const rowSchema = remoteUpdateSchema.extend({ id: z.number().int() });
const toldSchema = remoteUpdateSchema.pick({ server: true, status: true });

/** What a panel still has to be told, in order, and what it was last told (or will be) about each server. */
export function remoteTable(database: RoomTables): RemoteTable {
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

function putTold(database: RoomTables, server: string, status: string): void {
  database.run(
    `INSERT INTO remote_told (server, status) VALUES (?, ?)
     ON CONFLICT (server) DO UPDATE SET status = excluded.status`,
    server,
    status,
  );
}
