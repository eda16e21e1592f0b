import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useMemo, useRef } from 'react';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { strings } from '../strings.ts';
import { FileHead } from './file-head.tsx';
import { FileCells } from './file-row.tsx';
import { targetRow } from './row-keys.ts';
import { noSelection, type Pick, pick, type Selection, selectAll } from './selection.ts';
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
}

const pickOf = (event: MouseEvent | KeyboardEvent): Pick => ({
  isRange: event.shiftKey,
  isToggle: event.ctrlKey || event.metaKey,
});

/**
 * A folder's entries, of which only those in sight are made: there may be a hundred thousand. A click on a row selects it,
 * with Shift and Ctrl as everywhere; arrow keys go from name to name, Space selects.
 */
export function FileTable(props: FileTableProps) {
  const { entries, selection, onSelect, addressOf, reveal, onRevealed } = props;
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
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
    scrollTo: (index) => rows.scrollToIndex(index),
  });

  const choose = (name: string, how: Pick, from = selection): void =>
    onSelect(pick(from, order, { name, ...how }));
  const onClick = (event: MouseEvent): void => {
    const index = rowOf(event.target);
    const name = index === null ? undefined : order[index];
    if (index === null || name === undefined || isIn(event.target, 'input')) return;
    const how = pickOf(event);
    if (isIn(event.target, 'a')) {
      if (!how.isRange && !how.isToggle) return;
      // Not in a window or tab of its own, which is what these keys do to a link.
      event.preventDefault();
    }
    choose(name, how);
    linkAt(index)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = rowOf(event.target);
    const name = at === null ? undefined : order[at];
    if (at === null || name === undefined || event.altKey) return;
    if (event.key === ' ' && isIn(event.target, 'a')) {
      event.preventDefault();
      choose(name, { isRange: event.shiftKey, isToggle: true });
      return;
    }
    const index = targetRow(event.key, at, order.length);
    const target = index === null ? undefined : order[index];
    if (index === null || target === undefined) return;
    event.preventDefault();
    if (event.shiftKey)
      choose(target, { isRange: true, isToggle: false }, { names, anchor: selection.anchor ?? name });
    focus(index);
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
        onKeyDown={onKeyDown}
        onClick={onClick}
        onFocus={onFocus}
        // Shift would mark text from the last click to this one.
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
        onDoubleClick={(event) => {
          const index = isIn(event.target, 'input, a') ? null : rowOf(event.target);
          if (index !== null) linkAt(index)?.click();
        }}
      >
        <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const entry = entries[index];
            return entry ? (
              <div
                role="row"
                key={entry.name}
                aria-rowindex={index + 2}
                className="file-row"
                data-index={index}
                data-selected={names.has(entry.name) || undefined}
                style={{ position: 'absolute', inset: '0 0 auto', transform: `translateY(${start}px)` }}
              >
                <FileCells
                  entry={entry}
                  address={addressOf(entry)}
                  isSelected={names.has(entry.name)}
                  onPick={(how) => choose(entry.name, how)}
                />
              </div>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

const isIn = (target: EventTarget, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;
