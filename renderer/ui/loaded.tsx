import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { QueryTrouble } from './query-trouble.tsx';

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  /** What is not shown without it, as in “seeing a server’s settings”. */
  what: string;
  children: (data: T) => ReactNode;
}

/**
 * What a query brought. Once it is there it stays, with all that is typed in it: a later failure stands above it and never in
 * its place.
 */
export function Loaded<T>({ query, what, children }: LoadedProps<T>) {
  const { data, error, refetch } = query;
  return (
    <>
      {error && <QueryTrouble error={error} what={what} onRetry={() => void refetch()} />}
      {data !== undefined && children(data)}
    </>
  );
}
