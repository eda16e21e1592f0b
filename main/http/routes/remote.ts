import { readRemoteConfig, reloadRemoteConfig } from '../../../shared/http/remote.ts';
import { everyServer } from '../../auth/grant.ts';
import type { Configuration } from '../../config/configuration.ts';
import { maskedConfig } from '../../config/masked-config.ts';
import { requireScope } from '../caller.ts';
import type { RouteMounter } from '../route-mounter.ts';

/** A15. The configuration is the host's affair: not for tokens that are bound to some servers. */
export function mountRemote(
  mounter: RouteMounter,
  { configuration }: { configuration: Configuration },
): void {
  mounter.mount(readRemoteConfig)(({ grant }) => {
    requireScope(grant, 'system', everyServer);
    return maskedConfig(configuration.current());
  });

  mounter.mount(reloadRemoteConfig)(({ grant }) => {
    requireScope(grant, 'system', everyServer);
    const { waiting, warnings } = configuration.reload();
    return { message: 'Configuration reloaded successfully', restart_required: waiting, warnings };
  });
}
