import {
  checkBackup,
  deleteBackup,
  listBackupFiles,
  listBackups,
  makeBackup,
  rehearseBackup,
  restoreAsServer,
  restoreBackup,
} from '../../shared/http/backups.ts';
import { actorOf } from '../audit/actor.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { HostBackups } from './backups.ts';
import { listEntries } from './look-inside.ts';

export interface BackupRoutesOptions {
  backups: HostBackups;
}

export function backupRoutes(routes: Routes, { backups }: BackupRoutesOptions): void {
  routes.mount(listBackups)(async ({ params: { id } }) => {
    const place = await backups.describePlace();
    return { backups: place.state === 'ready' ? await backups.list(id) : [], place };
  });

  routes.mount(makeBackup)(({ params: { id }, body: { note, stop }, grant }) => {
    if (stop) requireScope(grant, 'power', id);
    return backups.make(id, { note, stop, by: actorOf(grant) }).operation;
  });

  routes.mount(listBackupFiles)(async ({ params: { id, backup }, query: { path }, grant }) => {
    requireScope(grant, 'files.read', id);
    const info = await backups.find(id, backup);
    return { files: await listEntries(await backups.store(), info.id, path) };
  });

  routes.mount(restoreBackup)(({ params: { id, backup }, body: { paths, stop }, grant }) => {
    requireScope(grant, 'files.write', id);
    if (stop) requireScope(grant, 'power', id);
    return backups.restore(id, backup, { paths: paths ?? null, stop, by: actorOf(grant) }).operation;
  });

  routes.mount(restoreAsServer)(({ params: { id, backup }, body, grant }) => {
    // As a create request: not for a token that is bound to some servers.
    requireScope(grant, 'containers.write', everyServer);
    requireScope(grant, 'files.write', everyServer);
    const { internal_id, name = internal_id, ports = null } = body;
    return backups.restoreAsServer(id, backup, { internal_id, name, ports, by: actorOf(grant) }).operation;
  });

  routes.mount(deleteBackup)(
    ({ params: { id, backup }, grant }) => backups.remove(id, [backup], actorOf(grant)).operation,
  );

  routes.mount(rehearseBackup)(
    ({ params: { id, backup }, grant }) => backups.rehearse(id, backup, actorOf(grant)).operation,
  );

  routes.mount(checkBackup)(
    ({ params: { id, backup }, grant }) => backups.check(id, backup, actorOf(grant)).operation,
  );
}
