import { z } from 'zod';
import { keptRuns, type Run, runSchema } from '../../shared/model/run.ts';
import type { RoomSchema, RoomTables } from '../store/contract.ts';

export const runsTables: RoomSchema = {
  room: 'runs',
  migrations: [
    `CREATE TABLE runs_of_servers (
       server TEXT PRIMARY KEY,
       runs TEXT NOT NULL
     ) STRICT;`,
  ],
};

const rowSchema = z.object({ runs: z.string() });
const runsSchema = z.array(runSchema);

/** The runs of each server as they are written down, newest first. Throws what the store throws. */
export class RunTable {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  put(server: string, runs: readonly Run[]): void {
    this.tables.run(
      'INSERT INTO runs_of_servers (server, runs) VALUES (?, ?) ON CONFLICT (server) DO UPDATE SET runs = excluded.runs',
      server,
      JSON.stringify(runs),
    );
  }

  /** None where they can't be read. */
  of(server: string): Run[] {
    const [row] = this.tables.all('SELECT runs FROM runs_of_servers WHERE server = ?', server);
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) return [];
    try {
      return runsSchema.parse(JSON.parse(parsed.data.runs)).slice(0, keptRuns);
    } catch {
      return [];
    }
  }

  remove(server: string): void {
    this.tables.run('DELETE FROM runs_of_servers WHERE server = ?', server);
  }

  servers(): string[] {
    const rows = this.tables.all('SELECT server FROM runs_of_servers');
    return rows.map((row) => z.object({ server: z.string() }).parse(row).server);
  }
}
