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
/** What no socket tells of (files, tokens, logins by SFTP) is looked for this often while somebody looks, in ms. */
const lookMs = 15_000;

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
  const told = useStore(hostStore.store, (view) => toldOf(view, server));
  const seen = useRef(told);
  useEffect(() => {
    if (seen.current === told) return;
    const timer = setTimeout(() => {
      seen.current = told;
      void look(server);
    }, settleMs);
    return () => clearTimeout(timer);
  }, [server, told]);
  useEffect(() => {
    const lookIfSeen = (): void => {
      if (!document.hidden) void look(server);
    };
    const timer = setInterval(lookIfSeen, lookMs);
    document.addEventListener('visibilitychange', lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', lookIfSeen);
    };
  }, [server]);
}

/** What of servers changes because somebody did something; their figures change by themselves. */
function toldOf({ servers }: HostView, only: string | undefined): string {
  const shown = (servers ?? []).filter(({ internal_id }) => only === undefined || internal_id === only);
  return shown.map(changing).join();
}

const changing = ({ internal_id, state, started_at, name, image, ports, limits }: ServerSummary): string =>
  JSON.stringify([internal_id, state, started_at, name, image, ports, limits]);

/** Never rejects: what can't be had now comes with the next look, and the list has a button of its own. */
async function look(server: string | undefined): Promise<void> {
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
