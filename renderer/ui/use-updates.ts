import { useQuery } from '@tanstack/react-query';
import { listUpdates } from '../../shared/http/updates.ts';
import type { ImageUpdate } from '../../shared/model/image-update.ts';
import { api } from '../link/api.ts';
import { liveKey } from '../state/live-key.ts';
import { usePermission } from './use-permission.ts';

/** The host tells when this is not what it was (H4). */
export const updatesKey = liveKey('updates', null);

/** How it stands with the images of all servers. */
function useUpdates() {
  const { may } = usePermission();
  return useQuery({
    queryKey: updatesKey,
    queryFn: ({ signal }) => api.call(listUpdates, { signal }),
    enabled: may('containers.read'),
    staleTime: 60_000,
  });
}

/** That of one server; null while nobody knows. */
export function useUpdateOf(server: string): ImageUpdate | null {
  const { data } = useUpdates();
  return data?.updates.find(({ internal_id }) => internal_id === server) ?? null;
}

/** Whether there is a newer image that nobody has tried. */
export const isNewer = (update: ImageUpdate | null): boolean => update?.newer?.taken_back === false;
