import {
  applyUpdate,
  checkUpdate,
  listUpdates,
  setUpdateChecks,
  takeBackUpdate,
} from '../../shared/http/updates.ts';
import { actorOf } from '../audit/actor.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { Routes } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import type { UpdateChecker } from './checker.ts';
import type { UpdateTable } from './tables.ts';
import type { Updater } from './updater.ts';
import { type ViewParts, viewOf } from './views.ts';

export interface UpdateRoutesOptions {
  servers: Servers;
  monitor: Pick<EngineMonitor, 'engine'>;
  news: Pick<HostNews, 'changed'>;
  table: UpdateTable;
  checker: UpdateChecker;
  updater: Updater;
}

/** U1–U5. */
export function updateRoutes(routes: Routes, options: UpdateRoutesOptions): void {
  const { servers, monitor, news, table, checker, updater } = options;
  const parts: ViewParts = { table, monitor, operationOf: (server) => updater.operationOf(server) };

  routes.mount(listUpdates)(async ({ grant }) => {
    const sizes = new Map<string, Promise<number | null>>();
    const seen = servers
      .list()
      .filter(({ definition }) => grant.may('containers.read', definition.internal_id));
    return {
      enabled: table.isEnabled,
      updates: await Promise.all(seen.map((view) => viewOf(view, { ...parts, sizes }))),
    };
  });

  routes.mount(setUpdateChecks)(({ body: { enabled }, grant }) => {
    requireScope(grant, 'system', everyServer);
    table.setEnabled(enabled);
    news.changed('updates', null);
    return { enabled };
  });

  routes.mount(checkUpdate)(async ({ params: { id } }) => {
    await checker.check(existingServer(servers, id).definition.image);
    return viewOf(existingServer(servers, id), parts);
  });

  routes.mount(applyUpdate)(({ params: { id }, body: { restore_point: restorePoint }, grant }) => {
    requireScope(grant, 'power', id);
    if (restorePoint) requireScope(grant, 'backups', id);
    const { operation } = updater.update({ server: id, restorePoint, by: actorOf(grant) });
    return { message: 'Update initiated', operation };
  });

  routes.mount(takeBackUpdate)(({ params: { id }, body: { files }, grant }) => {
    requireScope(grant, 'power', id);
    if (files) for (const scope of ['backups', 'files.write'] as const) requireScope(grant, scope, id);
    const { operation } = updater.takeBack({ server: id, files, by: actorOf(grant) });
    return { message: 'Update is being taken back', operation };
  });
}
