import { useQuery } from '@tanstack/react-query';
import { type Container, getContainer } from '../../../shared/http/containers.ts';
import { api, queryClient } from '../../link/api.ts';
import { liveKey } from '../../state/live-key.ts';

/** The host tells when its answer has changed, whoever changed it. */
export const containerKey = (id: string) => liveKey('containers', id);

const containerQuery = (id: string) => ({
  queryKey: containerKey(id),
  queryFn: ({ signal }: { signal: AbortSignal }) => api.call(getContainer, { params: { id }, signal }),
});

/** What was decided about a server. */
export const useContainer = (id: string) => useQuery(containerQuery(id));

/**
 * A41, for the query of a change: what the page has seen of a server's settings, so that a change of somebody else that it hasn't seen
 * isn't undone. Nothing where it has seen none.
 */
export function asSeen(id: string): { revision?: string } {
  const container = queryClient.getQueryData<Container>(containerKey(id));
  return container ? { revision: container.revision } : {};
}

/** The same as the host says it now. */
export const freshContainer = (id: string): Promise<Container> =>
  queryClient.fetchQuery({ ...containerQuery(id), staleTime: 0 });
