import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { listRuns } from '../../../../shared/http/runs.ts';
import type { Run } from '../../../../shared/model/run.ts';
import { api } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { usePermission } from '../../../ui/use-permission.ts';

const none: readonly Run[] = [];

/** The server's runs, newest first; the host tells when there are others (H4). None until they are known. */
export function useRuns(server: string): readonly Run[] {
  const { may } = usePermission();
  const { data } = useQuery({
    queryKey: liveKey('runs', server),
    queryFn: ({ signal }) => api.call(listRuns, { params: { id: server }, signal }),
    enabled: may('console.read', server),
  });
  return useMemo(() => data?.runs ?? none, [data]);
}
