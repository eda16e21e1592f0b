import { storePath } from './config/data-paths.ts';
import { startProblem } from './config/start-problem.ts';
import { buildEngineParts } from './daemon/engine-parts.ts';
import { buildFoundation } from './daemon/foundation.ts';
import { buildServersParts } from './daemon/servers-parts.ts';
import { buildWaysIn } from './daemon/ways-in.ts';
import { AsyncScope, buildAll } from './lib/async-scope.ts';
import type { Log } from './lib/log.ts';
import { RemoteSync, remoteOff } from './remote/remote-sync.ts';
import { remoteSchema, remoteTable } from './remote/remote-table.ts';

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

/**
 * Builds every part once and starts them in order, all or nothing. Rejects with LightdeckError: `invalid` (configuration, a damaged
 * database), `conflict` (data folder or port in use, saying by whom), `disk_full` or `internal` (a data folder that can't be
 * written). No Docker is no failure, and neither is a full disk where nothing must be written to begin.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { dataDir, log } = options;
  try {
    return await buildAll(new AsyncScope({ log }), (scope) => build(options, scope));
  } catch (error) {
    throw startProblem(error, { dataDir, store: storePath(dataDir) });
  }
}

async function build(options: DaemonOptions, scope: AsyncScope): Promise<Daemon> {
  const foundation = buildFoundation(options, scope);
  const { configuration, store, health, log } = foundation;
  const engine = await buildEngineParts(foundation, options.env, scope);
  const servers = await buildServersParts(foundation, engine, scope);
  let remote: RemoteSync | null = null;
  const { port } = await buildWaysIn(
    { ...foundation, ...engine, ...servers },
    { ...options, remoteStatus: () => remote?.status ?? remoteOff },
    scope,
  );
  const url = `http://127.0.0.1:${port}`;
  foundation.lock.setUrl(url);
  const sync = new RemoteSync({
    servers: servers.servers,
    table: remoteTable(store.tables(remoteSchema)),
    config: configuration,
    now: Date.now,
    log,
    health,
  });
  remote = sync;
  scope.own('remote', () => sync.close());
  // Nobody has to wait for the engine's client to be loaded.
  engine.monitor.start();
  return {
    url,
    port,
    get token() {
      return configuration.current().authorization.token;
    },
    get sftpPort() {
      return servers.sftp.port;
    },
    close: () => scope.close(),
  };
}
