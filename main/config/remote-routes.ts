import { readRemoteConfig, reloadRemoteConfig } from '../../shared/http/remote.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { Configuration } from './configuration.ts';
import { maskedConfig } from './masked-config.ts';

/** A15. The configuration is the host's affair: not for tokens that are bound to some servers. */
export function remoteRoutes(routes: Routes, { configuration }: { configuration: Configuration }): void {
  routes.mount(readRemoteConfig)(({ grant }) => {
    requireScope(grant, 'system', everyServer);
    return maskedConfig(configuration.current());
  });

  routes.mount(reloadRemoteConfig)(({ grant }) => {
    requireScope(grant, 'system', everyServer);
    const { waiting, warnings } = configuration.reload();
    return { message: 'Configuration reloaded successfully', restart_required: waiting, warnings };
  });
}
