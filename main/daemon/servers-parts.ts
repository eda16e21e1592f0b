import { join } from 'node:path';
import { backupMemory } from '../backups/memory.ts';
import type { StorePlace } from '../backups/store-place.ts';
import { backupsSchema } from '../backups/tables.ts';
import { wholeVolumes } from '../backups/whole-volumes.ts';
import { createConfigFiles } from '../eggs/config-files.ts';
import { Archives } from '../files/archives/archives.ts';
import type { VolumeFiles } from '../files/contract.ts';
import { createVolumeFiles } from '../files/volume-files.ts';
import type { AsyncScope } from '../lib/async-scope.ts';
import { currentBoot } from '../lib/boot-id.ts';
import { hostTimeZone } from '../lib/host-time-zone.ts';
import { hostUser } from '../lib/host-user.ts';
import { CrashTable, reasonsTables } from '../reasons/crash-table.ts';
import { ScheduleTable, scheduleTables } from '../schedules/schedule-table.ts';
import { AdoptedServers } from '../servers/adopted/adopted-servers.ts';
import { ConsolePasswords, consolePasswordTable } from '../servers/container/console-passwords.ts';
import { DeletedServers } from '../servers/deleted/deleted-servers.ts';
import { Registry } from '../servers/registry/registry.ts';
import { ServersApi } from '../servers/registry/servers-api.ts';
import { UnknownServers } from '../servers/registry/unknown-servers.ts';
import { SftpServer } from '../sftp/sftp-server.ts';
import { tellEmptied } from '../trash/emptied.ts';
import { TrashKeeper } from '../trash/keeper.ts';
import { UsageMeter } from '../usage/meter.ts';
import { meteredServers } from '../usage/metered-servers.ts';
import { buildStorePlace } from './backups-parts.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Foundation } from './foundation.ts';

/** The servers, and what goes on about each of them. */
export interface ServersParts {
  registry: Registry;
  servers: ServersApi;
  unknown: UnknownServers;
  deleted: DeletedServers;
  adopted: AdoptedServers;
  files: VolumeFiles;
  archives: Archives;
  /** The store of the backups; opened when it is first needed. */
  backupPlace: StorePlace;
  /** Listens with its first `apply`. */
  sftp: SftpServer;
}

export async function buildServersParts(
  foundation: Foundation,
  engine: EngineParts,
  scope: AsyncScope,
): Promise<ServersParts> {
  const { store, audit, configuration, health, paths, log } = foundation;
  const { monitor, sampler, ports, occupancy, volumes, rootHelper } = engine;
  const boot = currentBoot();
  const passwords = new ConsolePasswords(store.tables(consolePasswordTable));
  const begun = backupMemory(store.tables(backupsSchema));
  const registry: Registry = new Registry({
    consolePassword: (server) => passwords.of(server),
    monitor,
    store,
    health,
    sampler,
    ports,
    occupancy,
    volumes: wholeVolumes(volumes, {
      memory: begun,
      definition: (id) => registry.view(id)?.definition ?? null,
    }),
    allowedMounts: () => configuration.current().storage.allowed_mounts,
    hostId: store.hostId,
    timeZone: hostTimeZone,
    hostUser: hostUser(),
    releaseVolume: (id) => rootHelper?.release(id) ?? Promise.resolve(),
    makeRoom: (id, bytes) => makeRoom(files, id, bytes),
    configFiles: createConfigFiles({ jail: (id) => files.jail(id) }),
    boot,
    now: Date.now,
    historyDir: join(paths.base, 'console'),
    copiesDir: join(paths.base, 'servers'),
    audit,
    log,
  });
  scope.own('servers', () => registry.close());
  const deleted = buildDeleted(foundation, engine, { registry, boot, scope, sftp: () => sftp });
  await registry.load(deleted.keptHistories());
  const unknown = new UnknownServers({ registry, store, volumes, monitor, hostId: store.hostId, boot });
  unknown.tell(log);
  const servers = new ServersApi({ registry, monitor, log });
  const files = buildFiles(foundation, engine, { scope, servers });
  const archives = new Archives({
    files,
    notify: (volumeId, progress) => servers.notifyVolume(volumeId, progress),
    foldsNames: process.platform === 'win32' || process.platform === 'darwin',
    now: Date.now,
  });
  const sftp = new SftpServer({
    store,
    servers,
    files,
    audit,
    hostKeyPath: paths.sftpHostKey,
    now: Date.now,
    log,
    health,
  });
  scope.own('sftp', () => sftp.close());
  const meter = buildMeter(foundation, engine, servers);
  scope.own('usage meter', () => meter.close());
  // What a crash left behind between two writes about one server.
  const ids = new Set(servers.list().map(({ definition }) => definition.internal_id));
  ports.releaseOrphans(ids);
  sftp.removeOrphans(ids);
  registry.onEvent((event) => {
    if (event.type !== 'removed') return;
    sftp.removeServer(event.id);
    meter.forget(event.id);
    passwords.forget(event.id);
  });
  void deleted.look();
  return {
    ...{ registry, servers, unknown, deleted, files, archives, sftp },
    adopted: new AdoptedServers({ registry, monitor, boot, now: Date.now }),
    backupPlace: buildStorePlace(foundation, scope),
  };
}

function buildDeleted(
  { store, configuration, log }: Foundation,
  { volumes }: EngineParts,
  {
    registry,
    boot,
    scope,
    sftp,
  }: { registry: Registry; boot: string; scope: AsyncScope; sftp: () => SftpServer },
): DeletedServers {
  const deleted = new DeletedServers({
    registry,
    store,
    volumes,
    rooms: [new ScheduleTable(store.tables(scheduleTables)), new CrashTable(store.tables(reasonsTables))],
    restoreLogin: (login) => sftp().restoreLogin(login),
    keepDays: () => configuration.current().storage.trash_days,
    boot,
    now: Date.now,
    log,
  });
  scope.own('deleted servers', () => deleted.close());
  return deleted;
}

async function makeRoom(files: VolumeFiles, id: string, bytes: number): Promise<boolean> {
  return files
    .jail(id)
    .trash.makeRoom(bytes)
    .catch(() => false);
}

/** Begins to remove what uploads have left behind, and what was in the trash for long enough. */
function buildFiles(
  { store, audit, configuration, log }: Foundation,
  { volumes, rootHelper }: EngineParts,
  { scope, servers }: { scope: AsyncScope; servers: ServersApi },
): VolumeFiles {
  const keepDays = (): number => configuration.current().storage.trash_days;
  const files = createVolumeFiles({
    store,
    room: (id) => volumes.room(id),
    accept: (id, device) => volumes.accept(id, device),
    trash: {
      now: Date.now,
      isKept: () => keepDays() > 0,
      onEmptied: tellEmptied({ audit, log, tell: (id, text) => servers.tellVolume(id, text) }),
    },
    rootFiles: rootHelper ? (id) => rootHelper.of(id) : undefined,
    log,
  });
  const sweep = new AbortController();
  scope.own('files', () => sweep.abort());
  const keeper = new TrashKeeper({ files, volumes, keepDays, now: Date.now, log });
  scope.own('trash', () => keeper.close());
  void files.sweep(sweep.signal).then(() => keeper.look());
  return files;
}

function buildMeter(
  { store, configuration, health, log }: Foundation,
  { sampler, volumes }: EngineParts,
  servers: ServersApi,
): UsageMeter {
  return new UsageMeter({
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
}
