import { useQuery } from '@tanstack/react-query';
import { readSelf } from '../../shared/http/tokens.ts';
import type { Scope } from '../../shared/scopes.ts';
import { api } from '../link/api.ts';

/** What this page's token may do. The host decides; this spares people forms that can only be refused. */
export interface Permission {
  /** Whether it has the scope, for that server where one is named. */
  may: (scope: Scope, server?: string) => boolean;
  /** Whether it is good for some servers alone. */
  isBound: boolean;
}

/** Whether it may make a server: its volume needs a token that is good for every server. */
export const mayCreateServers = ({ may, isBound }: Permission): boolean =>
  !isBound && may('containers.write') && may('files.write');

/** As long as it isn't known, everything counts as allowed. */
export function usePermission(): Permission {
  const { data } = useQuery({
    queryKey: ['self'],
    queryFn: ({ signal }) => api.call(readSelf, { signal }),
    staleTime: 60_000,
  });
  return {
    may: (scope, server) =>
      !data ||
      (data.scopes.includes(scope) &&
        (server === undefined || data.containers === null || data.containers.includes(server))),
    isBound: data !== undefined && data.containers !== null,
  };
}
