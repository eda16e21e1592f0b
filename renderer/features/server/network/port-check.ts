import { queryOptions } from '@tanstack/react-query';
import { ApiError } from '../../../../client/http-client.ts';
import { checkPort, type PortCheck } from '../../../../shared/http/ports.ts';
import type { NetProtocol } from '../../../../shared/model/server.ts';
import { api, queryClient } from '../../../link/api.ts';

interface WantedPort {
  ip: string;
  port: number;
  protocol: NetProtocol;
}

/** What the host knows of a port that the server `id` wants; null if the token may not ask. */
export const portCheck = (id: string, { ip, port, protocol }: WantedPort) =>
  queryOptions<PortCheck | null>({
    queryKey: ['ports', 'check', id, ip, port, protocol],
    queryFn: async ({ signal }) => {
      const query = { ip, port: String(port), protocol, container: id };
      try {
        return await api.call(checkPort, { query, signal });
      } catch (error) {
        if (error instanceof ApiError && error.status === 403) return null;
        throw error;
      }
    },
    staleTime: 5_000,
    retry: false,
  });

/** Asked now, whatever was known. */
export const checkNow = (id: string, wanted: WantedPort): Promise<PortCheck | null> =>
  queryClient.fetchQuery({ ...portCheck(id, wanted), staleTime: 0 });

/** How often a proposal goes on after one that the form itself has already. */
const tries = 20;

/** The first port from `wanted` on that nobody has, nor anybody in `others`; null if the host knows none, or doesn't say. */
export async function proposePort(
  id: string,
  wanted: WantedPort,
  others: readonly (number | null)[],
): Promise<number | null> {
  let { port } = wanted;
  for (let count = 0; count < tries && port <= 65_535; count += 1) {
    const free = (await checkNow(id, { ...wanted, port }))?.next_free ?? null;
    if (free === null || !others.includes(free)) return free;
    port = free + 1;
  }
  return null;
}
