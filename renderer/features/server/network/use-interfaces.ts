import { useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { readSharing } from '../../../../shared/http/sharing.ts';
import { isLocalEngine } from '../../../../shared/model/is-local-engine.ts';
import { api } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import type { Interface } from './addresses.ts';

/**
 * The machine's addresses. Null until they are known, if the token may not see them, and if Docker publishes the ports on
 * another machine.
 */
export function useInterfaces(): readonly Interface[] | null {
  const isHere = useStore(hostStore.store, ({ host }) => host !== null && isLocalEngine(host.engine));
  const query = useQuery({
    queryKey: ['sharing'],
    queryFn: ({ signal }) => api.call(readSharing, { signal }),
    enabled: isHere,
    retry: false,
  });
  return isHere ? (query.data?.urls ?? null) : null;
}
