import { LightdeckError } from '../../shared/errors.ts';
import type { RemoteStatus } from '../../shared/http/settings.ts';
import { HostNews } from '../feature/host-news.ts';
import { createAnnouncer } from '../host/announce.ts';
import { HostInfoSource } from '../host/info.ts';
import { LanAddresses } from '../host/lan-addresses.ts';
import type { Listeners } from '../host/listen.ts';
import { Sharing } from '../host/sharing.ts';
import { createSystemInfo } from '../host/system.ts';
import { createHostUsage } from '../host/usage.ts';
import { createHttpApp, type HttpApp, type HttpAppOptions } from '../http/http-app.ts';
import type { AsyncScope } from '../lib/async-scope.ts';
import { clientAddress, trustedPeers } from '../lib/client-address.ts';
import { Operations } from '../operations/operations.ts';
import { SocketServer } from '../socket/socket-server.ts';
import { version } from '../version.ts';
import { buildBackups } from './backups-parts.ts';
import type { EngineParts } from './engine-parts.ts';
import { buildFeatures } from './features.ts';
import type { Foundation } from './foundation.ts';
import { openListeners } from './open-listeners.ts';
import { buildPlayers } from './players-parts.ts';
import type { ServersParts } from './servers-parts.ts';

export interface WaysInOptions {
  /** Instead of the configuration's. */
  host?: string | undefined;
  port?: number | undefined;
  /** Built page to serve under `/`; none: the API alone. */
  uiDir?: string | undefined;
  /** Replies are checked against their schemas. */
  dev?: boolean | undefined;
  remoteStatus: () => RemoteStatus;
}

type Parts = Foundation & EngineParts & ServersParts;

/** What idle HTTP requests get at the end, in ms; longer ones (uploads, later) are cut. */
const httpGraceMs = 500;

/** HTTP, sockets and SFTP, listening. Rejects with LightdeckError `conflict` or `invalid` if the port or address can't be had. */
export async function buildWaysIn(
  parts: Parts,
  options: WaysInOptions,
  scope: AsyncScope,
): Promise<Listeners> {
  const { auth, audit, registry, sampler, monitor, health, configuration, config, archives, sftp, log } =
    parts;
  const usage = createHostUsage({ dataDir: parts.dataDir });
  const lan = new LanAddresses();
  await lan.look();
  const hostInfo = new HostInfoSource({ monitor, health, usage, lan, version });
  scope.own('host info', () => hostInfo.close());
  const news = new HostNews();
  const operations = new Operations({ now: Date.now, audit, news, log });
  scope.own('operations', () => operations.close());
  const { trusted_proxies } = config.server;
  const sockets = new SocketServer({
    auth,
    audit,
    registry,
    sampler,
    hostInfo,
    news,
    operations,
    log,
    clientAddress: clientAddress(trusted_proxies),
  });
  configuration.onMasterToken(() => sockets.endMasterSessions());
  let listeners: Listeners | null = null;
  const sharing = new Sharing({
    listeners() {
      if (!listeners) throw new LightdeckError('busy', 'The host is only starting');
      return listeners;
    },
    configuration,
    endSockets: (isServed) => sockets.endThrough(isServed),
    announcer: createAnnouncer({ version, log }),
    lan,
  });
  const system = createSystemInfo({
    monitor,
    health,
    usage,
    version,
    dataDir: parts.dataDir,
    addresses: () => [...(listeners?.addresses ?? [])],
  });
  const backups = buildBackups(parts, { operations, news });
  const players = buildPlayers(parts, news);
  const features = buildFeatures({
    ...{ ...parts, sharing, operations, news, backups, players },
    engine: monitor,
    prices: () => configuration.current().monitoring.billing,
    allowedMounts: () => configuration.current().storage.allowed_mounts,
    ownFolders: [parts.dataDir, parts.paths.base, parts.paths.volumes],
    now: Date.now,
  });
  for (const feature of features) if (feature.close) scope.own(feature.name, () => feature.close?.());
  const app = buildApp(parts, options, { features, sockets, system, backups, operations });
  scope.own('http', () => app.close());
  await app.ready();
  const opened = await openListeners({
    host: options.host ?? config.server.host,
    port: options.port ?? config.server.port,
    isProxy: trustedPeers(trusted_proxies),
    onRequest: app.handler,
    onUpgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head),
  });
  listeners = opened;
  scope.own('listeners', () => opened.close(httpGraceMs));
  // Before the listeners: who waits for an archive gets an answer.
  scope.own('archives', () => archives.close());
  scope.own('sockets', () => sockets.close());
  scope.own('announcement', () => sharing.close());
  sharing.start();
  await sftp.apply(config.sftp);
  // Never rejects; what doesn't work is told by the login's info.
  configuration.onChange(({ current }) => void sftp.apply(current.sftp));
  return opened;
}

function buildApp(
  parts: Parts,
  { uiDir, dev, remoteStatus }: WaysInOptions,
  {
    sockets,
    ...more
  }: { sockets: SocketServer } & Pick<HttpAppOptions, 'features' | 'system' | 'backups' | 'operations'>,
): HttpApp {
  const { auth, audit, configuration, servers, ports, volumes, files, archives, sftp, config, log } = parts;
  return createHttpApp({
    ...more,
    version,
    auth,
    audit,
    configuration,
    socketsOf: (tokenId) => sockets.openWith(tokenId),
    servers,
    ports,
    volumes,
    files,
    archives,
    sftp,
    clientAddress: clientAddress(config.server.trusted_proxies),
    remoteStatus,
    allowedMounts: () => configuration.current().storage.allowed_mounts,
    now: Date.now,
    log,
    uiDir: uiDir ?? null,
    checkReplies: dev ?? false,
  });
}
