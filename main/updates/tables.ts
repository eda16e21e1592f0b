import { z } from 'zod';
import type { RoomSchema, RoomTables } from '../store/contract.ts';

export const updateTables: RoomSchema = {
  room: 'updates',
  migrations: [
    `CREATE TABLE updates_images (image TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
     CREATE TABLE updates_servers (server TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
     CREATE TABLE updates_work (server TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
     CREATE TABLE updates_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  ],
};

/** What a registry said of an image's name. Times in Unix ms. */
const imageStateSchema = z.object({
  /** `sha256:…`; null: it never said. */
  digest: z.string().nullable(),
  found_at: z.number(),
  checked_at: z.number().nullable(),
  problem: z.string().nullable(),
  /** In a row. */
  failures: z.number(),
  next_at: z.number(),
});
export type ImageState = z.infer<typeof imageStateSchema>;

/** What is kept of a server. Digests are `sha256:…`. */
const serverStateSchema = z.object({
  previous: z
    .object({ version: z.string(), at: z.number(), restore_point: z.string().nullable() })
    .nullable()
    .default(null),
  /** Another digest that comes to the same image on this machine. */
  same: z.string().nullable().default(null),
  /** Told as an alert. */
  told: z.string().nullable().default(null),
  /** Tried and taken back, by hand or since it did not start. */
  taken_back: z.string().nullable().default(null),
});
export type ServerState = z.infer<typeof serverStateSchema>;

/**
 * An update under way, so that the next host can end it or undo it. `stopping`: nothing was changed yet; `trying`: it is to run on the new
 * one; `back`: it is to run on the one of before again.
 */
const workSchema = z.object({
  stage: z.enum(['stopping', 'trying', 'back']),
  /** What it ran on, and what was pinned then. */
  from: z.string(),
  from_pin: z.string().nullable(),
  to: z.string(),
  was_running: z.boolean(),
  restore_point: z.string().nullable(),
});
export type Work = z.infer<typeof workSchema>;

/** Throws what the store throws. What can't be read is as if it were not there. */
export class UpdateTable {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  image(name: string): ImageState | null {
    return this.get('images', 'image', name, imageStateSchema);
  }

  putImage(name: string, state: ImageState): void {
    this.put('images', 'image', name, state);
  }

  /** Those of other names go. */
  keepImages(names: ReadonlySet<string>): void {
    const rows = this.tables.all('SELECT image FROM updates_images');
    for (const { image } of z.array(z.object({ image: z.string() })).parse(rows))
      if (!names.has(image)) this.tables.run('DELETE FROM updates_images WHERE image = ?', image);
  }

  server(id: string): ServerState {
    return this.get('servers', 'server', id, serverStateSchema) ?? serverStateSchema.parse({});
  }

  changeServer(id: string, changes: Partial<ServerState>): void {
    this.put('servers', 'server', id, { ...this.server(id), ...changes });
  }

  work(id: string): Work | null {
    return this.get('work', 'server', id, workSchema);
  }

  workers(): string[] {
    const rows = this.tables.all('SELECT server FROM updates_work');
    return z
      .array(z.object({ server: z.string() }))
      .parse(rows)
      .map(({ server }) => server);
  }

  putWork(id: string, work: Work): void {
    this.put('work', 'server', id, work);
  }

  endWork(id: string): void {
    this.tables.run('DELETE FROM updates_work WHERE server = ?', id);
  }

  removeServer(id: string): void {
    this.tables.run('DELETE FROM updates_servers WHERE server = ?', id);
    this.endWork(id);
  }

  get isEnabled(): boolean {
    return this.tables.all("SELECT value FROM updates_settings WHERE name = 'off'").length === 0;
  }

  setEnabled(isEnabled: boolean): void {
    this.tables.run("DELETE FROM updates_settings WHERE name = 'off'");
    if (!isEnabled) this.tables.run("INSERT INTO updates_settings (name, value) VALUES ('off', '')");
  }

  private get<T extends z.ZodType>(
    table: string,
    column: string,
    key: string,
    schema: T,
  ): z.output<T> | null {
    const [row] = this.tables.all(`SELECT state FROM updates_${table} WHERE ${column} = ?`, key);
    const text = z.object({ state: z.string() }).safeParse(row).data?.state;
    if (text === undefined) return null;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  private put(table: string, column: string, key: string, state: object): void {
    this.tables.run(
      `INSERT INTO updates_${table} (${column}, state) VALUES (?, ?) ON CONFLICT (${column}) DO UPDATE SET state = excluded.state`,
      key,
      JSON.stringify(state),
    );
  }
}
