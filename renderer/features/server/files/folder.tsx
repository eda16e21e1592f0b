import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { type FileEntry, listFiles } from '../../../../shared/http/files.ts';
import { api } from '../../../link/api.ts';
import { QueryTrouble } from '../../../ui/query-trouble.tsx';
import { Crumbs } from './crumbs.tsx';
import { type FileDialogRequest, FileDialogs } from './dialogs/file-dialogs.tsx';
import { FileTable } from './list/file-table.tsx';
import { Fullness } from './list/fullness.tsx';
import { noSelection, pick, type Selection, selectAll } from './list/selection.ts';
import { SelectionBar } from './list/selection-bar.tsx';
import { keptSorting, sorted } from './list/sorting.ts';
import { Toolbar } from './list/toolbar.tsx';
import { type FileKey, useFileKeys } from './list/use-file-keys.ts';
import { freeName, join, toAddress, withoutArchiveEnding } from './paths.ts';
import { strings } from './strings.ts';
import { downloadFile } from './transfer/download-file.ts';
import { droppedFiles } from './transfer/dropped-files.ts';
import { useFileWork } from './transfer/use-file-work.ts';
import { useTransfer } from './transfer/use-transfer.tsx';
import { useUpload } from './transfer/use-upload.tsx';

export interface FolderProps {
  server: string;
  volume: string;
  /** '' is the root. */
  path: string;
}

const noEntries: readonly FileEntry[] = [];

/** One folder: what is in it, what can be done with it, and a place to drop files onto. */
export function Folder({ server, volume, path }: FolderProps) {
  const area = useRef<HTMLDivElement>(null);
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [reveal, setReveal] = useState<string | null>(null);
  const [request, setWish] = useState<FileDialogRequest | null>(null);
  const [isOver, setOver] = useState(false);
  const [, navigate] = useLocation();
  const list = useQuery({
    queryKey: ['files', volume, path],
    queryFn: ({ signal }) => api.call(listFiles, { params: { id: volume }, query: { path }, signal }),
    staleTime: 0,
  });
  const sorting = useStore(keptSorting);
  const files = list.data?.files ?? noEntries;
  const entries = useMemo(() => sorted(files, sorting), [files, sorting]);
  const taken = useMemo(() => new Set(files.map(({ name }) => name)), [files]);
  const selected = entries.filter(({ name }) => selection.names.has(name));
  const work = useFileWork({
    server,
    volume,
    path,
    // The selection is used up then, unless it is another one meanwhile.
    onBegin: () => () => setSelection((now) => (now === selection ? noSelection : now)),
    onNamed: setReveal,
  });
  const uploads = useUpload(volume, path);
  const transfers = useTransfer({ volume, from: path, work });

  const onKey = (key: FileKey, row: number | null): boolean => {
    const names = entries.map(({ name }) => name);
    if (key === 'all') {
      setSelection(selectAll(names));
      return true;
    }
    if (key === 'none') {
      setSelection(noSelection);
      return selected.length > 0;
    }
    // Without a selection, the entry with the focus is meant.
    const focused = row === null ? undefined : entries[row];
    const meant = selected.length > 0 ? selected : focused ? [focused] : [];
    const [first] = meant;
    if (!first || (meant.length > 1 && key !== 'delete')) return false;
    if (key === 'open') {
      navigate(addressOf(server, path, first));
      return true;
    }
    if (selected.length === 0)
      setSelection(pick(selection, names, { name: first.name, isRange: false, isToggle: false }));
    setWish(key === 'delete' ? { kind: 'delete' } : { kind: 'rename', name: first.name });
    return true;
  };
  useFileKeys({ area, onKey });

  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const dropped = droppedFiles(event.dataTransfer.items);
    uploads.upload(() => dropped);
  };
  const trouble = list.error && (
    <QueryTrouble error={list.error} what={strings.seeFiles} onRetry={() => void list.refetch()} />
  );
  // What is known stays in sight while the host is away for a moment.
  if (!list.data && trouble) return trouble;
  return (
    <Stack
      ref={area}
      component="section"
      className="surface drop-zone"
      p="md"
      gap="sm"
      aria-label={strings.root}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Group justify="space-between">
        <Crumbs server={server} path={path} />
        <Fullness volume={volume} />
      </Group>
      {trouble}
      <Toolbar
        server={server}
        onUpload={uploads.upload}
        onRefresh={() => void list.refetch()}
        onWish={setWish}
      />
      <SelectionBar
        count={entries.length}
        selected={selected}
        onWish={setWish}
        onDownload={(name) => void downloadFile(volume, join(path, name))}
        onExtract={(name) => work.extract(name, freeName(withoutArchiveEnding(name), taken))}
      />
      {list.data && (
        <FileTable
          entries={entries}
          selection={selection}
          onSelect={setSelection}
          addressOf={(entry) => addressOf(server, path, entry)}
          reveal={reveal}
          onRevealed={() => setReveal(null)}
        />
      )}
      <Text size="sm" className="quiet">
        {list.data && entries.length === 0 ? strings.empty : strings.drop}
      </Text>
      <FileDialogs
        request={request}
        volume={volume}
        path={path}
        taken={taken}
        selected={selected}
        work={work}
        onTransfer={transfers.begin}
        onClose={() => setWish(null)}
      />
      {uploads.question}
      {transfers.question}
    </Stack>
  );
}

function addressOf(server: string, folder: string, { name, type }: FileEntry): string {
  const address = `/servers/${server}/files/${toAddress(join(folder, name))}`;
  return type === 'directory' ? address : `${address}?edit`;
}
