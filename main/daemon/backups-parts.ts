import { LightdeckError } from '../../shared/errors.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';
import { HostBackups } from '../backups/backups.ts';
import { Freezer } from '../backups/freeze.ts';
import { freezeTable } from '../backups/freeze-table.ts';
import { backupMemory } from '../backups/memory.ts';
import { NewServers } from '../backups/new-server.ts';
import { registryConsole } from '../backups/registry-console.ts';
import { Rehearsals } from '../backups/rehearsals.ts';
import { ScratchVolumes } from '../backups/scratch-volume.ts';
import { StorePlace } from '../backups/store-place.ts';
import { backupsSchema } from '../backups/tables.ts';
import { backupsPath } from '../config/data-paths.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { AsyncScope } from '../lib/async-scope.ts';
import { currentBoot } from '../lib/boot-id.ts';
import { hostTimeZone } from '../lib/host-time-zone.ts';
import { hostUser } from '../lib/host-user.ts';
import type { Operations } from '../operations/operations.ts';
import { newStoredServer } from '../servers/machine/restore.ts';
import type { Registry } from '../servers/registry/registry.ts';
import type { SnapshotTarget } from '../snapshots/contract.ts';
import { folderSource } from '../snapshots/folder-source.ts';
import { folderTarget } from '../snapshots/folder-target.ts';
import { MountGuard, mountUse } from '../volumes/mount-guard.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Foundation } from './foundation.ts';
import type { ServersParts } from './servers-parts.ts';

/** Before the operations, so that it is closed after the last of them has ended. */
export function buildStorePlace(
  { configuration, paths, store, log }: Foundation,
  scope: AsyncScope,
): StorePlace {
  const place = new StorePlace({
    folder: () => backupsPath(paths, configuration.current()),
    mayCreate: () => configuration.current().backups.folder === '',
    volumesPath: paths.volumes,
    async open(options) {
      // Here, not at the top: with the programs of its threads it is a fifth of what a start would load.
      const { openSnapshotStore } = await import('../snapshots/store.ts');
      return openSnapshotStore({ ...options, hostId: store.hostId, now: Date.now, log });
    },
    log,
  });
  scope.own('store of the backups', () => place.close());
  return place;
}

/** The backups; what a host before this one held still goes on as soon as the engine says what runs. */
export function buildBackups(
  {
    configuration,
    store,
    monitor,
    ports,
    volumes,
    registry,
    servers,
    backupPlace,
    files,
    archives,
    log,
  }: Foundation & EngineParts & ServersParts,
  more: { operations: Operations; news: HostNews },
): HostBackups {
  const tables = store.tables(backupsSchema);
  const target = (id: string): SnapshotTarget => folderTarget(files.ground(id));
  const memory = backupMemory(tables);
  const scratch = new ScratchVolumes({ volumes, target, memory, log });
  const allowedMounts = (): string[] => configuration.current().storage.allowed_mounts;
  return new HostBackups({
    ...more,
    place: backupPlace,
    servers,
    volumes,
    source: (id) => folderSource(files.ground(id)),
    target,
    jail: (id) => files.jail(id),
    archives,
    freezer: (signal) =>
      new Freezer({ console: registryConsole(registry), table: freezeTable(tables), signal, log }),
    memory,
    rehearsals: new Rehearsals({
      monitor,
      scratch,
      mounts: new MountGuard({
        allowed: allowedMounts,
        others: () => servers.list().map(({ definition }) => mountUse(definition, store.volumes)),
      }),
      context: { hostId: store.hostId, timeZone: hostTimeZone(), hostUser: hostUser() },
      log,
    }),
    newServers: new NewServers({
      servers,
      volumes,
      ports,
      allowedMounts,
      scratch,
      adopt: (definition) => adoptInstalled(registry, definition),
      now: Date.now,
    }),
    now: Date.now,
    zone: () => hostTimeZone() ?? 'UTC',
    readRate: () => configuration.current().backups.read_rate_mb,
    log,
  });
}

/** A server whose files are there already: nothing is installed over them. */
function adoptInstalled(registry: Registry, definition: ServerDefinition): void {
  const id = definition.internal_id;
  if (registry.copies.has(id))
    throw new LightdeckError(
      'conflict',
      `A server with the id ${id} is there that the database doesn't know: choose another id`,
    );
  registry.adopt({ ...newStoredServer(definition, currentBoot()), install_state: 'installed' });
}
