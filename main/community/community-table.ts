import { z } from 'zod';
import type { RoomSchema, RoomTables } from '../store/contract.ts';
import type { CommunityEgg } from './read-archive.ts';

const repositorySchema = z.object({
  id: z.string(),
  etag: z.string().nullable(),
  fetched_at: z.number().int(),
});
const rowSchema = z.object({
  id: z.string(),
  repository: z.string(),
  path: z.string(),
  name: z.string(),
  author: z.string(),
  description: z.string(),
  image: z.string(),
});
export type CommunityRow = z.infer<typeof rowSchema>;

export const communitySchemaOfStore: RoomSchema = {
  room: 'community',
  migrations: [
    `CREATE TABLE community_repositories (id TEXT PRIMARY KEY, etag TEXT, fetched_at INTEGER NOT NULL) STRICT;
     CREATE TABLE community_eggs (
       id TEXT NOT NULL, repository TEXT NOT NULL REFERENCES community_repositories (id) ON DELETE CASCADE,
       path TEXT NOT NULL, name TEXT NOT NULL, author TEXT NOT NULL, description TEXT NOT NULL, image TEXT NOT NULL,
       text TEXT NOT NULL, PRIMARY KEY (repository, id)) STRICT;`,
  ],
};

/** What was fetched of the community's repositories, as it is kept. */
export interface CommunityTable {
  repository(id: string): z.infer<typeof repositorySchema> | null;
  /** Replaces all of a repository. */
  put(repository: z.infer<typeof repositorySchema>, eggs: readonly CommunityEgg[]): void;
  /** It was asked, and had nothing new. */
  touch(id: string, at: number): void;
  /** Without their texts, by name. */
  all(): CommunityRow[];
  text(repository: string, id: string): string | null;
}

export function communityTable(database: RoomTables): CommunityTable {
  return {
    repository(id) {
      const [row] = database.all('SELECT * FROM community_repositories WHERE id = ?', id);
      return row === undefined ? null : repositorySchema.parse(row);
    },
    put({ id, etag, fetched_at }, eggs) {
      database.transaction(() => {
        database.run('DELETE FROM community_eggs WHERE repository = ?', id);
        database.run(
          `INSERT INTO community_repositories (id, etag, fetched_at) VALUES (?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET etag = excluded.etag, fetched_at = excluded.fetched_at`,
          id,
          etag,
          fetched_at,
        );
        for (const egg of eggs)
          database.run(
            `INSERT INTO community_eggs (id, repository, path, name, author, description, image, text)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
            egg.id,
            id,
            ...[egg.path, egg.name, egg.author, egg.description, egg.image, egg.text],
          );
      });
    },
    touch: (id, at) =>
      void database.run('UPDATE community_repositories SET fetched_at = ? WHERE id = ?', at, id),
    all: () =>
      database
        .all(
          'SELECT id, repository, path, name, author, description, image FROM community_eggs ORDER BY name, id',
        )
        .map((row) => rowSchema.parse(row)),
    text(repository, id) {
      const [row] = database.all(
        'SELECT text FROM community_eggs WHERE repository = ? AND id = ?',
        repository,
        id,
      );
      return row === undefined ? null : z.object({ text: z.string() }).parse(row).text;
    },
  };
}
