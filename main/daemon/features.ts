import { adoptionFeature } from '../adoption/adoption-feature.ts';
import type { ContainerRoutesParts } from '../adoption/container-routes.ts';
import { alertsFeature } from '../alerts/alerts-feature.ts';
import { auditRoutes } from '../audit/routes.ts';
import type { HostBackups } from '../backups/backups.ts';
import { BackupCopies } from '../backups/copies.ts';
import { copyRoutes } from '../backups/copy-routes.ts';
import { copyTable } from '../backups/copy-table.ts';
import { backupRoutes } from '../backups/routes.ts';
import { backupsSchema } from '../backups/tables.ts';
import { communityFeature } from '../community/community-feature.ts';
import { remoteRoutes } from '../config/remote-routes.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import { eggVersionRoutes } from '../egg-versions/routes.ts';
import { eggSchemaOfStore, eggTable } from '../eggs/egg-table.ts';
import { eggRoutes } from '../eggs/routes.ts';
import type { Feature } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import { gameSettingsRoutes } from '../game-settings/routes.ts';
import { type EngineSearch, engineRoutes } from '../host/engine-routes.ts';
import type { SharingSwitch } from '../host/sharing-routes.ts';
import { sharingRoutes } from '../host/sharing-routes.ts';
import { imagesFeature } from '../images/images-feature.ts';
import { hostTimeZone } from '../lib/host-time-zone.ts';
import type { PortPool } from '../network/contract.ts';
import type { Operations } from '../operations/operations.ts';
import { operationRoutes } from '../operations/routes.ts';
import type { Players } from '../players/players.ts';
import { playersFeature } from '../players/players-feature.ts';
import { reasonsFeature } from '../reasons/reasons-feature.ts';
import { runsFeature } from '../runs/runs-feature.ts';
import { backupScheduleActions } from '../schedules/actions/backup-actions.ts';
import { updateScheduleAction } from '../schedules/actions/update-action.ts';
import { schedulesFeature } from '../schedules/schedules-feature.ts';
import type { Servers } from '../servers/contract.ts';
import { type DeletedRoutesOptions, deletedRoutes } from '../servers/deleted-routes.ts';
import { type UnknownRoutesOptions, unknownRoutes } from '../servers/unknown-routes.ts';
import type { StatsSampler } from '../stats/contract.ts';
import { type TrashRoutesOptions, trashRoutes } from '../trash/routes.ts';
import { updatesFeature } from '../updates/updates-feature.ts';
import type { Prices } from '../usage/costs.ts';
import { usageRoutes } from '../usage/routes.ts';
import { createUsage } from '../usage/usage.ts';
import type { VolumeManager } from '../volumes/contract.ts';
import type { Foundation } from './foundation.ts';

export interface FeatureParts
  extends Pick<Foundation, 'store' | 'audit' | 'auth' | 'configuration' | 'health' | 'log'> {
  servers: Servers;
  unknown: UnknownRoutesOptions['unknown'];
  deleted: DeletedRoutesOptions['deleted'];
  adopted: ContainerRoutesParts['adopted'];
  sharing: SharingSwitch;
  engine: EngineSearch;
  operations: Operations;
  files: TrashRoutesOptions['files'];
  volumes: TrashRoutesOptions['volumes'] & Pick<VolumeManager, 'create' | 'place'>;
  /** The configuration's present `storage.allowed_mounts`. */
  allowedMounts: () => string[];
  /** The host's own folders: its data, its volumes. */
  ownFolders: readonly string[];
  news: HostNews;
  backups: HostBackups;
  sampler: Pick<StatsSampler, 'read'>;
  monitor: Pick<EngineMonitor, 'state' | 'onState' | 'engine'>;
  ports: PortPool;
  players: Players;
  /** A15: asked anew each time, since the configuration can change. */
  prices: () => Prices;
  /** Unix milliseconds. */
  now: () => number;
}

/** Loaded with the first copy: ssh2 is a sixth of the program's text. */
const sftpPlaces = () => import('../snapshots/sftp-place.ts');

/** All features of the host, one line each. */
export function buildFeatures(parts: FeatureParts): Feature[] {
  const { store, audit, auth, configuration, servers, unknown, sharing, operations, prices, now } = parts;
  const { engine, deleted, files, volumes, backups } = parts;
  const usage = createUsage({ store, now });
  const eggs = eggTable(store.tables(eggSchemaOfStore));
  const copies = new BackupCopies({
    ...parts,
    table: copyTable(store.tables(backupsSchema)),
    open: async (options) => (await sftpPlaces()).openSftpPlace(options),
    look: async (server) => (await sftpPlaces()).sftpFingerprint(server),
    zone: () => hostTimeZone() ?? 'UTC',
  });
  const keepDays = () => configuration.current().storage.trash_days;
  // Before those that tell what happens.
  const alerts = alertsFeature(parts);
  const updates = updatesFeature(parts);
  const more = [
    ...backupScheduleActions(parts),
    updateScheduleAction({ servers, operations, updates: updates.scheduled }),
  ];
  return [
    alerts,
    { name: 'sharing', routes: (routes) => sharingRoutes(routes, { auth, sharing }) },
    { name: 'engine', routes: (routes) => engineRoutes(routes, { engine }) },
    { name: 'operations', routes: (routes) => operationRoutes(routes, { operations }) },
    {
      name: 'backups',
      routes: (routes) => backupRoutes(routes, { ...parts, place: backups.place, memory: backups.memory }),
      close: () => backups.close(),
    },
    {
      name: 'copies of backups',
      routes: (routes) => copyRoutes(routes, { copies }),
      close: () => copies.close(),
    },
    { name: 'unknown servers', routes: (routes) => unknownRoutes(routes, { unknown }) },
    {
      name: 'deleted servers',
      routes: (routes) => deletedRoutes(routes, { deleted, servers, volumes, keepDays }),
    },
    {
      name: 'trash',
      routes: (routes) => trashRoutes(routes, { files, volumes, servers, operations, keepDays }),
    },
    schedulesFeature({ ...parts, more }),
    reasonsFeature(parts),
    runsFeature(parts),
    playersFeature(parts),
    // After the schedules, and so ended before them: an update that one has begun is left to the next host, and not undone.
    updates,
    { name: 'usage', routes: (routes) => usageRoutes(routes, { servers, usage, prices, now }) },
    { name: 'audit', routes: (routes) => auditRoutes(routes, { audit }) },
    { name: 'eggs', routes: (routes) => eggRoutes(routes, { table: eggs, now }) },
    { name: 'egg versions', routes: (routes) => eggVersionRoutes(routes, { table: eggs, now, servers }) },
    communityFeature({ store, operations, now }),
    adoptionFeature({
      ...parts,
      allowed: parts.allowedMounts,
      own: parts.ownFolders,
    }),
    imagesFeature(parts),
    { name: 'game settings', routes: (routes) => gameSettingsRoutes(routes, { files, volumes, servers }) },
    { name: 'configuration', routes: (routes) => remoteRoutes(routes, { configuration }) },
  ];
}
