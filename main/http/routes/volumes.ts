import {
  createVolume,
  deleteVolume,
  getVolumeQuota,
  listVolumes,
  resizeVolume,
  type Volume,
} from '../../../shared/http/volumes.ts';
import type { Grant } from '../../auth/contract.ts';
import { everyServer } from '../../auth/grant.ts';
import { requireScope } from '../../auth/require-scope.ts';
import type { Servers } from '../../servers/contract.ts';
import { requireVolume, visibleVolumes } from '../../servers/volume-access.ts';
import type { StoredVolume } from '../../store/contract.ts';
import type { Volumes } from '../../volumes/contract.ts';
import type { RouteMounter } from '../route-mounter.ts';

export function mountVolumes(mounter: RouteMounter, options: { volumes: Volumes; servers: Servers }): void {
  const { volumes, servers } = options;

  // How many volumes there are and how large they are is not for a token that is bound to some servers.
  const toChange = (grant: Grant, id: string): StoredVolume => {
    requireScope(grant, 'files.write', everyServer);
    return requireVolume(grant, 'files.write', id, options);
  };

  mounter.mount(createVolume)(async ({ body, grant }) => {
    requireScope(grant, 'files.write', everyServer);
    const volume = await volumes.create({ quotaMb: body.size });
    return { ...published(volume), volume_id: volume.id };
  });

  mounter.mount(listVolumes)(({ grant }) => {
    const visible = visibleVolumes(grant, 'files.read', servers);
    const seen = volumes.list().filter(({ id }) => visible === 'all' || visible.has(id));
    // Where on the host they are is told to those who may see all of it.
    return {
      volumes: seen.map((volume) =>
        visible === 'all' ? published(volume) : { ...published(volume), path: '' },
      ),
    };
  });

  mounter.mount(getVolumeQuota)(({ params, grant }) =>
    volumes.quota(requireVolume(grant, 'files.read', params.id, options).id),
  );

  mounter.mount(resizeVolume)(async ({ params, body, grant }) => {
    await volumes.resize(toChange(grant, params.id).id, body.size);
    return { message: 'Volume resized successfully', size_mb: body.size };
  });

  mounter.mount(deleteVolume)(async ({ params, grant }) => {
    await volumes.remove(toChange(grant, params.id).id);
    return undefined;
  });
}

function published({ id, path, created_at, quota_mb }: StoredVolume): Volume {
  return { id, path, created_at, quota_mb };
}
