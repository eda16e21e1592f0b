import { z } from 'zod';
import {
  type MeterBase,
  type SqlValue,
  type Store,
  storedMeterSchema,
  type UsageRow,
  type UsageSample,
  type UsageSums,
  usageRowSchema,
  usageSampleSchema,
} from './contract.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** In the order of the columns. The ones that add up, then the maxima. */
const added = [
  'measured_ms',
  'running_ms',
  'cpu_us',
  'memory',
  'storage_ms',
  'storage',
  'network_rx',
  'network_tx',
  'block_read',
  'block_write',
] as const satisfies readonly (keyof UsageSums)[];
const highest = ['cpu_max', 'memory_max', 'storage_max'] as const satisfies readonly (keyof UsageSums)[];
const sums = [...added, ...highest];

const columns = sums.join(', ');
const marks = sums.map(() => '?').join(', ');
const merged = [
  ...added.map((name) => `${name} = ${name} + excluded.${name}`),
  ...highest.map((name) => `${name} = max(${name}, excluded.${name})`),
].join(', ');
const gathered = [
  ...added.map((name) => `SUM(${name}) AS ${name}`),
  ...highest.map((name) => `MAX(${name}) AS ${name}`),
].join(', ');

const baseColumns = [
  'at',
  'run',
  'memory',
  'cpu_us',
  'network_rx',
  'network_tx',
  'block_read',
  'block_write',
] as const satisfies readonly (keyof MeterBase)[];

const tickRow = z.object({ tick: z.number().int() });
const meterRow = z.object({ no: z.number().int() });

const sumValues = (row: UsageSums): SqlValue[] => sums.map((name) => row[name]);

/** The tables of usage over time: meters, rounds of samples, minutes, hours. */
export function usageTable(database: SqliteDatabase): Store['usage'] {
  return {
    meters: () => z.array(storedMeterSchema).parse(database.all('SELECT * FROM usage_meters ORDER BY no')),
    meter(server) {
      const rows = database.all('SELECT * FROM usage_meters WHERE id = ?', server);
      return z.array(storedMeterSchema).parse(rows)[0] ?? null;
    },
    rename(from, to) {
      database.run('UPDATE OR REPLACE usage_meters SET id = ? WHERE id = ?', to, from);
    },
    remove: (id) => database.transaction(() => removeMeter(database, id)),
    record(at, entries) {
      database.transaction(() => {
        const tick = addTick(database, at);
        for (const entry of entries) recordOne(database, { ...entry, tick, at });
      });
    },
    pending: (meter) => pending(database, meter),
    rollUp(meter, work) {
      database.transaction(() => {
        const { minutes, hours } = work(pending(database, meter));
        for (const row of minutes) addRow(database, 'usage_minutes', row);
        for (const row of hours) addRow(database, 'usage_hours', row);
        database.run(
          'UPDATE usage_meters SET rolled = (SELECT coalesce(max(id), 0) FROM usage_ticks) WHERE no = ?',
          meter,
        );
      });
    },
    rows({ tier, meter, from, to, step }) {
      // Numbers are bound as reals, and only whole ones divide to whole ones.
      const rows = database.all(
        `SELECT server, at / CAST(? AS INTEGER) * CAST(? AS INTEGER) AS at, ${gathered} FROM usage_${tier}
         WHERE server = ? AND at >= ? AND at < ? GROUP BY 2 ORDER BY 2`,
        ...[step, step, meter, from, to],
      );
      return z.array(usageRowSchema).parse(rows);
    },
    samples({ meter, from, to }) {
      const rows = database.all(
        `SELECT s.*, t.at FROM usage_ticks t CROSS JOIN usage_samples s ON s.tick = t.id AND s.server = ?
         WHERE t.at > ? AND t.at <= ?`,
        ...[meter, from, to],
      );
      return z.array(usageSampleSchema).parse(rows);
    },
    prune: (before) => database.transaction(() => prune(database, before)),
  };
}

function removeMeter(database: SqliteDatabase, id: string): void {
  for (const { no } of z
    .array(meterRow)
    .parse(database.all('SELECT no FROM usage_meters WHERE id = ?', id))) {
    for (const tier of ['minutes', 'hours']) database.run(`DELETE FROM usage_${tier} WHERE server = ?`, no);
    database.run('DELETE FROM usage_meters WHERE no = ?', no);
  }
}

function addTick(database: SqliteDatabase, at: number): number {
  const [row] = database.all('INSERT INTO usage_ticks (at) VALUES (?) RETURNING id AS tick', at);
  return tickRow.parse(row).tick;
}

function recordOne(
  database: SqliteDatabase,
  entry: { tick: number; at: number; server: string; base: MeterBase; sums: UsageSums | null },
): void {
  const { server, base, tick, at } = entry;
  const rows = database.all(
    `INSERT INTO usage_meters (id, first_at, rolled, ${baseColumns.join(', ')})
     SELECT id, ?, ?, ${baseColumns.map(() => '?').join(', ')} FROM servers WHERE id = ?
     ON CONFLICT (id) DO UPDATE SET first_at = coalesce(first_at, excluded.first_at),
       ${baseColumns.map((name) => `${name} = excluded.${name}`).join(', ')}
     RETURNING no`,
    entry.sums === null ? null : at,
    tick - 1,
    ...baseColumns.map((name) => base[name]),
    server,
  );
  if (rows.length === 0 || entry.sums === null) return;
  database.run(
    `INSERT INTO usage_samples (tick, server, ${columns}) VALUES (?, ?, ${marks})`,
    tick,
    meterRow.parse(rows[0]).no,
    ...sumValues(entry.sums),
  );
}

function pending(database: SqliteDatabase, meter: number): UsageSample[] {
  const rows = database.all(
    `SELECT s.*, t.at FROM usage_meters m CROSS JOIN usage_ticks t ON t.id > m.rolled
     CROSS JOIN usage_samples s ON s.tick = t.id AND s.server = m.no
     WHERE m.no = ? ORDER BY t.id`,
    meter,
  );
  return z.array(usageSampleSchema).parse(rows);
}

/** Of a meter that is gone meanwhile nothing is kept. */
function addRow(database: SqliteDatabase, table: 'usage_minutes' | 'usage_hours', row: UsageRow): void {
  database.run(
    `INSERT INTO ${table} (server, at, ${columns}) SELECT no, ?, ${marks} FROM usage_meters WHERE no = ?
     ON CONFLICT (server, at) DO UPDATE SET ${merged}`,
    row.at,
    ...sumValues(row),
    row.server,
  );
}

/** In bites, so that a long time that has become old at once doesn't hold everything up: the rest comes the next time. */
const biteTicks = 5000;
const biteMs = { minutes: 24 * 3_600_000, hours: 60 * 24 * 3_600_000 };

function prune(
  database: SqliteDatabase,
  before: { samples: number; rounds: number; minutes: number; hours: number },
): number {
  const old = `SELECT id FROM usage_ticks WHERE id <= (SELECT coalesce(min(rolled), (SELECT max(id) FROM usage_ticks)) FROM usage_meters)
    AND (at < ? OR id <= (SELECT max(id) FROM usage_ticks) - ?) ORDER BY id LIMIT ${biteTicks}`;
  const raw = [before.samples, before.rounds];
  let removed = database.run(`DELETE FROM usage_samples WHERE tick IN (${old})`, ...raw);
  removed += database.run(`DELETE FROM usage_ticks WHERE id IN (${old})`, ...raw);
  // Meter by meter, so that each finds its rows by the key.
  for (const tier of ['minutes', 'hours'] as const) {
    const table = `usage_${tier}`;
    const sql = `DELETE FROM ${table} WHERE server = ?1 AND at < ?2
      AND at < (SELECT min(at) FROM ${table} WHERE server = ?1) + ${biteMs[tier]}`;
    for (const { no } of z.array(meterRow).parse(database.all('SELECT no FROM usage_meters')))
      removed += database.run(sql, no, before[tier]);
  }
  return removed;
}
