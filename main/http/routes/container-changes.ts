import { changeContainer, setVolumes } from '../../../shared/http/container-changes.ts';
import { getResources, updateResources } from '../../../shared/http/resources.ts';
import { resourcesInForce } from '../../../shared/model/resources.ts';
import { everyServer } from '../../auth/grant.ts';
import { requireScope } from '../../auth/require-scope.ts';
import type { Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import type { Volumes } from '../../volumes/contract.ts';
import { mountUse, refuseNested } from '../../volumes/mount-guard.ts';
import { checkDataPath, checkMounts, checkReadOnly } from '../../volumes/mounts.ts';
import { container } from '../container-reply.ts';
import type { RouteMounter } from '../route-mounter.ts';

export interface ContainerChangeRoutesOptions {
  servers: Servers;
  volumes: Pick<Volumes, 'get'>;
  allowedMounts: () => string[];
}

export function mountContainerChanges(
  mounter: RouteMounter,
  { servers, volumes, allowedMounts }: ContainerChangeRoutesOptions,
): void {
  mounter.mount(changeContainer)(({ params: { id }, body }) => {
    const { definition } = existingServer(servers, id);
    if (body.data_path !== undefined) checkDataPath(body.data_path, definition.mount);
    const { name, ...rest } = body;
    const restart_required = servers.change(id, name === undefined ? rest : { ...rest, name: name ?? id });
    return { ...container(existingServer(servers, id)), restart_required };
  });

  mounter.mount(getResources)(({ params }) =>
    resourcesInForce(existingServer(servers, params.id).definition),
  );

  mounter.mount(updateResources)(async ({ params, query, body }) => {
    existingServer(servers, params.id);
    await servers.whenReconciled();
    const done = servers.updateResources(params.id, body);
    return { message: query.wait ? await done : 'Resource update started' };
  });

  mounter.mount(setVolumes)(({ params, body, grant }) => {
    // As with a create request: what is on the host is not for a token that is bound to some servers.
    requireScope(grant, 'containers.write', everyServer);
    const { definition } = existingServer(servers, params.id);
    const mount = checkMounts(body.volumes, allowedMounts());
    const read_only_mounts = checkReadOnly(body.read_only_mounts, mount);
    checkDataPath(definition.data_path, mount);
    refuseNested(
      mountUse({ ...definition, mount, read_only_mounts }, volumes),
      servers.list().map((other) => mountUse(other.definition, volumes)),
    );
    servers.change(params.id, { mount, read_only_mounts });
    return { message: 'Volumes updated (restart container to apply changes)' };
  });
}
