import { adoptContainer, listStrangers } from '../../shared/http/adoption.ts';
import { releaseContainer } from '../../shared/http/container-release.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { AdoptedServers } from '../servers/adopted/adopted-servers.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';

export interface ContainerRoutesParts {
  servers: Servers;
  adopted: Pick<AdoptedServers, 'list' | 'adopt' | 'release'>;
}

/** A40: what runs on the engine is nobody's of ours yet: for tokens that are good for all servers. */
export function containerRoutes(routes: Routes, { servers, adopted }: ContainerRoutesParts): void {
  routes.mount(listStrangers)(async ({ grant }) => {
    requireScope(grant, 'system', everyServer);
    await servers.whenReconciled();
    return { containers: await adopted.list() };
  });
  routes.mount(adoptContainer)(async ({ body: { container_id, internal_id, name }, grant }) => {
    requireScope(grant, 'system', everyServer);
    requireScope(grant, 'containers.write', everyServer);
    await servers.whenReconciled();
    return { internal_id, notes: await adopted.adopt({ container: container_id, id: internal_id, name }) };
  });
  routes.mount(releaseContainer)(async ({ params: { id } }) => {
    const { definition } = existingServer(servers, id);
    await adopted.release(id, definition);
    return { message: `${definition.adopted?.name ?? id} is let go: it stays as it is` };
  });
}
