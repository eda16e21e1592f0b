import {
  IconArchive,
  IconArrowRight,
  IconCopy,
  IconDownload,
  IconExternalLink,
  IconFolderShare,
  IconForms,
  IconPackageExport,
  IconTrash,
} from '@tabler/icons-react';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import type { FileDialogRequest } from '../dialogs/file-dialogs.tsx';
import { isArchive } from '../paths.ts';
import { strings } from '../strings.ts';
import type { EntryAction } from './row-menu.tsx';

export interface EntryDeeds {
  onOpen: (entry: FileEntry) => void;
  onFollow: (entry: FileEntry) => void;
  onAsk: (request: FileDialogRequest) => void;
  onDownload: (entries: readonly FileEntry[]) => void;
  onExtract: (name: string) => void;
  onCopyPath: (name: string) => void;
}

/** What can be done with what is selected, in the order of the menu. What the token may not do isn't in it. */
export function entryActions(
  selected: readonly FileEntry[],
  mayChange: boolean,
  deeds: EntryDeeds,
): EntryAction[] {
  const only = selected.length === 1 ? selected[0] : undefined;
  if (selected.length === 0) return [];
  return [
    ...(only ? onlyOf(only, deeds) : []),
    { label: strings.download, icon: IconDownload, run: () => deeds.onDownload(selected) },
    ...(mayChange ? changesOf(only, deeds) : []),
  ];
}

function onlyOf(entry: FileEntry, { onOpen, onFollow, onCopyPath }: EntryDeeds): EntryAction[] {
  return [
    { label: strings.open, icon: IconExternalLink, run: () => onOpen(entry) },
    ...(entry.type === 'file' && !isArchive(entry.name)
      ? [{ label: strings.openEnd, icon: IconArrowRight, run: () => onFollow(entry) }]
      : []),
    { label: strings.copyPath, icon: IconCopy, run: () => onCopyPath(entry.name) },
  ];
}

function changesOf(only: FileEntry | undefined, { onAsk, onExtract }: EntryDeeds): EntryAction[] {
  return [
    ...(only
      ? [{ label: strings.rename, icon: IconForms, run: () => onAsk({ kind: 'rename', name: only.name }) }]
      : []),
    ...(only && isArchive(only.name)
      ? [{ label: strings.extract, icon: IconPackageExport, run: () => onExtract(only.name) }]
      : []),
    { label: strings.move, icon: IconFolderShare, run: () => onAsk({ kind: 'move' }) },
    { label: strings.copy, icon: IconCopy, run: () => onAsk({ kind: 'copy' }) },
    { label: strings.archive, icon: IconArchive, run: () => onAsk({ kind: 'archive' }) },
    { label: strings.delete, icon: IconTrash, isHarmful: true, run: () => onAsk({ kind: 'delete' }) },
  ];
}
