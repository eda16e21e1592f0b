import { adoptUnknown, listUnknown } from '../../shared/http/unknown.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { UnknownServers } from './registry/unknown-servers.ts';

export interface UnknownRoutesOptions {
  unknown: Pick<UnknownServers, 'list' | 'adopt'>;
}

/** What the database doesn't know is nobody's yet: not for a token that is bound to some servers. */
export function unknownRoutes(routes: Routes, { unknown }: UnknownRoutesOptions): void {
  routes.mount(listUnknown)(({ grant }) => {
    requireScope(grant, 'system', everyServer);
    return unknown.list();
  });
  routes.mount(adoptUnknown)(({ grant, body }) => {
    requireScope(grant, 'system', everyServer);
    requireScope(grant, 'containers.write', everyServer);
    return unknown.adopt(body);
  });
}
