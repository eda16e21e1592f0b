import { statfsSync } from 'node:fs';
import { MiB } from '../../shared/units.ts';
import { refusedToken } from '../audit/actor.ts';
import { type AuditTrail, createAuditTrail } from '../audit/audit-trail.ts';
import type { Auth } from '../auth/contract.ts';
import { createAuth } from '../auth/tokens.ts';
import { loadConfig } from '../config/config-file.ts';
import type { Config } from '../config/config-schema.ts';
import { Configuration } from '../config/configuration.ts';
import { acquireDataLock, type DataLock } from '../config/data-lock.ts';
import { type DataPaths, dataPaths } from '../config/data-paths.ts';
import { keepHostId, keptHostId } from '../config/host-id.ts';
import type { AsyncScope } from '../lib/async-scope.ts';
import { keepPrivate } from '../lib/keep-private.ts';
import type { Log } from '../lib/log.ts';
import { StoreHealth } from '../store/health.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';

/** What all other parts stand on. */
export interface Foundation {
  dataDir: string;
  log: Log;
  lock: DataLock;
  /** As it was read at the start; `configuration` is what is in force. */
  config: Config;
  configuration: Configuration;
  paths: DataPaths;
  health: StoreHealth;
  store: SqliteStore;
  audit: AuditTrail;
  auth: Auth;
}

/** With less room than that on the disk, in bytes, a start finds out whether anything can be written. */
const littleRoom = 64 * MiB;

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // Not every system tells.
    return Number.POSITIVE_INFINITY;
  }
}

/** Throws LightdeckError `conflict` when another host has the data folder, `invalid` for what can't be used of it. */
export function buildFoundation(
  { dataDir, log }: { dataDir: string; log: Log },
  scope: AsyncScope,
): Foundation {
  // The lock first: of two hosts that start at once only one may make the configuration with its token.
  const lock = acquireDataLock({ dataDir, now: Date.now });
  scope.own('data lock', () => lock.release());
  const { config, warnings } = loadConfig(dataDir);
  for (const warning of warnings) log.warn({}, warning);
  const configuration = new Configuration({ dataDir, config, log });
  const paths = dataPaths(dataDir, config);
  const opened = keepPrivate(paths.volumes);
  if (opened !== null) log.warn({ folder: paths.volumes }, opened);
  const health = new StoreHealth({ now: Date.now, log });
  scope.own('state of the store', () => health.close());
  const store = openSqliteStore({ path: paths.store, log, health, knownHostId: keptHostId(dataDir) });
  scope.own('store', () => store.close());
  keepHostId(dataDir, store.hostId, log);
  // Writing costs each start a moment, so only where there may be no room.
  if (freeBytes(dataDir) < littleRoom) health.check();
  const audit = createAuditTrail({ store, now: Date.now, log, health });
  scope.own('audit', () => audit.close());
  const auth = createAuth({
    store,
    masterToken: () => configuration.current().authorization.token,
    now: Date.now,
    log,
    health,
    onRefused: (refusal) => audit.record(refusedToken(refusal)),
  });
  scope.own('tokens', () => auth.close());
  return { dataDir, log, lock, config, configuration, paths, health, store, audit, auth };
}
