import { LightdeckError } from '../../shared/errors.ts';
import { deleteContainer } from '../../shared/http/containers.ts';
import {
  type DeletedServer,
  type KeptFiles,
  listDeleted,
  purgeDeleted,
  undeleteContainer,
} from '../../shared/http/deleted.ts';
import { actorOf } from '../audit/actor.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { StoredVolume } from '../store/contract.ts';
import type { Volumes } from '../volumes/contract.ts';
import { refuseAdopted } from './adopted/rules.ts';
import type { Servers } from './contract.ts';
import type { DeletedServers } from './deleted/deleted-servers.ts';
import type { Deletion } from './deleted/table.ts';
import { existingServer } from './existing-server.ts';

export interface DeletedRoutesOptions {
  deleted: Pick<DeletedServers, 'list' | 'expiresAt' | 'remove' | 'problemOf' | 'undelete' | 'purge'>;
  servers: Servers;
  volumes: Volumes;
  /** For how long they are kept; 0: not at all. */
  keepDays: () => number;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

export function deletedRoutes(routes: Routes, options: DeletedRoutesOptions): void {
  const { deleted, servers, keepDays } = options;
  const { described, keptFiles } = lister(options);

  routes.mount(listDeleted)(({ grant }) => {
    const all = deleted.list();
    const seen = all.filter(({ record, server }) => record && grant.may('containers.read', server));
    const seesFiles = grant.may('files.read', everyServer);
    return {
      servers: seen.map(described),
      files: seesFiles ? keptFiles(all) : [],
      keep_days: keepDays(),
    };
  });

  routes.mount(deleteContainer)(async ({ params: { id }, query, grant }) => {
    const { definition } = existingServer(servers, id);
    refuseAdopted(definition, 'Deleting it');
    const withVolume = query.files === 'delete';
    // As for a volume that is deleted alone.
    if (withVolume) requireScope(grant, 'files.write', everyServer);
    await servers.whenReconciled();
    const how = { by: actorOf(grant), keep: query.keep === 'true', withVolume };
    const kept = await deleted.remove(id, how);
    return {
      message: 'Container deleted successfully',
      deletion: kept?.deletion ?? null,
      expires_at: kept && seconds(deleted.expiresAt(kept)),
    };
  });

  routes.mount(undeleteContainer)(async ({ params, body }) => {
    await servers.whenReconciled();
    const { server, lostPorts, login } = await deleted.undelete(params.id, body.deletion);
    return {
      message: 'Container restored',
      internal_id: server,
      lost_ports: lostPorts,
      sftp_login: login,
    };
  });

  routes.mount(purgeDeleted)(async ({ params: { deletion }, query, grant }) => {
    const found = deleted.list().find((one) => one.record && one.deletion === deletion);
    if (!found || !grant.may('containers.write', found.server))
      throw new LightdeckError('not_found', 'There is no such deleted server');
    // As for a volume that is deleted alone.
    if (query.files === 'delete') requireScope(grant, 'files.write', everyServer);
    await deleted.purge(deletion, query.files && query.files === 'delete');
    return { message: 'Deleted for good' };
  });
}

/** What the list says, one by one. */
function lister({ deleted, servers, volumes }: DeletedRoutesOptions) {
  const filesOf = (volume: StoredVolume) => ({
    volume_id: volume.id,
    size_mb: volume.quota_mb,
    used: volumes.used(volume.id),
  });
  const described = (one: Deletion): DeletedServer => {
    const volume = volumes.get(one.volume);
    return {
      deletion: one.deletion,
      internal_id: one.server,
      name: one.name,
      image: one.image,
      deleted_at: seconds(one.deletedAt),
      expires_at: seconds(deleted.expiresAt(one)),
      by: one.by,
      files: volume && filesOf(volume),
      with_files: one.withVolume,
      problem: deleted.problemOf(one),
    };
  };
  /** Those of no server, and of none that can be had back. */
  const keptFiles = (deletions: Deletion[]): KeptFiles[] => {
    const used = new Set(servers.list().map(({ definition }) => definition.volume_id));
    for (const { record, volume } of deletions) if (record) used.add(volume);
    const found: KeptFiles[] = [];
    for (const volume of volumes.list().filter(({ id }) => !used.has(id))) {
      const from = deletions.find((one) => one.volume === volume.id);
      const { created_at } = volume;
      found.push({
        ...filesOf(volume),
        created_at,
        from: from
          ? {
              internal_id: from.server,
              name: from.name,
              image: from.image,
              deleted_at: seconds(from.deletedAt),
            }
          : null,
      });
    }
    return found;
  };
  return { described, keptFiles };
}
