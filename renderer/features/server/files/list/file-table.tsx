import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, useMemo, useRef } from 'react';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { strings } from '../strings.ts';
import { FileHead } from './file-head.tsx';
import { FileRow } from './file-row.tsx';
import type { MenuPlace } from './row-menu.tsx';
import { noSelection, type Selection, selectAll } from './selection.ts';
import { useRowEvents } from './use-row-events.ts';
import { rowOf, useRowFocus } from './use-row-focus.ts';

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
  /** A menu is wanted for an entry, which is selected then. */
  onMenu: (place: MenuPlace) => void;
}

/** A folder's entries, of which only those in sight are made: there may be a hundred thousand. */
export function FileTable(props: FileTableProps) {
  const { entries, selection, onSelect, addressOf, reveal, onRevealed, onMenu } = props;
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
  const openMenu = (name: string, place: MenuPlace): void => {
    // What is meant is what is selected, if it is among it.
    if (!names.has(name)) choose(name, { isRange: false, isToggle: false });
    onMenu(place);
  };
  const onContextMenu = (event: MouseEvent): void => {
    const index = rowOf(event.target);
    const entry = index === null ? undefined : entries[index];
    if (!entry) return;
    event.preventDefault();
    // By the keyboard there is no place of the mouse.
    const box = event.target instanceof Element ? event.target.getBoundingClientRect() : null;
    const isByKey = event.clientX === 0 && event.clientY === 0 && box !== null;
    openMenu(entry.name, isByKey ? { x: box.left, y: box.bottom } : { x: event.clientX, y: event.clientY });
  };
  return (
    <div role="table" aria-rowcount={entries.length + 1} aria-label={strings.root}>
      <FileHead
        isAll={isAll}
        isSome={order.some((name) => names.has(name))}
        onToggleAll={() => onSelect(isAll ? noSelection : selectAll(order))}
      />
      <div
        ref={box}
        role="rowgroup"
        className="file-rows"
        onFocus={onFocus}
        onContextMenu={onContextMenu}
        {...rows}
      >
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
                onMenu={(place) => openMenu(entry.name, place)}
              />
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}
