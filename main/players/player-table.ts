import { z } from 'zod';
import { keptSessions, type PlayerSession, playerSessionSchema } from '../../shared/model/players.ts';
import type { RoomSchema, RoomTables } from '../store/contract.ts';

export const playersSchema: RoomSchema = {
  room: 'players',
  migrations: [
    `CREATE TABLE players_sessions (
       id INTEGER PRIMARY KEY AUTOINCREMENT,
       server TEXT NOT NULL,
       name TEXT NOT NULL,
       since INTEGER NOT NULL,
       until INTEGER
     ) STRICT;
     CREATE INDEX players_sessions_by_server ON players_sessions (server, id);
     CREATE TABLE players_runs (server TEXT PRIMARY KEY, run TEXT NOT NULL, read_to INTEGER) STRICT;
     CREATE TABLE players_counts (
       server TEXT NOT NULL, tier TEXT NOT NULL, at INTEGER NOT NULL,
       sum INTEGER NOT NULL, count INTEGER NOT NULL, most INTEGER NOT NULL,
       PRIMARY KEY (server, tier, at)
     ) STRICT, WITHOUT ROWID;`,
  ],
};

/** What is on record of a server's present run: which, and up to where its console was read for players (null: not from its beginning). */
export interface StoredRun {
  run: string;
  readTo: number | null;
}

/** What has become of who is on: stays that aren't on record yet, and ends of those that are. Unix ms. */
export interface StayChange {
  came: readonly PlayerSession[];
  went: readonly { name: string; until: number }[];
}

/** Of a step of time: how often players were counted, the sum of the counts, and the highest. `at`: its beginning, Unix ms. */
export interface CountRow {
  at: number;
  sum: number;
  count: number;
  most: number;
}

const runRow = z.object({ run: z.string(), read_to: z.number().nullable() });
const countRow = z.object({ at: z.number(), sum: z.number(), count: z.number(), most: z.number() });

/** Who was on when, as it is written down. Throws what the store throws. */
export class PlayerTable {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  run(server: string): StoredRun | null {
    const [row] = this.tables.all('SELECT run, read_to FROM players_runs WHERE server = ?', server);
    if (row === undefined) return null;
    const { run, read_to } = runRow.parse(row);
    return { run, readTo: read_to };
  }

  /** All or nothing: where reading goes on after a kill is where these changes end. */
  note(server: string, { run, readTo }: StoredRun, { came, went }: StayChange): void {
    this.tables.transaction(() => {
      for (const { name, until } of went)
        this.tables.run(
          'UPDATE players_sessions SET until = max(since, ?) WHERE server = ? AND name = ? AND until IS NULL',
          until,
          server,
          name,
        );
      for (const { name, since, until } of came)
        this.tables.run(
          'INSERT INTO players_sessions (server, name, since, until) VALUES (?, ?, ?, ?)',
          server,
          name,
          since,
          until,
        );
      this.tables.run(
        `INSERT INTO players_runs (server, run, read_to) VALUES (?, ?, ?)
         ON CONFLICT (server) DO UPDATE SET run = excluded.run, read_to = excluded.read_to`,
        server,
        run,
        readTo,
      );
      if (came.length > 0) this.trim(server);
    });
  }

  /** Newest first, those that go on before the others. */
  sessions(server: string): PlayerSession[] {
    return this.tables
      .all(
        `SELECT name, since, until FROM players_sessions WHERE server = ?
         ORDER BY until IS NULL DESC, id DESC LIMIT ?`,
        server,
        keptSessions,
      )
      .map((row) => playerSessionSchema.parse(row));
  }

  /** Those on record as still there. */
  open(server: string): PlayerSession[] {
    return this.tables
      .all(
        'SELECT name, since, until FROM players_sessions WHERE server = ? AND until IS NULL ORDER BY id',
        server,
      )
      .map((row) => playerSessionSchema.parse(row));
  }

  addCount(server: string, tier: string, at: number, online: number): void {
    this.tables.run(
      `INSERT INTO players_counts (server, tier, at, sum, count, most) VALUES (?, ?, ?, ?, 1, ?)
       ON CONFLICT (server, tier, at) DO UPDATE SET
         sum = sum + excluded.sum, count = count + 1, most = max(most, excluded.most)`,
      server,
      tier,
      at,
      online,
      online,
    );
  }

  /** In steps of `step` ms, each whole tier's rows in it put together; oldest first. */
  counts(
    server: string,
    tier: string,
    { from, to, step }: { from: number; to: number; step: number },
  ): CountRow[] {
    return this.tables
      .all(
        `SELECT at / CAST(? AS INTEGER) * CAST(? AS INTEGER) AS at, sum(sum) AS sum, sum(count) AS count, max(most) AS most
         FROM players_counts WHERE server = ? AND tier = ? AND at >= ? AND at < ? GROUP BY 1 ORDER BY 1`,
        step,
        step,
        server,
        tier,
        from,
        to,
      )
      .map((row) => countRow.parse(row));
  }

  dropCounts(server: string, tier: string, before: number): void {
    this.tables.run(
      'DELETE FROM players_counts WHERE server = ? AND tier = ? AND at < ?',
      server,
      tier,
      before,
    );
  }

  removeOf(server: string): void {
    this.tables.transaction(() => {
      for (const table of ['sessions', 'runs', 'counts'])
        this.tables.run(`DELETE FROM players_${table} WHERE server = ?`, server);
    });
  }

  /** Of more than `keptSessions` the oldest that are over go; those that go on count. */
  private trim(server: string): void {
    this.tables.run(
      `DELETE FROM players_sessions WHERE server = ? AND until IS NOT NULL AND id <= (
         SELECT id FROM players_sessions WHERE server = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      server,
      server,
      keptSessions,
    );
  }
}
