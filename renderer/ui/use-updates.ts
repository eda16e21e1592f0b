import { useQuery } from '@tanstack/react-query';
import { listUpdates } from '../../shared/http/updates.ts';
import type { ImageUpdate } from '../../shared/model/image-update.ts';
import { api } from '../link/api.ts';
import { liveKeyOfAll } from '../state/live-key.ts';
import { usePermission } from './use-permission.ts';

/** The host tells when this is not what it was (H4): of each server alone, so that tokens of some servers hear of theirs. */
export const updatesKey = liveKeyOfAll('updates');

/** How it stands with the image of a server; null while nobody knows. One question for all who ask, and each is drawn anew for its own server. */
export function useUpdateOf(server: string): ImageUpdate | null {
  const { may } = usePermission();
  const { data } = useQuery({
    queryKey: updatesKey,
    queryFn: ({ signal }) => api.call(listUpdates, { signal }),
    enabled: may('containers.read'),
    staleTime: 60_000,
    select: ({ updates }) => updates.find(({ internal_id }) => internal_id === server) ?? null,
  });
  return data ?? null;
}

/** Whether there is a newer image that nobody has tried. */
export const isNewer = (update: ImageUpdate | null): update is ImageUpdate =>
  update?.newer?.taken_back === false;

/** Where a newer image is applied, and taken back. */
export const updatePath = (server: string): string => `/servers/${server}/settings/update`;
