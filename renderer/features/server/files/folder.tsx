import { Group, Stack, Text } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { FileEntry } from '../../../../shared/http/files.ts';
import { copyAndNotify } from '../../../ui/copy.tsx';
import { QueryTrouble } from '../../../ui/query-trouble.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { Crumbs } from './crumbs.tsx';
import { type FileDialogRequest, FileDialogs } from './dialogs/file-dialogs.tsx';
import { type EntryDeeds, entryActions } from './list/entry-actions.ts';
import { FileTable } from './list/file-table.tsx';
import { filtered } from './list/filter.ts';
import { FilterField } from './list/filter-field.tsx';
import { Fullness } from './list/fullness.tsx';
import { type MenuPlace, RowMenu } from './list/row-menu.tsx';
import { noSelection, type Selection } from './list/selection.ts';
import { SelectionBar } from './list/selection-bar.tsx';
import { Toolbar } from './list/toolbar.tsx';
import { useFolderList } from './list/use-folder-list.ts';
import { useSelectionKeys } from './list/use-selection-keys.ts';
import { freeName, join, toAddress, withoutArchiveEnding } from './paths.ts';
import { strings } from './strings.ts';
import { downloadEntries } from './transfer/download-file.ts';
import { DropZone } from './transfer/drop-zone.tsx';
import { useFileWork } from './transfer/use-file-work.ts';
import { useTransfer } from './transfer/use-transfer.tsx';
import { useUpload } from './transfer/use-upload.tsx';

interface FolderProps {
  server: string;
  volume: string;
  /** '' is the root. */
  path: string;
}

/** What is in a folder, what of it is shown and selected, and what can be done with that. */
function useFolder({ server, volume, path }: FolderProps) {
  const permission = usePermission();
  const mayChange = permission.may('files.write', server);
  const area = useRef<HTMLDivElement>(null);
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [reveal, setReveal] = useState<string | null>(null);
  const [request, setRequest] = useState<FileDialogRequest | null>(null);
  const [, navigate] = useLocation();
  const list = useFolderList(volume, path);
  const { entries: all, taken } = list;
  const [filter, setFilter] = useState('');
  // What isn't shown isn't selected, either: nobody deletes what he doesn't see.
  const entries = useMemo(() => filtered(all, filter), [all, filter]);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
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
  const addressOf = (entry: FileEntry): string => addressIn(server, path, entry);
  const deeds: EntryDeeds = {
    onOpen: (entry) => navigate(addressOf(entry)),
    onFollow: (entry) => navigate(`${addressOf(entry)}&tail`),
    onAsk: setRequest,
    onDownload: (chosen) => downloadEntries(volume, path, chosen),
    onExtract: (name) => work.extract(name, freeName(withoutArchiveEnding(name), taken)),
    onCopyPath: (name) => void copyAndNotify(join(path, name), strings.path),
  };
  useSelectionKeys({
    area,
    entries,
    selection,
    onSelect: setSelection,
    mayChange,
    onOpen: (entry) => navigate(addressOf(entry)),
    onAsk: setRequest,
  });
  return {
    ...{ permission, mayChange, area, list, entries, filter, setFilter, selection, setSelection, selected },
    ...{ reveal, setReveal, request, setRequest, menu, setMenu, work, uploads, transfers, addressOf, deeds },
  };
}

/** One folder: what is in it, what can be done with it, and a place to drop files onto. */
export function Folder(props: FolderProps) {
  const { server, volume, path } = props;
  const folder = useFolder(props);
  const { permission, mayChange, list, entries, filter, selection, selected, menu, request } = folder;
  const { setSelection, setReveal, setMenu, setRequest, deeds, uploads, transfers } = folder;
  const { isKnown, error, refresh, taken } = list;
  const trouble = error && <QueryTrouble error={error} what={strings.seeFiles} onRetry={refresh} />;
  // What is known stays in sight while the host is away for a moment.
  if (!isKnown && trouble) return trouble;
  return (
    <DropZone area={folder.area} label={strings.root} onUpload={mayChange ? uploads.upload : null}>
      <Stack gap="sm" className="files-head">
        <Head server={server} volume={volume} path={path} />
        {trouble}
        <Group gap="xs" justify="space-between">
          <Toolbar
            server={server}
            mayChange={mayChange}
            onUpload={uploads.upload}
            onRefresh={refresh}
            onAsk={setRequest}
          />
          <FilterField value={filter} onChange={folder.setFilter} />
        </Group>
        <SelectionBar
          count={entries.length}
          mayChange={mayChange}
          selected={selected}
          onAsk={setRequest}
          onDownload={deeds.onDownload}
          onExtract={deeds.onExtract}
        />
      </Stack>
      {isKnown && (
        <FileTable
          entries={entries}
          selection={selection}
          onSelect={setSelection}
          addressOf={folder.addressOf}
          reveal={folder.reveal}
          onRevealed={() => setReveal(null)}
          onMenu={setMenu}
        />
      )}
      {filter !== '' && entries.length === 0 && <Text role="status">{strings.nothingFits(filter)}</Text>}
      <RowMenu
        place={menu}
        label={strings.actionsFor(selected[0]?.name ?? '')}
        actions={entryActions(selected, mayChange, deeds)}
        onClose={() => setMenu(null)}
      />
      {permission.isKnown && <Hint mayChange={mayChange} isEmpty={isKnown && list.entries.length === 0} />}
      <FileDialogs
        request={request}
        volume={volume}
        path={path}
        taken={taken}
        selected={selected}
        work={folder.work}
        onTransfer={transfers.begin}
        onClose={() => setRequest(null)}
      />
      {uploads.question}
      {transfers.question}
    </DropZone>
  );
}

function Head({ server, volume, path }: FolderProps) {
  return (
    <Group justify="space-between">
      <Crumbs server={server} path={path} />
      <Fullness volume={volume} />
    </Group>
  );
}

function Hint({ mayChange, isEmpty }: { mayChange: boolean; isEmpty: boolean }) {
  return (
    <Text size="sm" className="quiet">
      {!mayChange ? strings.readOnlyToken : isEmpty ? strings.empty : strings.drop}
    </Text>
  );
}

function addressIn(server: string, folder: string, { name, type }: FileEntry): string {
  const address = `/servers/${server}/files/${toAddress(join(folder, name))}`;
  return type === 'directory' ? address : `${address}?edit`;
}
