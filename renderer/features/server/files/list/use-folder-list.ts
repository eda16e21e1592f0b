import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { type FileEntry, listFiles } from '../../../../../shared/http/files.ts';
import { api } from '../../../../link/api.ts';
import { keptSorting, sorted } from './sorting.ts';

interface FolderList {
  /** In the order in which they are shown. None as long as they are not known. */
  entries: readonly FileEntry[];
  /** Names that are in use there. */
  taken: ReadonlySet<string>;
  isKnown: boolean;
  error: Error | null;
  refresh: () => void;
}

const noEntries: readonly FileEntry[] = [];

/** What is in a folder of a volume ('' is its root), as the host had it last. */
export function useFolderList(volume: string, path: string): FolderList {
  const list = useQuery({
    queryKey: ['files', volume, path],
    queryFn: ({ signal }) => api.call(listFiles, { params: { id: volume }, query: { path }, signal }),
    staleTime: 0,
  });
  const sorting = useStore(keptSorting);
  const files = list.data?.files ?? noEntries;
  const entries = useMemo(() => sorted(files, sorting), [files, sorting]);
  const taken = useMemo(() => new Set(files.map(({ name }) => name)), [files]);
  return {
    entries,
    taken,
    isKnown: list.data !== undefined,
    error: list.error,
    refresh: () => void list.refetch(),
  };
}
