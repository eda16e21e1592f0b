import { z } from 'zod';
import {
  type Alert,
  alertSchema,
  type Delivery,
  deliverySchema,
  keptDeliveries,
  type TargetDefinition,
  targetDefinitionSchema,
} from '../../shared/model/alert.ts';
import type { Log } from '../lib/log.ts';
import type { RoomSchema, RoomTables } from '../store/contract.ts';

/** A target as it is kept. Times in Unix ms. */
export interface StoredTarget {
  id: string;
  definition: TargetDefinition;
  /** Whether its address may be one of the machine's own networks. */
  may_be_private: boolean;
  created_at: number;
  updated_at: number;
}

/** An alert that waits for a target. `seq` is its place in line; `message` the one that it is in, once that was tried. */
export interface StoredAlert {
  seq: number;
  target: string;
  message: string | null;
  alert: Alert;
}

export const alertTables: RoomSchema = {
  room: 'alerts',
  migrations: [
    `CREATE TABLE alerts_targets (
       id TEXT PRIMARY KEY,
       definition TEXT NOT NULL,
       may_be_private INTEGER NOT NULL,
       created_at INTEGER NOT NULL,
       updated_at INTEGER NOT NULL
     ) STRICT;
     CREATE TABLE alerts_waiting (
       seq INTEGER PRIMARY KEY,
       target TEXT NOT NULL,
       message TEXT,
       alert TEXT NOT NULL
     ) STRICT;
     CREATE TABLE alerts_dropped (target TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
     CREATE TABLE alerts_deliveries (
       id INTEGER PRIMARY KEY AUTOINCREMENT,
       target TEXT NOT NULL,
       at INTEGER NOT NULL,
       result TEXT NOT NULL,
       status INTEGER,
       problem TEXT,
       attempts INTEGER NOT NULL,
       alerts INTEGER NOT NULL,
       title TEXT NOT NULL
     ) STRICT;
     CREATE INDEX alerts_deliveries_by_target ON alerts_deliveries (target, id);`,
  ],
};

const json = z.string().transform((text): unknown => JSON.parse(text));
const targetRow = z.object({
  id: z.string(),
  definition: json.pipe(targetDefinitionSchema),
  may_be_private: z.number().transform((value) => value === 1),
  created_at: z.number(),
  updated_at: z.number(),
});
const waitingRow = z.object({
  seq: z.number(),
  target: z.string(),
  message: z.string().nullable(),
  alert: json.pipe(alertSchema),
});
const droppedRow = z.object({ target: z.string(), count: z.number() });

/** Targets, what waits for them, and what became of messages, as they are written down. Throws what the store throws. */
export class AlertTable {
  private readonly tables: RoomTables;
  private readonly log: Log;

  constructor(tables: RoomTables, log: Log) {
    this.tables = tables;
    this.log = log;
  }

  /** What can't be read (of a newer version) is left out, and told in the log, without its content. */
  targets(): StoredTarget[] {
    return this.read(targetRow, 'SELECT * FROM alerts_targets ORDER BY created_at, id');
  }

  putTarget({ id, definition, may_be_private, created_at, updated_at }: StoredTarget): void {
    this.tables.run(
      `INSERT INTO alerts_targets (id, definition, may_be_private, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, may_be_private = excluded.may_be_private,
         updated_at = excluded.updated_at`,
      id,
      JSON.stringify(definition),
      may_be_private ? 1 : 0,
      created_at,
      updated_at,
    );
  }

  /** With all that is about it, all or nothing. */
  removeTarget(id: string): void {
    this.tables.transaction(() => {
      this.tables.run('DELETE FROM alerts_targets WHERE id = ?', id);
      for (const table of ['waiting', 'dropped', 'deliveries'])
        this.tables.run(`DELETE FROM alerts_${table} WHERE target = ?`, id);
    });
  }

  /** In line. */
  waiting(): StoredAlert[] {
    return this.read(waitingRow, 'SELECT * FROM alerts_waiting ORDER BY seq');
  }

  putWaiting({ seq, target, message, alert }: StoredAlert): void {
    this.tables.run(
      `INSERT INTO alerts_waiting (seq, target, message, alert) VALUES (?, ?, ?, ?)
       ON CONFLICT (seq) DO UPDATE SET message = excluded.message`,
      seq,
      target,
      message,
      JSON.stringify(alert),
    );
  }

  removeWaiting(seq: number): void {
    this.tables.run('DELETE FROM alerts_waiting WHERE seq = ?', seq);
  }

  /** How many alerts were left out for each target, and weren't told yet. */
  dropped(): Map<string, number> {
    const rows = this.read(droppedRow, 'SELECT * FROM alerts_dropped');
    return new Map(rows.map(({ target, count }) => [target, count]));
  }

  setDropped(target: string, count: number): void {
    this.tables.run(
      `INSERT INTO alerts_dropped (target, count) VALUES (?, ?)
       ON CONFLICT (target) DO UPDATE SET count = excluded.count`,
      target,
      count,
    );
  }

  /** Newest first. */
  deliveries(target: string): Delivery[] {
    return this.read(
      deliverySchema,
      'SELECT * FROM alerts_deliveries WHERE target = ? ORDER BY id DESC LIMIT ?',
      target,
      keptDeliveries,
    );
  }

  /** Of more than `keptDeliveries` of the target the oldest go. */
  addDelivery(target: string, delivery: Omit<Delivery, 'id'>): void {
    const { at, result, status, problem, attempts, alerts, title } = delivery;
    this.tables.run(
      `INSERT INTO alerts_deliveries (target, at, result, status, problem, attempts, alerts, title)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      target,
      at,
      result,
      status,
      problem,
      attempts,
      alerts,
      title,
    );
    this.tables.run(
      `DELETE FROM alerts_deliveries WHERE target = ? AND id <= (
         SELECT id FROM alerts_deliveries WHERE target = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      target,
      target,
      keptDeliveries,
    );
  }

  /** All or nothing. */
  transaction(work: () => void): void {
    this.tables.transaction(work);
  }

  private read<T extends z.ZodType>(schema: T, sql: string, ...values: (string | number)[]): z.output<T>[] {
    return this.tables.all(sql, ...values).flatMap((row) => {
      const parsed = safeParse(schema, row);
      if (parsed) return [parsed.value];
      this.log.warn({}, "something of the alerts can't be read; it is left out");
      return [];
    });
  }
}

/** Null for what the schema doesn't take, or what is no JSON. */
function safeParse<T extends z.ZodType>(schema: T, row: unknown): { value: z.output<T> } | null {
  try {
    return { value: schema.parse(row) };
  } catch {
    return null;
  }
}
