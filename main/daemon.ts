import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../shared/error-text.ts';
import { LightdeckError } from '../shared/errors.ts';
import { isLocalEngine } from '../shared/model/is-local-engine.ts';
import { refusedToken } from './audit/actor.ts';
import { createAuditTrail } from './audit/audit-trail.ts';
import { createAuth } from './auth/tokens.ts';
import { loadConfig } from './config/config-file.ts';
import { Configuration } from './config/configuration.ts';
import { acquireDataLock } from './config/data-lock.ts';
import { dataPaths } from './config/data-paths.ts';
import { machineEnvironment } from './docker/endpoint-discovery.ts';
import { createEngineMonitor } from './docker/engine-monitor.ts';
import { Archives } from './files/archives/archives.ts';
import { createVolumeFiles } from './files/volume-files.ts';
import { createAnnouncer } from './host/announce.ts';
import { HostInfoSource } from './host/info.ts';
import { type Listeners, listen } from './host/listen.ts';
import { describePortHolder } from './host/port-holder.ts';
import { Sharing } from './host/sharing.ts';
import { createSystemInfo } from './host/system.ts';
import { createHostUsage } from './host/usage.ts';
import { createHttpApp } from './http/http-app.ts';
import { httpServerOptions } from './http/server-options.ts';
import { currentBoot } from './lib/boot-id.ts';
import type { Log } from './lib/log.ts';
import { hasCode } from './lib/system-error.ts';
import { createHostOccupancy } from './network/host-occupancy.ts';
import { createPortPool } from './network/port-pool.ts';
import { RemoteSync, remoteOff } from './remote/remote-sync.ts';
import { Registry } from './servers/registry/registry.ts';
import { ServersApi } from './servers/registry/servers-api.ts';
import { SftpServer } from './sftp/sftp-server.ts';
import { SocketServer } from './socket/socket-server.ts';
import { createCgroupReader } from './stats/cgroup-reader.ts';
import { createStatsSampler } from './stats/sampler.ts';
import { StoreHealth } from './store/health.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import { UsageMeter } from './usage/meter.ts';
import { meteredServers } from './usage/metered-servers.ts';
import { createUsage } from './usage/usage.ts';
import { version } from './version.ts';
import { createVolumes } from './volumes/volumes.ts';

export interface DaemonOptions {
  dataDir: string;
  /** Instead of the configuration's. */
  host?: string | undefined;
  port?: number | undefined;
  /** Built page to serve under `/`; none: the API alone. */
  uiDir?: string | undefined;
  dev?: boolean | undefined;
  /** For finding the engine (DOCKER_HOST and its kin). */
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
}

export interface Daemon {
  /** `http://127.0.0.1:PORT` */
  url: string;
  port: number;
  /** The master token, as it is now. */
  readonly token: string;
  /** Where SFTP listens; null if it doesn't. */
  readonly sftpPort: number | null;
  /** Ends sockets (1001), detaches from the containers, which go on, and frees port and data folder. Every step has a limit; never rejects. */
  close(): Promise<void>;
}

/** What idle HTTP requests get at the end, in ms; longer ones (uploads, later) are cut. */
const httpGraceMs = 500;

/** Undo steps in the order of acquisition; run in reverse, each one despite the others' failures. */
type Dispose = { name: string; run: () => void | Promise<void> };

/**
 * Builds every part once and starts them in order, all or nothing. Rejects with LightdeckError: `invalid` (configuration),
 * `conflict` (data folder or port in use, saying by whom). No Docker is no failure.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const disposers: Dispose[] = [];
  try {
    return await build(options, disposers);
  } catch (error) {
    await unwind(disposers, options.log);
    throw error;
  }
}

async function build(options: DaemonOptions, disposers: Dispose[]): Promise<Daemon> {
  const { dataDir, env, log } = options;
  // The lock first: of two hosts that start at once only one may make the configuration with its token.
  const lock = acquireDataLock({ dataDir, now: Date.now });
  disposers.push({ name: 'data lock', run: () => lock.release() });
  const { config, warnings } = loadConfig(dataDir);
  for (const warning of warnings) log.warn({}, warning);
  const configuration = new Configuration({ dataDir, config, log });
  const paths = dataPaths(dataDir, config);
  mkdirSync(paths.volumes, { recursive: true });
  const health = new StoreHealth({ now: Date.now, log });
  disposers.push({ name: 'state of the store', run: () => health.close() });
  const store = openSqliteStore({ path: paths.store, log, health });
  disposers.push({ name: 'store', run: () => store.close() });
  const { hostId } = store;
  const audit = createAuditTrail({ store, now: Date.now, log, health });
  disposers.push({ name: 'audit', run: () => audit.close() });
  const auth = createAuth({
    store,
    masterToken: () => configuration.current().authorization.token,
    now: Date.now,
    log,
    health,
    onRefused: (refusal) => audit.record(refusedToken(refusal)),
  });
  disposers.push({ name: 'tokens', run: () => auth.close() });
  const environment = machineEnvironment({ socketPath: config.docker.socket_path || null, env });
  const monitor = createEngineMonitor({ hostId, environment, log });
  disposers.push({ name: 'engine', run: () => monitor.stop() });
  const sampler = createStatsSampler({
    engineReading: (id) => monitor.engine.statsOnce(id),
    // Engines before 24 make each reading wait for their own next second.
    engineConcurrency: 16,
    cgroups: process.platform === 'linux' ? createCgroupReader() : null,
    log,
  });
  disposers.push({ name: 'stats', run: () => sampler.close() });
  const occupancy = createHostOccupancy({
    platform: process.platform,
    isLocal: () => isLocalEngine(monitor.state),
    published: async () => monitor.engine.published(),
    log,
  });
  const ports = createPortPool({ store, occupancy, health });
  disposers.push({ name: 'ports', run: () => ports.close() });
  const volumes = createVolumes({
    store,
    volumesPath: paths.volumes,
    now: Date.now,
    quota: config.storage.quota,
    log,
  });
  disposers.push({ name: 'volumes', run: () => volumes.close() });
  // Before any server: none may start on an empty folder. And before anybody asks for a file.
  await volumes.open();
  const registry = new Registry({
    monitor,
    store,
    sampler,
    ports,
    occupancy,
    volumes,
    hostId,
    boot: currentBoot(),
    now: Date.now,
    historyDir: join(paths.base, 'console'),
    audit,
    log,
  });
  disposers.push({ name: 'servers', run: () => registry.close() });
  await registry.load();
  const servers = new ServersApi({ registry, monitor, log });
  const files = createVolumeFiles({
    store,
    room: (id) => volumes.room(id),
    accept: (id, device) => volumes.accept(id, device),
    log,
  });
  const sweep = new AbortController();
  disposers.push({ name: 'files', run: () => sweep.abort() });
  void files.sweep(sweep.signal);
  // A crash between the claim of a port and the record of its server must not lose the port.
  const ids = new Set(servers.list().map(({ definition }) => definition.internal_id));
  ports.releaseOrphans(ids);
  const { sftpHostKey: hostKeyPath } = paths;
  const sftp = new SftpServer({
    store,
    servers,
    files,
    audit,
    hostKeyPath,
    now: Date.now,
    log,
    health,
  });
  disposers.push({ name: 'sftp', run: () => sftp.close() });
  sftp.removeOrphans(ids);
  registry.onEvent((event) => {
    if (event.type === 'removed') sftp.removeServer(event.id);
  });
  const meter = new UsageMeter({
    store,
    sampler,
    storage: (id) => volumes.used(id),
    servers: () => meteredServers(servers),
    settings: () => ({
      enabled: configuration.current().monitoring.enabled,
      intervalMs: configuration.current().monitoring.interval_ms,
    }),
    now: Date.now,
    elapsed: () => performance.now(),
    log,
    health,
  });
  disposers.push({ name: 'usage meter', run: () => meter.close() });
  registry.onEvent((event) => {
    if (event.type === 'removed') meter.forget(event.id);
  });
  const hostUsage = createHostUsage({ dataDir });
  const hostInfo = new HostInfoSource({ monitor, health, usage: hostUsage, version });
  disposers.push({ name: 'host info', run: () => hostInfo.close() });
  const sockets = new SocketServer({ auth, audit, registry, sampler, hostInfo, log });
  configuration.onMasterToken(() => sockets.endMasterSessions());
  let listeners: Listeners | null = null;
  let remote: RemoteSync | null = null;
  const sharing = new Sharing({
    listeners() {
      if (!listeners) throw new LightdeckError('busy', 'The host is only starting');
      return listeners;
    },
    configuration,
    endSockets: (isServed) => sockets.endThrough(isServed),
    announcer: createAnnouncer({ version, log }),
  });
  const archives = new Archives({
    files,
    notify: (volumeId, progress) => servers.notifyVolume(volumeId, progress),
    foldsNames: process.platform === 'win32' || process.platform === 'darwin',
    now: Date.now,
  });
  const app = createHttpApp({
    version,
    auth,
    audit,
    configuration,
    system: createSystemInfo({
      monitor,
      health,
      usage: hostUsage,
      version,
      dataDir,
      addresses: () => [...(listeners?.addresses ?? [])],
    }),
    sharing,
    socketsOf: (tokenId) => sockets.openWith(tokenId),
    servers,
    ports,
    volumes,
    usage: createUsage({ store, now: Date.now }),
    prices: () => configuration.current().monitoring.billing,
    files,
    archives,
    sftp,
    remoteStatus: () => remote?.status ?? remoteOff,
    allowedMounts: () => configuration.current().storage.allowed_mounts,
    now: Date.now,
    log,
    uiDir: options.uiDir ?? null,
    checkReplies: options.dev ?? false,
  });
  disposers.push({ name: 'http', run: () => app.close() });
  await app.ready();
  const wanted = { host: options.host ?? config.server.host, port: options.port ?? config.server.port };
  const opened = await open(wanted, app.handler, sockets);
  listeners = opened;
  disposers.push({ name: 'listeners', run: () => opened.close(httpGraceMs) });
  // Before the listeners: who waits for an archive gets an answer.
  disposers.push({ name: 'archives', run: () => archives.close() });
  disposers.push({ name: 'sockets', run: () => sockets.close() });
  disposers.push({ name: 'announcement', run: () => sharing.close() });
  sharing.start();
  await sftp.apply(config.sftp);
  // Never rejects; what doesn't work is told by the login's info.
  configuration.onChange(({ current }) => void sftp.apply(current.sftp));
  const url = `http://127.0.0.1:${opened.port}`;
  lock.setUrl(url);
  const sync = new RemoteSync({ servers, store, config: configuration, now: Date.now, log, health });
  remote = sync;
  disposers.push({ name: 'remote', run: () => sync.close() });
  // The engine's client takes a tenth of a second to load: nobody has to wait for that.
  monitor.start();
  let closing: Promise<void> | null = null;
  return {
    url,
    port: opened.port,
    get token() {
      return configuration.current().authorization.token;
    },
    get sftpPort() {
      return sftp.port;
    },
    close: () => {
      closing ??= unwind(disposers, log);
      return closing;
    },
  };
}

async function open(
  wanted: { host: string; port: number },
  onRequest: Parameters<typeof listen>[0]['onRequest'],
  sockets: SocketServer,
): Promise<Listeners> {
  try {
    return await listen({
      ...wanted,
      serverOptions: httpServerOptions,
      onRequest,
      onUpgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head),
    });
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) {
      const holder = await describePortHolder(wanted.port);
      throw new LightdeckError('conflict', `Port ${wanted.port} is taken by ${holder}.`, { cause: error });
    }
    const why = errorText(error);
    throw new LightdeckError(
      'invalid',
      `Can't listen on ${wanted.host}, port ${wanted.port}: ${why}. Choose another address with --host or --port.`,
    );
  }
}

/** No step may hold the end up longer than this, in ms. */
const stepLimitMs = 3000;

async function unwind(disposers: Dispose[], log: Log): Promise<void> {
  for (const { name, run } of disposers.reverse()) {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), stepLimitMs);
    });
    try {
      if ((await Promise.race([Promise.resolve(run()), limit])) === 'late')
        log.warn({ step: name }, 'a step of the stop took too long');
    } catch (error) {
      log.warn({ step: name, error: String(error) }, 'a step of the stop failed');
    } finally {
      clearTimeout(timer);
    }
  }
  disposers.length = 0;
}
