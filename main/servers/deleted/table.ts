import { z } from 'zod';
import type { Log } from '../../lib/log.ts';
import {
  type RoomSchema,
  type RoomTables,
  type StoredServer,
  type StoredSftpLogin,
  storedServerSchema,
  storedSftpLoginSchema,
} from '../../store/contract.ts';

export const deletedSchema: RoomSchema = {
  room: 'deleted',
  migrations: [
    `
    CREATE TABLE deleted_servers (
      deletion TEXT PRIMARY KEY,
      server TEXT NOT NULL,
      name TEXT NOT NULL,
      image TEXT NOT NULL,
      volume TEXT NOT NULL,
      deleted_at INTEGER NOT NULL,
      deleted_by TEXT NOT NULL,
      with_volume INTEGER NOT NULL,
      -- Null: its time is over, and the row says only where the volume comes from.
      record TEXT
    ) STRICT;
    CREATE INDEX deleted_servers_by_server ON deleted_servers (server);
    `,
  ],
};

/** What is kept of a server itself: as it was on record, with its SFTP login. */
export interface KeptRecord {
  server: StoredServer;
  login: StoredSftpLogin | null;
}

/** A server that was deleted. `deletion` names this one deletion; `deletedAt` Unix milliseconds; `withVolume`: its files go with its record. */
export interface Deletion {
  deletion: string;
  server: string;
  name: string;
  image: string;
  volume: string;
  deletedAt: number;
  by: string;
  withVolume: boolean;
  /** Null: it can't be had back any more. */
  record: KeptRecord | null;
}

const recordSchema = z.object({ server: storedServerSchema, login: storedSftpLoginSchema.nullable() });
const rowSchema = z.object({
  deletion: z.string(),
  server: z.string(),
  name: z.string(),
  image: z.string(),
  volume: z.string(),
  deleted_at: z.number(),
  deleted_by: z.string(),
  with_volume: z.number(),
  record: z.string().nullable(),
});

/** The deletions on record, newest first. */
export class DeletedTable {
  private readonly tables: RoomTables;
  private readonly log: Log;

  constructor({ tables, log }: { tables: RoomTables; log: Log }) {
    this.tables = tables;
    this.log = log;
  }

  all(): Deletion[] {
    const rows = this.tables.all('SELECT * FROM deleted_servers ORDER BY deleted_at DESC, rowid DESC');
    return rows.map((row) => this.read(row));
  }

  get(deletion: string): Deletion | null {
    const [row] = this.tables.all('SELECT * FROM deleted_servers WHERE deletion = ?', deletion);
    return row === undefined ? null : this.read(row);
  }

  /** Insert or replace. */
  put(one: Deletion): void {
    this.tables.run(
      `INSERT OR REPLACE INTO deleted_servers (deletion, server, name, image, volume, deleted_at, deleted_by, with_volume, record)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      one.deletion,
      one.server,
      one.name,
      one.image,
      one.volume,
      one.deletedAt,
      one.by,
      one.withVolume ? 1 : 0,
      one.record && JSON.stringify(one.record),
    );
  }

  remove(deletion: string): void {
    this.tables.run('DELETE FROM deleted_servers WHERE deletion = ?', deletion);
  }

  /** One whose record can't be understood counts as one without. */
  private read(row: unknown): Deletion {
    const { deletion, server, name, image, volume, ...rest } = rowSchema.parse(row);
    return {
      deletion,
      server,
      name,
      image,
      volume,
      deletedAt: rest.deleted_at,
      by: rest.deleted_by,
      withVolume: rest.with_volume !== 0,
      record: rest.record === null ? null : this.readRecord(deletion, rest.record),
    };
  }

  private readRecord(deletion: string, text: string): KeptRecord | null {
    try {
      return recordSchema.parse(JSON.parse(text));
    } catch (error) {
      this.log.warn({ deletion, error: String(error) }, 'the record of a deleted server can not be read');
      return null;
    }
  }
}
