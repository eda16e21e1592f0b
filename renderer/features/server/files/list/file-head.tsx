import { Checkbox, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useStore } from 'zustand';
import { strings } from '../strings.ts';
import { keptSorting, nextSorting, sortKeys } from './sorting.ts';

interface FileHeadProps {
  isAll: boolean;
  isSome: boolean;
  onToggleAll: () => void;
}

/** The columns' names; a click on one orders the list by it. */
export function FileHead({ isAll, isSome, onToggleAll }: FileHeadProps) {
  const sorting = useStore(keptSorting);
  const Arrow = sorting.isDescending ? IconChevronDown : IconChevronUp;
  return (
    <div role="row" className="file-row quiet">
      <span role="columnheader">
        <Checkbox
          size="xs"
          aria-label={strings.selectAll}
          checked={isAll}
          indeterminate={!isAll && isSome}
          onChange={onToggleAll}
        />
      </span>
      {sortKeys.map((key) => {
        const isSorted = sorting.by === key;
        return (
          <span
            key={key}
            role="columnheader"
            className={`file-${key}`}
            {...(isSorted ? { 'aria-sort': sorting.isDescending ? 'descending' : 'ascending' } : {})}
          >
            <UnstyledButton
              className="file-sort"
              title={strings.sortBy[key]}
              onClick={() => keptSorting.setState(nextSorting(sorting, key), true)}
            >
              {strings[key]}
              {isSorted && <Arrow size={14} aria-hidden="true" />}
            </UnstyledButton>
          </span>
        );
      })}
    </div>
  );
}
