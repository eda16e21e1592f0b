import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../main/lib/log.ts';
import { migrations } from '../main/store/migrations.ts';
import { SqliteDatabase } from '../main/store/sqlite-database.ts';
import { openSqliteStore } from '../main/store/sqlite-store.ts';
import { UsageMeter } from '../main/usage/meter.ts';
import { createUsage } from '../main/usage/usage.ts';
import type { Scenario } from './context.ts';
import { median } from './meter.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const day = 24 * hourMs;

/** A meter in this process, on a real database with a full month and 13 months of hours of each server; readings cost nothing. */
export const usage: Scenario = async ({ quick, disposers, say }) => {
  const size = quick ? 5 : 50;
  const rounds = quick ? 8 : 40;
  const folder = await mkdtemp(join(tmpdir(), 'lightdeck-bench-'));
  disposers.add('database', () => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'lightdeck.db');
  const begin = Math.floor(Date.now() / hourMs) * hourMs;
  say(`filling the database for ${size} servers`);
  fill(path, { size, begin, days: quick ? 3 : 30 });
  const megabytes = statSync(path).size / 1e6;
  const store = openSqliteStore({ path, log: silentLog });
  disposers.add('store', () => store.close());
  const clock = { at: begin };
  const ids = Array.from({ length: size }, (_, index) => `s${index + 1}`);
  const meter = new UsageMeter({
    store,
    sampler: { read: async () => ({ run: 'r', reading: readingAt(clock.at - begin) }) },
    storage: () => 5e9,
    servers: () => ids.map((id) => ({ id, state: 'up', startedAt: begin, volumeId: 'v' })),
    settings: () => ({ enabled: true, intervalMs: minuteMs }),
    now: () => clock.at,
    elapsed: () => clock.at,
    log: silentLog,
  });
  disposers.add('meter', () => meter.close());
  say(`${rounds} rounds`);
  const took: number[] = [];
  const bare: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    clock.at += minuteMs;
    took.push(await milliseconds(() => meter.round()));
    bare.push(
      await milliseconds(() => {
        store.volumes.put({ id: 'v', path: '/v', created_at: round, quota_mb: 1 });
      }),
    );
  }
  const used = process.cpuUsage(before);
  const cpuOfRound = (used.user + used.system) / 1000 / rounds;
  const reader = createUsage({ store, now: () => clock.at });
  /** The best of nine: what a busy machine adds says nothing about us. */
  const read = async (work: () => unknown): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < 9; round += 1) times.push(await milliseconds(work));
    return Math.min(...times);
  };
  const to = Math.floor(clock.at / 1000);
  const month = { from: to - 30 * 24 * 3600, to, step: 1800 };
  const write = { raw: median(bare), unit: 'ms' };
  return {
    title: `Usage: ${size} servers measured each minute, ${quick ? 3 : 30} days of minutes and 13 months of hours`,
    figures: [
      { key: 'usage.round', what: 'one round, into the store', value: median(took), ...write },
      { key: 'usage.cpu', what: '… its CPU, on average with all rolling up', value: cpuOfRound, unit: 'ms' },
      {
        key: 'usage.round.max',
        what: '… the slowest, with rolling up or clearing',
        value: Math.max(...took),
        unit: 'ms',
      },
      {
        key: 'usage.month',
        what: 'the bill of 30 days',
        value: await read(() => reader.sums('s3', 'monthly')),
        unit: 'ms',
      },
      {
        key: 'usage.hour',
        what: 'the bill of an hour',
        value: await read(() => reader.sums('s3', 'hourly')),
        unit: 'ms',
      },
      {
        key: 'usage.graph',
        what: 'a graph of 30 days, 1,440 points',
        value: await read(() => reader.series('s3', month)),
        unit: 'ms',
      },
      { key: 'usage.size', what: 'the database', value: megabytes, unit: 'MB' },
    ],
    notes: [
      'The raw reader of a round is one durable write of one row in the same database, in turns with the rounds.',
      'Reading a container’s figures is not in it: it is one look at its cgroup files per round (see Stats for what that costs each second).',
    ],
  };
};

function readingAt(ms: number) {
  return {
    at: ms,
    cpuNanos: ms * 345_678,
    memoryUsage: 1_234_567_890 + (ms % 7777),
    memoryLimit: 2e9,
    networkRx: ms * 3,
    networkTx: ms * 12,
    blockRead: 12_345,
    blockWrite: ms,
  };
}

async function milliseconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** By SQL alone: two million rows, one by one, would take minutes. */
function fill(path: string, { size, begin, days }: { size: number; begin: number; days: number }): void {
  const database = new SqliteDatabase({ path, migrations });
  const numbers = (count: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  database.transaction(() => {
    database.run(
      `${numbers(size)} INSERT INTO servers (id, definition, install_state, wanted, ever_started)
       SELECT 's' || i, '{}', 'installed', 'running', 1 FROM n`,
    );
    database.run(
      `INSERT INTO usage_meters (id, first_at, rolled, at, run, memory, cpu_us, network_rx, network_tx, block_read, block_write)
       SELECT id, 1, 0, ?, 'r', 1000, 0, 0, 0, 0, 0 FROM servers`,
      begin,
    );
    for (const [table, step, count] of [
      ['usage_minutes', minuteMs, (days * day) / minuteMs],
      ['usage_hours', hourMs, 397 * 24],
    ] as const) {
      const share = step / minuteMs;
      database.run(
        `${numbers(count)} INSERT INTO ${table}
         SELECT no, CAST(? AS INTEGER) - i * ${step}, ${step}, ${step}, ${share} * (20000000 + i), 0.2 + i / 1e9,
           ${share} * (7.4e13 + i), 1234567890, ${step}, ${step} * 5e9, 5000000000,
           ${share} * (180000 + i), ${share} * (720000 + i), 0, ${share} * (60000 + i)
         FROM usage_meters, n WHERE true ORDER BY no, i DESC`,
        begin,
      );
    }
  });
  database.close();
}
