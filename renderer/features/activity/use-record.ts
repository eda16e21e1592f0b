import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { readAudit } from '../../../shared/http/audit.ts';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { api, queryClient } from '../../link/api.ts';
import { type HostView, hostStore } from '../../state/host-store.ts';
import { type AuditPage, pageOf, withNewest } from './pages.ts';

type Cursor = string | null;
const firstPage: Cursor = null;

/** What is done is on record a moment after the socket told of its effect, in ms. */
const settleMs = 400;
/** What no socket tells of (files, tokens, logins by SFTP) is asked for this often while the page is seen, in ms. */
const refreshMs = 15_000;

const keyOf = (server: string | undefined): [string, string] => ['audit', server ?? ''];

async function load(server: string | undefined, before: Cursor, signal?: AbortSignal): Promise<AuditPage> {
  const { entries } = await api.call(readAudit, {
    query: {
      ...(server === undefined ? {} : { container: server }),
      ...(before === null ? {} : { before }),
    },
    ...(signal ? { signal } : {}),
  });
  return pageOf(entries);
}

/** The record of changes, of one server or of all, page by page. What is new comes by itself. */
export function useRecord(server: string | undefined) {
  useNewest(server);
  return useInfiniteQuery({
    queryKey: keyOf(server),
    queryFn: ({ pageParam, signal }) => load(server, pageParam, signal),
    initialPageParam: firstPage,
    getNextPageParam: ({ entries, hasOlder }) => (hasOlder ? String(entries.at(-1)?.id) : null),
    staleTime: 0,
  });
}

/** Asks for the newest entries alone: after what the host's socket told, and every now and then while the page is seen. */
function useNewest(server: string | undefined): void {
  const revision = useStore(hostStore.store, (view) => revisionOf(view, server));
  const seen = useRef(revision);
  useEffect(() => {
    if (seen.current === revision) return;
    const timer = setTimeout(() => {
      seen.current = revision;
      void refresh(server);
    }, settleMs);
    return () => clearTimeout(timer);
  }, [server, revision]);
  useEffect(() => {
    const refreshIfSeen = (): void => {
      if (!document.hidden) void refresh(server);
    };
    const timer = setInterval(refreshIfSeen, refreshMs);
    document.addEventListener('visibilitychange', refreshIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', refreshIfSeen);
    };
  }, [server]);
}

/** Differs whenever somebody may have changed a server. Figures are left out: they change by themselves. */
function revisionOf({ servers }: HostView, only: string | undefined): string {
  const shown = (servers ?? []).filter(({ internal_id }) => only === undefined || internal_id === only);
  return shown.map(changing).join();
}

const changing = ({ internal_id, state, started_at, name, image, ports, limits }: ServerSummary): string =>
  JSON.stringify([internal_id, state, started_at, name, image, ports, limits]);

/** Never rejects: what can't be had now comes with the next refresh, and the list has a button of its own. */
async function refresh(server: string | undefined): Promise<void> {
  const queryKey = keyOf(server);
  const before = queryClient.getQueryState(queryKey);
  // While it loads, it has the newest anyhow; and what failed is for its own button.
  if (before?.status !== 'success' || before.fetchStatus !== 'idle') return;
  const newest = await load(server, firstPage).catch(() => null);
  if (newest === null) return;
  queryClient.setQueryData<InfiniteData<AuditPage, Cursor>>(queryKey, (data) => {
    if (!data || queryClient.getQueryState(queryKey)?.fetchStatus !== 'idle') return data;
    const pages = withNewest(data.pages, newest);
    return pages ? { ...data, pages } : { pages: [newest], pageParams: [firstPage] };
  });
}
