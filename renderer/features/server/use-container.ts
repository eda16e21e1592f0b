import { useQuery } from '@tanstack/react-query';
import { getContainer } from '../../../shared/http/containers.ts';
import { api } from '../../link/api.ts';

export const containerKey = (id: string): [string, string] => ['container', id];

/** What was decided about a server; asked once, and again after a change of ours (by the key). */
export function useContainer(id: string) {
  return useQuery({
    queryKey: containerKey(id),
    queryFn: ({ signal }) => api.call(getContainer, { params: { id }, signal }),
  });
}
