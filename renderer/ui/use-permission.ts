import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '../../client/http-client.ts';
import { readSelf } from '../../shared/http/tokens.ts';
import { api } from '../link/api.ts';
import { type Permission, permissionOf } from './permission.ts';

/** Longest time between two tries while the host doesn't say, in ms. */
const maxWait = 5000;

/** What the token may. Until the host has said it, nothing is offered; it is asked until it says. */
export function usePermission(): Permission & { isKnown: boolean } {
  const { data } = useQuery({
    queryKey: ['self'],
    queryFn: ({ signal }) => api.call(readSelf, { signal }),
    staleTime: 60_000,
    // Without it the page offers nothing, so a host that is away for a while is asked again; only its refusal is an answer.
    retry: (_, error) => !(error instanceof ApiError) || error.status === 0 || error.status >= 429,
    retryDelay: (count) => Math.min(maxWait, 500 * 2 ** count),
  });
  return useMemo(() => permissionOf(data ?? null), [data]);
}
