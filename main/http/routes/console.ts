import { readLogs, searchLogs } from '../../../shared/http/console.ts';
import type { Servers } from '../../servers/contract.ts';
import type { RouteMounter } from '../route-mounter.ts';
import { existing } from './containers.ts';

export function mountConsole(mounter: RouteMounter, { servers }: { servers: Servers }): void {
  mounter.mount(readLogs)(({ params, query }) => {
    existing(servers, params.id);
    return servers.logs(params.id, query);
  });

  mounter.mount(searchLogs)(({ params, query }) => {
    existing(servers, params.id);
    return servers.searchLogs(params.id, query);
  });
}
