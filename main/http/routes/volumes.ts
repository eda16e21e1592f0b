import { createVolume, listVolumes } from '../../../shared/http/volumes.ts';
import type { Grant } from '../../auth/contract.ts';
import { everyServer } from '../../auth/grant.ts';
import type { Servers } from '../../servers/contract.ts';
import type { Volumes } from '../../volumes/volumes.ts';
import { requireScope } from '../caller.ts';
import type { RouteMounter } from '../route-mounter.ts';

export function mountVolumes(mounter: RouteMounter, options: { volumes: Volumes; servers: Servers }): void {
  const { volumes, servers } = options;

  mounter.mount(createVolume)(({ body, grant }) => {
    // A new volume is no server's yet, so a token that is bound to some has no business making one.
    requireScope(grant, 'files.write', everyServer);
    const volume = volumes.create({ quotaMb: body.size });
    return { ...volume, volume_id: volume.id };
  });

  mounter.mount(listVolumes)(({ grant }) => {
    const visible = visibleVolumes(grant, servers);
    return { volumes: volumes.list().filter(({ id }) => visible === 'all' || visible.has(id)) };
  });
}

/** The volumes of the servers that the token is bound to, or all. */
function visibleVolumes(grant: Grant, servers: Servers): 'all' | ReadonlySet<string> {
  if (grant.may('files.read', everyServer)) return 'all';
  const own = servers.list().filter(({ definition }) => grant.may('files.read', definition.internal_id));
  return new Set(own.map(({ definition }) => definition.volume_id));
}
