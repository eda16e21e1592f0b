import { isAbsolute } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import {
  changeBackupPlace,
  changeBackupRules,
  previewBackupRules,
  readBackupPlace,
  readBackupRules,
} from '../../shared/http/backups.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Routes } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import type { HostBackups } from './backups.ts';
import type { BackupMemory } from './memory.ts';
import type { StorePlace } from './store-place.ts';

export interface BackupSettingsOptions {
  backups: HostBackups;
  place: StorePlace;
  memory: Pick<BackupMemory, 'rules' | 'setRules'>;
  servers: Pick<Servers, 'get'>;
  configuration: Configuration;
  news: Pick<HostNews, 'changed'>;
}

/** What is kept of a server's backups, and where all of them are. */
export function backupSettingsRoutes(routes: Routes, options: BackupSettingsOptions): void {
  const { backups, place, memory, servers, configuration, news } = options;

  routes.mount(readBackupRules)(({ params: { id } }) => {
    existingServer(servers, id);
    return { rules: memory.rules(id) };
  });

  routes.mount(changeBackupRules)(({ params: { id }, body: { rules } }) => {
    existingServer(servers, id);
    memory.setRules(id, rules);
    news.changed('backups', id);
    return { rules };
  });

  routes.mount(previewBackupRules)(({ params: { id }, body: { rules } }) => backups.plan(id, rules));

  routes.mount(readBackupPlace)(async ({ grant }) => {
    requireScope(grant, 'system', everyServer);
    return {
      place: await place.describe(),
      proposals: place.proposals(),
      owner: grant.may('tokens', everyServer),
    };
  });

  routes.mount(changeBackupPlace)(async ({ grant, body: { folder } }) => {
    // Whoever sets it has files written anywhere on the machine.
    requireScope(grant, 'tokens', everyServer);
    if (folder !== '' && !isAbsolute(folder))
      throw new LightdeckError('invalid', 'folder: must be an absolute path');
    if (folder !== '') await place.tryOut(folder);
    configuration.change((config) => ({ ...config, backups: { ...config.backups, folder } }));
    news.changed('backups', null);
    return { place: await place.describe() };
  });
}
