import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { strings } from '../strings.ts';
import { FileHead } from './file-head.tsx';
import { FileRow } from './file-row.tsx';
import { noSelection, type Selection, selectAll } from './selection.ts';
import { useRowEvents } from './use-row-events.ts';
import { useRowFocus } from './use-row-focus.ts';

const rowHeight = 36;

interface FileTableProps {
  /** In the order in which they are shown. */
  entries: readonly FileEntry[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
  addressOf: (entry: FileEntry) => string;
  /** A name that gets the focus as soon as it is in the list; null for none. */
  reveal: string | null;
  onRevealed: () => void;
}

/** A folder's entries, of which only those in sight are made: there may be a hundred thousand. */
export function FileTable(props: FileTableProps) {
  const { entries, selection, onSelect, addressOf, reveal, onRevealed } = props;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const order = useMemo(() => entries.map(({ name }) => name), [entries]);
  const { names } = selection;
  const isAll = order.length > 0 && order.every((name) => names.has(name));
  const { focus, linkAt, onFocus } = useRowFocus({
    box,
    order,
    reveal,
    onRevealed,
    scrollTo: (index) => virtual.scrollToIndex(index),
  });
  const { choose, rows } = useRowEvents({ order, selection, onSelect, focus, linkAt });
  return (
    <div role="table" aria-rowcount={entries.length + 1} aria-label={strings.root}>
      <FileHead
        isAll={isAll}
        isSome={order.some((name) => names.has(name))}
        onToggleAll={() => onSelect(isAll ? noSelection : selectAll(order))}
      />
      <div ref={box} role="rowgroup" className="file-rows" onFocus={onFocus} {...rows}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const entry = entries[index];
            return entry ? (
              <FileRow
                key={entry.name}
                entry={entry}
                index={index}
                top={start}
                address={addressOf(entry)}
                isSelected={names.has(entry.name)}
                onPick={(how) => choose(entry.name, how)}
              />
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}
