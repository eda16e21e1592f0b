import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverDefinition } from '../../tests/support/server-definition.ts';
import type { StatsReading } from '../docker/contract.ts';
import { silentLog } from '../lib/log.ts';
import type { RunReading } from '../stats/contract.ts';
import type { StoredServer } from '../store/contract.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import { type MeteredServer, UsageMeter } from './meter.ts';
import { createUsage, type Usage } from './usage.ts';

/** 2030-03-17T17:00:00Z, a whole hour. */
export const noon = Math.floor(1_900_000_000 / 3600) * 3_600_000;

export const storedServer = (id: string): StoredServer => ({
  definition: serverDefinition(id),
  install_state: 'installed',
  install_error: null,
  wanted: 'running',
  ever_started: true,
  container_id: null,
  run: null,
  boot: null,
  made_with: null,
  made_from: null,
  last_exit: null,
});

export const readingOf = (more: Partial<StatsReading> = {}): StatsReading => ({
  at: 0,
  cpuNanos: 0,
  memoryUsage: 0,
  memoryLimit: 0,
  networkRx: 0,
  networkTx: 0,
  blockRead: 0,
  blockWrite: 0,
  ...more,
});

/** A machine with servers and clocks that the test turns, and a real store. */
export class MeterWorld {
  readonly store: SqliteStore;
  readonly usage: Usage;
  readonly servers = new Map<string, MeteredServer>();
  /** What the sampler would read. */
  readonly readings = new Map<string, RunReading>();
  readonly settings = { enabled: true, intervalMs: 60_000 };
  storage: number | null = null;
  wall = noon;
  elapsed = 1000;
  meter: UsageMeter;
  private readonly folder = mkdtempSync(join(tmpdir(), 'lightdeck-usage-'));

  constructor() {
    this.store = openSqliteStore({ path: join(this.folder, 'db'), log: silentLog });
    this.usage = createUsage({ store: this.store, now: () => this.wall });
    this.meter = this.startMeter();
  }

  add(id: string): void {
    this.store.servers.put(storedServer(id));
    this.servers.set(id, { id, state: 'down', startedAt: null, volumeId: 'v' });
  }

  remove(id: string): void {
    this.store.servers.remove(id);
    this.servers.delete(id);
    this.readings.delete(id);
    this.meter.forget(id);
  }

  /** The server runs as this process, with these totals. */
  runs(id: string, run: string, reading: Partial<StatsReading> = {}): void {
    const server = this.servers.get(id);
    if (!server) throw new Error(`no ${id}`);
    if (this.readings.get(id)?.run !== run) server.startedAt = this.wall;
    server.state = 'up';
    this.readings.set(id, { run, reading: readingOf(reading) });
  }

  stops(id: string): void {
    const server = this.servers.get(id);
    if (server) Object.assign(server, { state: 'down', startedAt: null });
    this.readings.delete(id);
  }

  pass(ms: number): void {
    this.wall += ms;
    this.elapsed += ms;
  }

  /** Time passes, then a round. */
  async round(ms = 60_000): Promise<void> {
    this.pass(ms);
    await this.meter.round();
  }

  /** The host ends without a word and starts again after `ms`. */
  restart(ms: number): void {
    this.meter.close();
    this.wall += ms;
    // Another process has another zero.
    this.elapsed = 1000;
    this.meter = this.startMeter();
  }

  close(): void {
    this.meter.close();
    this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private startMeter(): UsageMeter {
    return new UsageMeter({
      store: this.store,
      sampler: { read: async (id) => this.readings.get(id) ?? null },
      storage: () => this.storage,
      servers: () => [...this.servers.values()],
      settings: () => this.settings,
      now: () => this.wall,
      elapsed: () => this.elapsed,
      log: silentLog,
    });
  }
}
