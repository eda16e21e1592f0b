import { z } from 'zod';
import type { RoomTables } from '../store/contract.ts';

/** A server whose files hold still, and what makes it go on: written before the first command is sent. */
const heldSchema = z.object({
  server: z.string(),
  /** Which run it is: a server that was started since needs nothing. */
  container: z.string(),
  after: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.string())),
});
export type Held = z.output<typeof heldSchema>;

export interface FreezeTable {
  put(held: Held): void;
  all(): Held[];
  remove(server: string): void;
}

export const freezeTable = (database: RoomTables): FreezeTable => ({
  put({ server, container, after }) {
    database.run(
      `INSERT INTO backup_held (server, container, after) VALUES (?, ?, ?)
       ON CONFLICT (server) DO UPDATE SET container = excluded.container, after = excluded.after`,
      server,
      container,
      JSON.stringify(after),
    );
  },
  all: () =>
    database.all('SELECT server, container, after FROM backup_held').map((row) => heldSchema.parse(row)),
  remove: (server) => void database.run('DELETE FROM backup_held WHERE server = ?', server),
});
