import { createVolume, listVolumes } from '../../../shared/http/volumes.ts';
import { everyServer } from '../../auth/grant.ts';
import type { Servers } from '../../servers/contract.ts';
import type { Volumes } from '../../volumes/volumes.ts';
import { requireScope } from '../caller.ts';
import type { RouteMounter } from '../route-mounter.ts';
import { visibleVolumes } from '../volume-access.ts';

export function mountVolumes(mounter: RouteMounter, options: { volumes: Volumes; servers: Servers }): void {
  const { volumes, servers } = options;

  mounter.mount(createVolume)(({ body, grant }) => {
    // A new volume is no server's yet, so a token that is bound to some has no business making one.
    requireScope(grant, 'files.write', everyServer);
    const volume = volumes.create({ quotaMb: body.size });
    return { ...volume, volume_id: volume.id };
  });

  mounter.mount(listVolumes)(({ grant }) => {
    const visible = visibleVolumes(grant, 'files.read', servers);
    return { volumes: volumes.list().filter(({ id }) => visible === 'all' || visible.has(id)) };
  });
}
