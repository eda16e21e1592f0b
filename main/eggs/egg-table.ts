import { z } from 'zod';
import { type EggEntry, eggEntrySchema } from '../../shared/http/eggs.ts';
import type { RoomSchema, RoomTables } from '../store/contract.ts';

const versionSchema = z.object({ sha256: z.string(), imported_at: z.number().int() });
export type EggVersion = z.infer<typeof versionSchema>;

export const eggSchemaOfStore: RoomSchema = {
  room: 'eggs',
  migrations: [
    `CREATE TABLE eggs_entries (
       id TEXT PRIMARY KEY, name TEXT NOT NULL, author TEXT NOT NULL, sha256 TEXT NOT NULL, source TEXT,
       created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
     CREATE TABLE eggs_versions (
       egg TEXT NOT NULL REFERENCES eggs_entries (id) ON DELETE CASCADE, sha256 TEXT NOT NULL, text TEXT NOT NULL,
       imported_at INTEGER NOT NULL, PRIMARY KEY (egg, sha256)) STRICT;`,
  ],
};

export interface EggTable {
  all(): EggEntry[];
  get(id: string): EggEntry | null;
  /** Adds or replaces it, with its newest version; of more than `keep` versions the oldest go. */
  put(egg: EggEntry, text: string, keep: number): void;
  remove(id: string): boolean;
  /** Newest first. */
  versions(id: string): EggVersion[];
  text(id: string, sha256: string): string | null;
  /** The id of the egg that has this version. */
  owner(sha256: string): string | null;
  /** Of all texts, in characters. */
  size(): number;
}

/** The catalogue as it is kept. */
export function eggTable(database: RoomTables): EggTable {
  return {
    all: () =>
      database.all('SELECT * FROM eggs_entries ORDER BY name, id').map((row) => eggEntrySchema.parse(row)),
    get(id) {
      const [row] = database.all('SELECT * FROM eggs_entries WHERE id = ?', id);
      return row === undefined ? null : eggEntrySchema.parse(row);
    },
    put(egg, text, keep) {
      const { id, name, author, sha256, source, created_at, updated_at } = egg;
      database.transaction(() => {
        database.run(
          `INSERT INTO eggs_entries (id, name, author, sha256, source, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, author = excluded.author, sha256 = excluded.sha256,
             source = excluded.source, updated_at = excluded.updated_at`,
          id,
          name,
          author,
          sha256,
          source,
          created_at,
          updated_at,
        );
        database.run(
          `INSERT INTO eggs_versions (egg, sha256, text, imported_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (egg, sha256) DO UPDATE SET imported_at = excluded.imported_at`,
          id,
          sha256,
          text,
          updated_at,
        );
        database.run(
          `DELETE FROM eggs_versions WHERE egg = ? AND sha256 <> ? AND sha256 NOT IN
             (SELECT sha256 FROM eggs_versions WHERE egg = ? ORDER BY imported_at DESC, rowid DESC LIMIT ?)`,
          id,
          sha256,
          id,
          keep,
        );
      });
    },
    remove: (id) =>
      database.transaction(() => {
        database.run('DELETE FROM eggs_versions WHERE egg = ?', id);
        return database.run('DELETE FROM eggs_entries WHERE id = ?', id) > 0;
      }),
    versions: (id) =>
      database
        .all(
          'SELECT sha256, imported_at FROM eggs_versions WHERE egg = ? ORDER BY imported_at DESC, rowid DESC',
          id,
        )
        .map((row) => versionSchema.parse(row)),
    text(id, sha256) {
      const [row] = database.all('SELECT text FROM eggs_versions WHERE egg = ? AND sha256 = ?', id, sha256);
      return row === undefined ? null : z.object({ text: z.string() }).parse(row).text;
    },
    owner(sha256) {
      const [row] = database.all(
        'SELECT egg FROM eggs_versions WHERE sha256 = ? ORDER BY imported_at DESC LIMIT 1',
        sha256,
      );
      return row === undefined ? null : z.object({ egg: z.string() }).parse(row).egg;
    },
    size() {
      const [row] = database.all('SELECT coalesce(sum(length(text)), 0) AS size FROM eggs_versions');
      return z.object({ size: z.number() }).parse(row).size;
    },
  };
}
