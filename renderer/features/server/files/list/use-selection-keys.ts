import type { RefObject } from 'react';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import type { FileDialogRequest } from '../dialogs/file-dialogs.tsx';
import { noSelection, type Selection, selectAll } from './selection.ts';
import { type FileKey, useFileKeys } from './use-file-keys.ts';

interface SelectionKeysOptions {
  area: RefObject<HTMLElement | null>;
  entries: readonly FileEntry[];
  selection: Selection;
  /** Whether keys that change something are for anything. */
  mayChange: boolean;
  onSelect: (selection: Selection) => void;
  onOpen: (entry: FileEntry) => void;
  onAsk: (request: FileDialogRequest) => void;
}

/** The keys of a folder: for all that is selected, or without a selection for the entry that has the focus. */
export function useSelectionKeys(options: SelectionKeysOptions): void {
  const { area, entries, selection, mayChange, onSelect, onOpen, onAsk } = options;
  const names = entries.map(({ name }) => name);
  const selected = entries.filter(({ name }) => selection.names.has(name));
  const actOn = (key: Exclude<FileKey, 'all' | 'none'>, row: number | null): boolean => {
    if (!mayChange && key !== 'open') return false;
    const focused = row === null ? undefined : entries[row];
    const meant = selected.length > 0 ? selected : focused ? [focused] : [];
    const [first] = meant;
    if (!first || (meant.length > 1 && key !== 'delete')) return false;
    if (key === 'open') {
      onOpen(first);
      return true;
    }
    // What the question is about is in it: a selection would outlast its cancelling.
    onAsk(
      key === 'delete'
        ? { kind: 'delete', names: meant.map(({ name }) => name) }
        : { kind: 'rename', name: first.name },
    );
    return true;
  };
  const onKey = (key: FileKey, row: number | null): boolean => {
    if (key === 'all') onSelect(selectAll(names));
    else if (key === 'none') onSelect(noSelection);
    else return actOn(key, row);
    return key === 'all' || selected.length > 0;
  };
  useFileKeys({ area, onKey });
}
