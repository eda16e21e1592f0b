import { z } from 'zod';
import {
  type Crash,
  type CrashDetail,
  crashDetailSchema,
  crashSchema,
  type HostNewsLine,
  hostNewsSchema,
  keptCrashes,
} from '../../shared/model/crash.ts';
import type { RoomSchema, RoomTables } from '../store/contract.ts';

export interface StoredCrash {
  crash: Crash;
  detail: CrashDetail;
}

export const reasonsTables: RoomSchema = {
  room: 'reasons',
  migrations: [
    `CREATE TABLE reasons_crashes (
       no INTEGER PRIMARY KEY AUTOINCREMENT,
       id TEXT NOT NULL UNIQUE,
       server TEXT NOT NULL,
       seen INTEGER NOT NULL,
       crash TEXT NOT NULL,
       detail TEXT NOT NULL
     ) STRICT;
     CREATE INDEX reasons_crashes_by_server ON reasons_crashes (server, no);
     CREATE TABLE reasons_host (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       diary TEXT NOT NULL
     ) STRICT;`,
  ],
};

/** No server's id has a colon: what belongs to a deletion does. */
const isNotAside = "instr(server, ':') = 0";

/** Bytes of a server's details: of more the oldest reports keep their short form alone. */
const detailBytes = 2 * 1024 * 1024;

export const noDetail: CrashDetail = {
  is_thinned: true,
  tail: '',
  figures: [],
  memory_limit: null,
  host: [],
  changes: [],
  image: '',
  image_version: null,
  versions: { lightdeck: '', engine: null, system: '' },
};

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'no JSON' });
    return z.NEVER;
  }
});
const rowSchema = z.object({ seen: z.number(), crash: json.pipe(crashSchema) });
const detailRow = z.object({ detail: json.pipe(crashDetailSchema) });
const sizeRow = z.object({ id: z.string(), bytes: z.number() });
const diarySchema = z.object({
  lines: z.array(hostNewsSchema),
  versions: z.record(z.string(), z.string()),
});
export type StoredDiary = z.infer<typeof diarySchema>;

/** Crash reports as they are written down. Throws what the store throws. */
export class CrashTable {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  /** Adds it, or replaces the one of that id; then the oldest of its server go, or their details, all or nothing. */
  put({ crash, detail }: StoredCrash): void {
    this.tables.transaction(() => {
      this.tables.run(
        `INSERT INTO reasons_crashes (id, server, seen, crash, detail) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, crash = excluded.crash, detail = excluded.detail`,
        crash.id,
        crash.server,
        crash.seen ? 1 : 0,
        JSON.stringify(crash),
        JSON.stringify(detail),
      );
      this.prune(crash.server);
    });
  }

  /** Newest first. One that can't be read (of a newer version) is left out. */
  of(server: string): Crash[] {
    return this.read('WHERE server = ? ORDER BY no DESC LIMIT ?', server, keptCrashes);
  }

  /** Newest first, of all servers that are there. */
  unseen(most: number): Crash[] {
    return this.read(`WHERE seen = 0 AND ${isNotAside} ORDER BY no DESC LIMIT ?`, most);
  }

  /** Null if it isn't there, or can't be read. */
  detail(id: string): CrashDetail | null {
    const [row] = this.tables.all('SELECT detail FROM reasons_crashes WHERE id = ?', id);
    const parsed = detailRow.safeParse(row);
    return parsed.success ? parsed.data.detail : null;
  }

  /** It and all earlier ones of the server. */
  see(server: string, id: string): void {
    this.tables.run(
      'UPDATE reasons_crashes SET seen = 1 WHERE server = ? AND no <= (SELECT no FROM reasons_crashes WHERE id = ?)',
      server,
      id,
    );
  }

  removeOf(server: string): void {
    this.tables.run('DELETE FROM reasons_crashes WHERE server = ?', server);
  }

  /** Sets a server's reports aside under the name of its deletion, or gives them back. */
  rename(server: string, to: string): void {
    this.tables.run('UPDATE reasons_crashes SET server = ? WHERE server = ?', to, server);
  }

  /** Whose reports there are; without those that are set aside. */
  servers(): string[] {
    const rows = this.tables.all(`SELECT DISTINCT server FROM reasons_crashes WHERE ${isNotAside}`);
    return rows.map((row) => z.object({ server: z.string() }).parse(row).server);
  }

  diary(): StoredDiary {
    const [row] = this.tables.all('SELECT diary FROM reasons_host');
    const parsed = z.object({ diary: json.pipe(diarySchema) }).safeParse(row);
    return parsed.success ? parsed.data.diary : { lines: [], versions: {} };
  }

  putDiary(diary: { lines: readonly HostNewsLine[]; versions: Readonly<Record<string, string>> }): void {
    this.tables.run(
      'INSERT INTO reasons_host (id, diary) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET diary = excluded.diary',
      JSON.stringify(diary),
    );
  }

  private read(where: string, ...values: (string | number)[]): Crash[] {
    return this.tables.all(`SELECT seen, crash FROM reasons_crashes ${where}`, ...values).flatMap((row) => {
      const parsed = rowSchema.safeParse(row);
      return parsed.success ? [{ ...parsed.data.crash, seen: parsed.data.seen === 1 }] : [];
    });
  }

  private prune(server: string): void {
    this.tables.run(
      `DELETE FROM reasons_crashes WHERE server = ? AND no <= (
         SELECT no FROM reasons_crashes WHERE server = ? ORDER BY no DESC LIMIT 1 OFFSET ?)`,
      server,
      server,
      keptCrashes,
    );
    const rows = this.tables.all(
      'SELECT id, length(CAST(detail AS BLOB)) AS bytes FROM reasons_crashes WHERE server = ? ORDER BY no DESC',
      server,
    );
    let sum = 0;
    for (const { id, bytes } of rows.map((row) => sizeRow.parse(row))) {
      sum += bytes;
      if (sum <= detailBytes || bytes < 1024) continue;
      this.tables.run('UPDATE reasons_crashes SET detail = ? WHERE id = ?', JSON.stringify(noDetail), id);
    }
  }
}
