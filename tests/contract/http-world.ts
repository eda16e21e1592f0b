import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusedToken } from '../../main/audit/actor.ts';
import { createAuditTrail } from '../../main/audit/audit-trail.ts';
import type { Auth, NewToken } from '../../main/auth/contract.ts';
import { createAuth } from '../../main/auth/tokens.ts';
import type { HostBackups } from '../../main/backups/backups.ts';
import { configPath } from '../../main/config/config-file.ts';
import { configSchema } from '../../main/config/config-schema.ts';
import { Configuration } from '../../main/config/configuration.ts';
import type { LogSearch, Logs, LogsQuery } from '../../main/console/console-logs.ts';
import type { HistoryFound } from '../../main/console/search-history.ts';
import { buildFeatures, type FeatureParts } from '../../main/daemon/features.ts';
import { HostNews } from '../../main/feature/host-news.ts';
import { Archives } from '../../main/files/archives/archives.ts';
import type { Room } from '../../main/files/contract.ts';
import { createVolumeFiles } from '../../main/files/volume-files.ts';
import type { EngineSearch } from '../../main/host/engine-routes.ts';
import { LanAddresses } from '../../main/host/lan-addresses.ts';
import { type Listeners, listen } from '../../main/host/listen.ts';
import { Sharing } from '../../main/host/sharing.ts';
import { createSystemInfo } from '../../main/host/system.ts';
import { createHostUsage } from '../../main/host/usage.ts';
import { createHttpApp } from '../../main/http/http-app.ts';
import { httpServerOptions } from '../../main/http/server-options.ts';
import type { ClientAddress } from '../../main/lib/client-address.ts';
import { Emitter } from '../../main/lib/emitter.ts';
import type { Log } from '../../main/lib/log.ts';
import { type PortKey, type PortPool, portWords } from '../../main/network/contract.ts';
import { createPortPool } from '../../main/network/port-pool.ts';
import { Operations } from '../../main/operations/operations.ts';
import { remoteOff } from '../../main/remote/remote-sync.ts';
import {
  type ContainerFingerprint,
  fingerprintOf,
  pendingFields,
} from '../../main/servers/container/fingerprint.ts';
import { runsAs } from '../../main/servers/container/runs-as.ts';
import type { InstallChanges, Servers, ServerView, UpdatedResources } from '../../main/servers/contract.ts';
import {
  applyResources,
  type DefinitionChanges,
  waitingFields,
} from '../../main/servers/definition/changes.ts';
import type { Rebinding } from '../../main/servers/definition/rebind.ts';
import type { RegistryEvent } from '../../main/servers/registry/registry-event.ts';
import { SftpServer } from '../../main/sftp/sftp-server.ts';
import { StoreHealth } from '../../main/store/health.ts';
import { openSqliteStore, type SqliteStore } from '../../main/store/sqlite-store.ts';
import type { Prices } from '../../main/usage/costs.ts';
import { createVolumes } from '../../main/volumes/volumes.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { ResourceChanges } from '../../shared/http/resources.ts';
import type { Progress } from '../../shared/model/progress.ts';
import { putMigratedDatabase } from '../support/migrated-database.ts';
import { fakeAdopted } from './fake-adopted.ts';
import { fakeAnnouncer } from './fake-announcer.ts';
import { fakeBackups } from './fake-backups.ts';
import { fakeDeleted } from './fake-deleted.ts';
import { type FakePlayers, fakePlayers } from './fake-players.ts';
import { type Call, master, type Reply, send } from './http-call.ts';
import { expectKnownFailure } from './known-failures.ts';

/** 2030-03-17T17:46:40Z. */
export const startTime = 1_900_000_000_000;

export { type Call, master, type Reply };

/** A registry of servers in memory, whose next calls can be made to fail. */
export class FakeServers implements Servers {
  async whenReconciled(): Promise<void> {}

  private readonly ports: PortPool;

  constructor(ports: PortPool) {
    this.ports = ports;
  }

  readonly views = new Map<string, ServerView>();
  /** As if each had a container from its creation on. */
  private readonly made = new Map<string, ContainerFingerprint>();
  readonly calls: string[] = [];
  readonly told: { volumeId: string; progress: Progress }[] = [];
  failure: Error | null = null;
  /** What the logs say. */
  printed = 'Ünï\n';

  create(definition: ServerView['definition']): void {
    this.fail();
    this.views.set(definition.internal_id, {
      definition,
      install_state: 'installing',
      install_error: null,
      state: 'installing',
      container_id: null,
      started_at: null,
      pending_restart: [],
      image_version: null,
      last_exit: null,
      runs_as: runsAs(definition, null),
    });
    this.made.set(definition.internal_id, fingerprintOf(definition, 'root'));
  }

  change(id: string, changes: DefinitionChanges): string[] {
    this.fail();
    const view = this.mustFind(id);
    const waiting = waitingFields(view.definition, changes, view.state);
    const updated_at = view.definition.updated_at + 1;
    const definition = { ...view.definition, ...changes, updated_at };
    const pending_restart = pendingFields(this.made.get(id) ?? null, definition, view.state);
    this.views.set(id, { ...view, definition, pending_restart, runs_as: runsAs(definition, null) });
    return waiting;
  }

  /** Stored at once: there is no engine to ask. */
  updateResources(id: string, changes: ResourceChanges): Promise<UpdatedResources> {
    this.fail();
    const view = this.mustFind(id);
    const definition = { ...view.definition, ...applyResources(view.definition, changes) };
    this.views.set(id, { ...view, definition });
    return Promise.resolve('Resources updated');
  }

  async logs(id: string, { lines, before, after }: LogsQuery): Promise<Logs> {
    this.fail();
    this.mustFind(id);
    this.calls.push(`logs ${id} ${lines} ${before} ${after}`);
    return { data: this.printed, from: 10, to: 10 + Buffer.byteLength(this.printed) };
  }

  async searchLogs(id: string, { text, before }: LogSearch): Promise<HistoryFound> {
    this.fail();
    this.mustFind(id);
    this.calls.push(`search ${id} ${text} ${before}`);
    return { matches: [40, 12], from: 10, to: 50, oldest: 3 };
  }

  private mustFind(id: string): ServerView {
    const view = this.views.get(id);
    if (!view) throw new LightdeckError('not_found', 'Container not found');
    return view;
  }

  list(): ServerView[] {
    return [...this.views.values()];
  }

  get(id: string): ServerView | null {
    return this.views.get(id) ?? null;
  }

  power(id: string, action: string, by: string): void {
    this.fail();
    this.calls.push(`${action} ${id} by ${by}`);
  }

  sendCommand(id: string, command: string): void {
    this.fail();
    this.calls.push(`send ${id} ${command}`);
  }

  readonly events = new Emitter<RegistryEvent>();
  readonly onEvent = this.events.on;

  rebind(id: string, { requests, held, updatedAt }: Rebinding, by: string): void {
    this.fail();
    const ports = this.ports.reclaim(requests, id, held);
    this.ports.keepOnly(id, ports);
    this.define(id, { ports, updated_at: updatedAt });
    this.calls.push(`rebind ${id} by ${by}`);
  }

  reinstall(id: string, changes: InstallChanges, by: string): void {
    this.fail();
    this.define(id, changes);
    this.calls.push(`reinstall ${id} by ${by}`);
  }

  private define(id: string, changes: Partial<ServerView['definition']>): void {
    const view = this.mustFind(id);
    this.views.set(id, { ...view, definition: { ...view.definition, ...changes } });
  }

  async remove(id: string): Promise<void> {
    this.fail();
    if (!this.views.delete(id)) throw new LightdeckError('not_found', 'Container not found');
    this.ports.release(id);
  }

  notifyVolume(volumeId: string, progress: Progress): void {
    this.told.push({ volumeId, progress });
  }

  private fail(): void {
    if (this.failure) throw this.failure;
  }
}

/** The whole HTTP side on a real socket, over a real store; only the servers are not real. */
export interface World {
  url: string;
  port: number;
  store: SqliteStore;
  auth: Auth;
  servers: FakeServers;
  news: HostNews;
  operations: Operations;
  backups: HostBackups;
  counting: FakePlayers;
  /** As at a start of the host: what one before it left is dealt with. */
  restartBackups(): void;
  /** Change them: they are asked for anew each time. */
  prices: Prices;
  ports: PortPool;
  /** Lets somebody else on the machine have a port, named in these words. */
  hold(port: PortKey, by: string): void;
  configuration: Configuration;
  configFile: string;
  /** A folder that may be mounted, and everything that was logged. */
  allowed: string;
  logged: string[];
  /** Unix milliseconds; set it to travel. */
  time: number;
  call(method: string, path: string, options?: Call): Promise<Reply>;
  token(more?: Partial<NewToken>): string;
  /** Closes the app alone, the socket stays. */
  closeApp(): Promise<void>;
  close(): Promise<void>;
}

export async function createWorld(
  options: { uiDir?: string; room?: Room; clientAddress?: ClientAddress; volumesPath?: string } = {},
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-http-'));
  const allowed = join(folder, 'allowed');
  mkdirSync(allowed);
  const health = new StoreHealth({ now: Date.now, log: nullLog([]) });
  const path = join(folder, 'lightdeck.db');
  putMigratedDatabase(path);
  const store = openSqliteStore({ path, log: nullLog([]) });
  const { room } = options;
  const logged: string[] = [];
  const log = nullLog(logged);
  const clock = { time: startTime };
  const now = () => clock.time;
  const data = join(folder, 'data');
  mkdirSync(data);
  const config = configSchema.parse({ authorization: { token: master } });
  writeFileSync(configPath(data), JSON.stringify(config));
  const configuration = new Configuration({ dataDir: data, config, log });
  const audit = createAuditTrail({ store, now, log });
  const auth = createAuth({
    store,
    masterToken: () => configuration.current().authorization.token,
    now,
    log,
    onRefused: (refusal) => audit.record(refusedToken(refusal)),
  });
  const prices = {
    memory_per_gb_hour: 0.01,
    cpu_per_vcpu_hour: 0.05,
    storage_per_gb_hour: 0.005,
    egress_per_gb: 0.12,
  };
  const held = new Map<string, string>();
  const ports = createPortPool({
    store,
    occupancy: {
      holders: async (keys) => {
        const names = keys.map(portWords);
        return new Map([...held].filter(([name]) => names.includes(name)));
      },
    },
  });
  const servers = new FakeServers(ports);
  const volumes = createVolumes({
    store,
    volumesPath: options.volumesPath ?? join(folder, 'volumes'),
    now,
    quota: 'measured',
    log,
    allowedMounts: () => [allowed],
  });
  const files = createVolumeFiles({
    store,
    room: (id) => room ?? volumes.room(id),
    trash: { now, isKept: () => configuration.current().storage.trash_days > 0, onEmptied() {} },
    log,
  });
  const sftp = new SftpServer({
    store,
    servers,
    files,
    audit,
    hostKeyPath: join(folder, 'sftp_host_key'),
    now,
    log,
  });
  const archives = new Archives({
    files,
    notify: (volumeId, progress) => servers.notifyVolume(volumeId, progress),
    foldsNames: false,
    now: Date.now,
  });
  const news = new HostNews();
  const operations = new Operations({ now, audit, news, log });
  let listeners: Listeners | null = null;
  const sharing = new Sharing({
    listeners() {
      if (!listeners) throw new Error('it does not listen yet');
      return listeners;
    },
    configuration,
    endSockets: () => {},
    announcer: fakeAnnouncer(),
    lan: new LanAddresses(),
  });
  const openBackups = () =>
    fakeBackups({
      store,
      configuration,
      servers,
      volumes,
      files,
      archives,
      operations,
      news,
      folder,
      now,
      log,
      ports,
      adopt: (definition) => servers.create(definition),
    });
  const backups = openBackups();
  const counting = fakePlayers({ store, servers, health, news, now, log });
  const features = buildFeatures({
    store,
    audit,
    auth,
    configuration,
    servers,
    unknown: {
      list: async () => ({ servers: [], volumes: [], containers: 'known' }),
      adopt: async (asked) => ({ ...asked, problems: [] }),
    },
    deleted: fakeDeleted(servers, now),
    adopted: fakeAdopted(servers),
    sharing,
    engine: fakeSearch,
    monitor: fakeMonitor,
    operations,
    files,
    volumes,
    news,
    health,
    log,
    backups,
    sampler: { read: async () => null },
    ports,
    players: counting.players,
    prices: () => prices,
    allowedMounts: () => [allowed],
    ownFolders: [data, join(folder, 'volumes')],
    now,
  });
  const app = createHttpApp({
    version: '9.9.9',
    auth,
    audit,
    configuration,
    system: createSystemInfo({
      monitor: { state: { status: 'connecting', tried: [] } },
      health,
      usage: createHostUsage({ dataDir: folder }),
      version: '9.9.9',
      dataDir: data,
      addresses: () => [{ ip: '127.0.0.1', port }],
    }),
    features,
    backups,
    operations,
    socketsOf: () => 0,
    servers,
    ports,
    volumes,
    allowedMounts: () => [allowed, ...configuration.current().storage.allowed_mounts],
    archives,
    files,
    sftp,
    remoteStatus: () => remoteOff,
    ...(options.clientAddress ? { clientAddress: options.clientAddress } : {}),
    now,
    log,
    uiDir: options.uiDir ?? null,
    checkReplies: true,
  });
  await app.ready();
  const opened = await listen({
    host: '127.0.0.1',
    port: 0,
    serverOptions: httpServerOptions,
    onRequest: app.handler,
    onUpgrade: (_request, socket) => socket.destroy(),
  });
  listeners = opened;
  const { port } = opened;
  let isClosed = false;
  const world: World = {
    url: `http://127.0.0.1:${port}`,
    port,
    store,
    auth,
    servers,
    news,
    operations,
    backups,
    counting,
    restartBackups: () => void openBackups(),
    prices,
    ports,
    hold: (port, by) => void held.set(portWords(port), by),
    configuration,
    configFile: configPath(data),
    allowed,
    logged,
    get time() {
      return clock.time;
    },
    set time(ms) {
      clock.time = ms;
    },
    async call(method, path, call) {
      const reply = await send(port, method, path, call);
      // An app that is closing answers for itself.
      if (!isClosed) expectKnownFailure(app.routes, { method, path }, reply.status);
      return reply;
    },
    token: (more) =>
      auth.create({
        ttlMs: 60_000,
        removeOnUse: false,
        label: 'panel',
        scopes: null,
        containers: null,
        ...more,
      }).secret,
    closeApp() {
      isClosed = true;
      return app.close();
    },
    async close() {
      await opened.close(0);
      await app.close();
      for (const feature of features) await feature.close?.();
      await operations.close();
      await sftp.close();
      auth.close();
      audit.close();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

function nullLog(lines: string[]): Log {
  const write = (details: object, message: string) => {
    const error = 'err' in details && details.err instanceof Error ? details.err.message : '';
    lines.push(`${message} ${JSON.stringify(details)} ${error}`);
  };
  return { debug: write, info: write, warn: write, error: write };
}

const fakeState: EngineSearch['state'] = { status: 'connecting', tried: [] };
/** No engine answers. */
const fakeMonitor: FeatureParts['monitor'] = {
  state: fakeState,
  onState: () => () => {},
  get engine(): never {
    throw new LightdeckError('engine_unreachable', 'Docker does not answer');
  },
};
const usual = {
  endpoint: 'unix:///var/run/docker.sock',
  source: 'the usual socket of Docker',
  kind: 'docker',
  problem: null,
} as const;
const fakeSearch: EngineSearch = {
  state: fakeState,
  look: async () => {},
  onState: () => () => {},
  places: async () => [usual, { ...usual, endpoint: 'unix:///b', kind: null, problem: 'Nobody is there.' }],
};
