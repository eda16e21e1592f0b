import { readLogs, searchLogs } from '../../../shared/http/console.ts';
import type { Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import type { RouteMounter } from '../route-mounter.ts';

export function mountConsole(mounter: RouteMounter, { servers }: { servers: Servers }): void {
  mounter.mount(readLogs)(({ params, query }) => {
    existingServer(servers, params.id);
    return servers.logs(params.id, query);
  });

  mounter.mount(searchLogs)(({ params, query }) => {
    existingServer(servers, params.id);
    return servers.searchLogs(params.id, query);
  });
}
