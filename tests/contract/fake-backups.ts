import { join } from 'node:path';
import { type BackupsOptions, HostBackups } from '../../main/backups/backups.ts';
import { Freezer } from '../../main/backups/freeze.ts';
import { freezeTable } from '../../main/backups/freeze-table.ts';
import { backupMemory } from '../../main/backups/memory.ts';
import { NewServers } from '../../main/backups/new-server.ts';
import { ScratchVolumes } from '../../main/backups/scratch-volume.ts';
import { StorePlace } from '../../main/backups/store-place.ts';
import { backupsSchema } from '../../main/backups/tables.ts';
import type { Configuration } from '../../main/config/configuration.ts';
import type { VolumeFiles } from '../../main/files/contract.ts';
import type { Log } from '../../main/lib/log.ts';
import type { PortPool } from '../../main/network/contract.ts';
import { folderSource } from '../../main/snapshots/folder-source.ts';
import { folderTarget } from '../../main/snapshots/folder-target.ts';
import { openSnapshotStore } from '../../main/snapshots/store.ts';
import type { Store } from '../../main/store/contract.ts';
import type { VolumeManager } from '../../main/volumes/contract.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';

interface FakeBackupsOptions
  extends Pick<BackupsOptions, 'servers' | 'volumes' | 'archives' | 'operations' | 'news' | 'log'> {
  store: Store;
  files: VolumeFiles;
  configuration: Configuration;
  volumes: VolumeManager;
  ports: PortPool;
  adopt: (definition: ServerDefinition) => void;
  folder: string;
  now: () => number;
  log: Log;
}

/** The backups of a test: a real store in a temporary folder, of servers that have no console. */
export function fakeBackups({
  store,
  configuration,
  files,
  ports,
  adopt,
  folder,
  now,
  log,
  ...parts
}: FakeBackupsOptions): HostBackups {
  const tables = store.tables(backupsSchema);
  const { servers, volumes } = parts;
  const memory = backupMemory(tables);
  const target: BackupsOptions['target'] = (id) => folderTarget(files.ground(id));
  const scratch = new ScratchVolumes({ volumes, target, memory, log });
  const backupsFolder = join(folder, 'backups');
  return new HostBackups({
    ...parts,
    log,
    place: new StorePlace({
      folder: () => configuration.current().backups.folder || backupsFolder,
      mayCreate: () => configuration.current().backups.folder === '',
      volumesPath: folder,
      open: (options) => openSnapshotStore({ ...options, hostId: 'a', now, log }),
      log,
    }),
    source: (id) => folderSource(files.ground(id)),
    target,
    jail: (id) => files.jail(id),
    freezer: (signal) =>
      new Freezer({
        console: { run: () => null, send: () => null, listen: () => () => {}, notify: () => {} },
        table: freezeTable(tables),
        signal,
        log,
      }),
    memory,
    rehearsals: {
      run: async () => ({ ok: true, words: 'Its ready line came after 1 s' }),
      close() {},
    },
    newServers: new NewServers({ servers, volumes, ports, allowedMounts: () => [], scratch, adopt, now }),
    now,
    zone: () => 'UTC',
    readRate: () => configuration.current().backups.read_rate_mb,
  });
}
