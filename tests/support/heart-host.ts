import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit, AuditEntry } from '../../main/audit/contract.ts';
import type { Auth } from '../../main/auth/contract.ts';
import { createAuth } from '../../main/auth/tokens.ts';
import { backupMemory } from '../../main/backups/memory.ts';
import { backupsSchema } from '../../main/backups/tables.ts';
import { wholeVolumes } from '../../main/backups/whole-volumes.ts';
import { keepHostId, keptHostId } from '../../main/config/host-id.ts';
import { createConfigFiles } from '../../main/eggs/config-files.ts';
import { HostNews } from '../../main/feature/host-news.ts';
import { createVolumeFiles } from '../../main/files/volume-files.ts';
import { HostInfoSource } from '../../main/host/info.ts';
import { createHostUsage } from '../../main/host/usage.ts';
import type { UserIds } from '../../main/lib/host-user.ts';
import type { Log } from '../../main/lib/log.ts';
import { silentLog } from '../../main/lib/log.ts';
import type { Occupancy } from '../../main/network/contract.ts';
import { createPortPool } from '../../main/network/port-pool.ts';
import { Operations } from '../../main/operations/operations.ts';
import { CrashTable, reasonsTables } from '../../main/reasons/crash-table.ts';
import { ScheduleTable, scheduleTables } from '../../main/schedules/schedule-table.ts';
import { AdoptedServers } from '../../main/servers/adopted/adopted-servers.ts';
import { DeletedServers } from '../../main/servers/deleted/deleted-servers.ts';
import { Registry } from '../../main/servers/registry/registry.ts';
import { ServersApi } from '../../main/servers/registry/servers-api.ts';
import { UnknownServers } from '../../main/servers/registry/unknown-servers.ts';
import { SocketServer } from '../../main/socket/socket-server.ts';
import { createStatsSampler } from '../../main/stats/sampler.ts';
import type { Store } from '../../main/store/contract.ts';
import { StoreHealth } from '../../main/store/health.ts';
import { openSqliteStore, type SqliteStore } from '../../main/store/sqlite-store.ts';
import type { VolumeUsage } from '../../main/volumes/contract.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { UnknownVolume } from '../../shared/http/unknown.ts';
import type { FakeEngine } from './fake-engine.ts';
import { FakeMonitor } from './fake-monitor.ts';
import { FaultyStore } from './faulty-store.ts';
import { HeartClient } from './heart-client.ts';
import { putMigratedDatabase } from './migrated-database.ts';

const masterToken = 'lightd_heart_0123456789';

export interface HeartHostOptions {
  engine: FakeEngine;
  dataDir: string;
  now: () => number;
  /** The machine's present boot. */
  boot: string;
  /** A19. Default: root. */
  hostUser?: UserIds | null | undefined;
}

const nobody: Occupancy = { holders: async () => new Map() };

/** Volumes that are folders; their readiness can be held up or refused. */
export class HeartVolumes {
  private readonly folder: string;
  private readonly store: Store['volumes'];

  constructor(folder: string, store: Store['volumes']) {
    this.folder = folder;
    this.store = store;
  }

  /** Replace it: what happens before a container may start on a volume. */
  ready: (id: string) => Promise<void> = async () => {};
  usage: () => Promise<VolumeUsage | null> = async () => null;
  get = (id: string) => this.store.get(id);

  async unknown(): Promise<UnknownVolume[]> {
    const names = existsSync(this.folder) ? readdirSync(this.folder) : [];
    const strangers = names.filter((id) => !this.store.get(id));
    return strangers.map((id) => ({ id, kind: 'folder', size_mb: 1 }));
  }

  async remove(id: string): Promise<void> {
    if (this.store.get(id) === null) throw new LightdeckError('not_found', 'Volume not found');
    rmSync(join(this.folder, id), { recursive: true });
    this.store.remove(id);
  }

  async adopt({ id }: { id: string }): Promise<void> {
    const path = join(this.folder, id);
    if (!existsSync(path)) throw new Error(`The volume ${id} is gone`);
    this.store.put({ id, path, created_at: 1, quota_mb: 1024 });
  }
}

/** One host: everything between its store and its sockets, on a fake engine. */
export class HeartHost {
  readonly dataDir: string;
  readonly store: FaultyStore;
  readonly health: StoreHealth;
  readonly monitor: FakeMonitor;
  readonly volumes: HeartVolumes;
  /** The configuration's `storage.allowed_mounts`. */
  allowedMounts: string[] = [];
  readonly registry: Registry;
  readonly unknown: UnknownServers;
  /** Replace it: whether a volume's trash could be emptied for so many bytes. */
  makeRoom: (id: string, bytes: number) => boolean = () => false;
  /** The configuration's `storage.trash_days`. */
  keepDays = 7;
  readonly deleted: DeletedServers;
  readonly adopted: AdoptedServers;
  /** What the ways in may ask. */
  readonly servers: ServersApi;
  readonly news: HostNews;
  readonly operations: Operations;
  readonly sockets: SocketServer;
  private readonly auth: Auth;
  /** What was put on record, oldest first. */
  readonly recorded: Omit<AuditEntry, 'at'>[] = [];
  /** Warnings and errors of its log. */
  readonly logged: string[] = [];
  private readonly audit: Audit = { record: (entry) => void this.recorded.push(entry) };
  private readonly cleanups: (() => unknown)[];
  private readonly real: SqliteStore;
  private closing: Promise<void> | null = null;

  constructor({ engine, dataDir, now, boot, hostUser = null }: HeartHostOptions) {
    this.dataDir = dataDir;
    const log = this.log();
    const path = join(dataDir, 'lightdeck.db');
    putMigratedDatabase(path);
    const real = openSqliteStore({ path, log: silentLog, knownHostId: keptHostId(dataDir) });
    keepHostId(dataDir, real.hostId, log);
    this.real = real;
    this.volumes = new HeartVolumes(join(dataDir, 'volumes'), real.volumes);
    this.health = new StoreHealth({ now, log });
    this.store = new FaultyStore(real, this.health);
    const { store } = this.store;
    const onError = (error: unknown): void => log.error({ error: String(error) }, 'a listener failed');
    this.monitor = new FakeMonitor({ engine, hostId: store.hostId, onError });
    const { monitor } = this;
    const sampler = createStatsSampler({
      engineReading: (id) => monitor.engine.statsOnce(id),
      cgroups: null,
      log,
    });
    const files = createVolumeFiles({
      store: real,
      room: () => ({ take: () => {}, left: () => Infinity }),
      log,
    });
    this.registry = new Registry({
      configFiles: createConfigFiles({ jail: (id) => files.jail(id) }),
      monitor,
      store,
      health: this.health,
      sampler,
      ports: createPortPool({ store, occupancy: nobody }),
      occupancy: nobody,
      volumes: wholeVolumes(this.volumes, {
        memory: backupMemory(real.tables(backupsSchema)),
        definition: (id) => this.registry.view(id)?.definition ?? null,
      }),
      allowedMounts: () => this.allowedMounts,
      hostId: store.hostId,
      timeZone: () => 'America/New_York',
      hostUser,
      boot,
      now,
      makeRoom: async (id, bytes) => this.makeRoom(id, bytes),
      historyDir: join(dataDir, 'console'),
      copiesDir: join(dataDir, 'servers'),
      audit: this.audit,
      log,
    });
    const { registry, volumes } = this;
    this.deleted = new DeletedServers({
      registry,
      store,
      volumes,
      rooms: [new ScheduleTable(store.tables(scheduleTables)), new CrashTable(store.tables(reasonsTables))],
      restoreLogin: (login) => store.sftpLogins.put(login),
      keepDays: () => this.keepDays,
      boot,
      now,
      log,
    });
    this.adopted = new AdoptedServers({ registry, monitor, boot, now });
    this.unknown = new UnknownServers({ registry, store, volumes, monitor, hostId: store.hostId, boot });
    this.servers = new ServersApi({ registry: this.registry, monitor, log });
    this.auth = createAuth({ store, masterToken: () => masterToken, now, log, onRefused: () => {} });
    const usage = createHostUsage({ dataDir });
    const hostInfo = new HostInfoSource({
      monitor,
      health: this.health,
      usage,
      lan: { current: () => [], look: async () => {} },
      version: '9.9.9',
    });
    this.news = new HostNews();
    this.operations = new Operations({ now, audit: this.audit, news: this.news, log });
    this.sockets = new SocketServer({
      auth: this.auth,
      audit: this.audit,
      registry: this.registry,
      sampler,
      hostInfo,
      news: this.news,
      operations: this.operations,
      log,
    });
    this.cleanups = [
      () => void this.sockets.close(),
      () => void this.operations.close(),
      () => hostInfo.close(),
      () => this.registry.close(),
      () => this.deleted.close(),
      () => sampler.close(),
      () => monitor.stop(),
      () => this.auth.close(),
      () => this.health.close(),
      () => real.close(),
    ];
  }

  /** A new volume's id; whatever the store is made to do. */
  volume(): string {
    const id = `volume-${this.real.volumes.all().length + 1}`;
    const path = join(this.dataDir, 'volumes', id);
    mkdirSync(path, { recursive: true });
    this.real.volumes.put({ id, path, created_at: 1, quota_mb: 1024 });
    return id;
  }

  client(id: string, query = ''): HeartClient {
    return new HeartClient({
      sockets: this.sockets,
      url: `/ws/${id}?token=${masterToken}&duplicate=false&${query}`,
    });
  }

  /** On the host's socket, by the master or with a token that is bound to these servers. */
  hostClient(containers: string[] | null = null): HeartClient {
    const token =
      containers === null
        ? masterToken
        : this.auth.create({ ttlMs: 60_000, removeOnUse: false, label: 'guest', scopes: null, containers })
            .secret;
    return new HeartClient({ sockets: this.sockets, url: `/ws?token=${token}` });
  }

  /** In order. Again: nothing. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  /** As if it had been killed: the engine hears nothing more of it. */
  async abandon(): Promise<void> {
    await this.monitor.stop();
    void this.close();
  }

  private async end(): Promise<void> {
    for (const cleanup of this.cleanups) await cleanup();
  }

  private log(): Log {
    const write = (details: object, message: string): void =>
      void this.logged.push(`${message} ${JSON.stringify(details)}`);
    return { ...silentLog, warn: write, error: write };
  }
}
