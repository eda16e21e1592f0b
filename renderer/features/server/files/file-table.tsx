import { Checkbox, Text } from '@mantine/core';
import { IconFile, IconFileZip, IconFolder } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef } from 'react';
import { Link } from 'wouter';
import type { FileEntry } from '../../../../shared/http/files.ts';
import { bytes, moment } from '../../../ui/format.ts';
import { isArchive } from './paths.ts';
import { words } from './words.ts';

const rowHeight = 36;

interface FileTableProps {
  entries: readonly FileEntry[];
  /** By name. */
  selected: ReadonlySet<string>;
  onSelect: (names: ReadonlySet<string>) => void;
  addressOf: (entry: FileEntry) => string;
}

/** A folder's entries, of which only those in sight are made: there may be a hundred thousand. ↑ and ↓ go from name to name. */
export function FileTable({ entries, selected, onSelect, addressOf }: FileTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const toggle = (name: string): void => {
    const next = new Set(selected);
    if (!next.delete(name)) next.add(name);
    onSelect(next);
  };
  const isAll = entries.length > 0 && entries.every(({ name }) => selected.has(name));
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const names = [...(box.current?.querySelectorAll<HTMLElement>('a') ?? [])];
    const at = names.findIndex((one) => one.matches(':focus'));
    const next = names[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <div role="table" aria-rowcount={entries.length + 1} aria-label={words.root}>
      <div role="row" className="file-row quiet">
        <span role="columnheader">
          <Checkbox
            size="xs"
            aria-label={words.selectAll}
            checked={isAll}
            indeterminate={!isAll && selected.size > 0}
            onChange={() => onSelect(new Set(isAll ? [] : entries.map(({ name }) => name)))}
          />
        </span>
        <span role="columnheader">{words.name}</span>
        <span role="columnheader" className="file-size">
          {words.size}
        </span>
        <span role="columnheader" className="file-time">
          {words.changed}
        </span>
      </div>
      <div ref={box} role="rowgroup" className="file-rows" onKeyDown={keys}>
        <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const entry = entries[index];
            return entry ? (
              <div
                role="row"
                key={entry.name}
                aria-rowindex={index + 2}
                className="file-row"
                style={{ position: 'absolute', inset: '0 0 auto', transform: `translateY(${start}px)` }}
              >
                <Cells
                  entry={entry}
                  address={addressOf(entry)}
                  isSelected={selected.has(entry.name)}
                  onToggle={() => toggle(entry.name)}
                />
              </div>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

interface CellsProps {
  entry: FileEntry;
  address: string;
  isSelected: boolean;
  onToggle: () => void;
}

function Cells({ entry, address, isSelected, onToggle }: CellsProps) {
  const { name, type, size, modified_at, link } = entry;
  const isFolder = type === 'directory';
  const Icon = isFolder ? IconFolder : isArchive(name) ? IconFileZip : IconFile;
  return (
    <>
      <span role="cell">
        <Checkbox size="xs" aria-label={words.select(name)} checked={isSelected} onChange={onToggle} />
      </span>
      <span role="cell" className="file-name">
        <Icon size={16} aria-hidden="true" />
        <Link href={address} className="ellipsis" title={name}>
          {name}
        </Link>
        {link && (
          <Text component="span" size="xs" className="quiet">
            {words.link}
          </Text>
        )}
      </span>
      <span role="cell" className="file-size figures quiet">
        {isFolder ? '' : bytes(size)}
      </span>
      <span role="cell" className="file-time figures quiet">
        {moment(modified_at * 1000)}
      </span>
    </>
  );
}
