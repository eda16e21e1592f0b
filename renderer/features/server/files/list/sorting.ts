import { createStore } from 'zustand/vanilla';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { locale } from '../../../../../shared/texts/messages.ts';

export const sortKeys = ['name', 'size', 'changed'] as const;
export type SortKey = (typeof sortKeys)[number];

/** How a list is ordered. Folders come first either way. */
interface Sorting {
  by: SortKey;
  isDescending: boolean;
}

export const byName: Sorting = { by: 'name', isDescending: false };

/** The order of all file lists of this page: it stays from folder to folder, for as long as the page is open. */
export const keptSorting = createStore<Sorting>(() => byName);

/** What a click on a column's header makes of it: the other way round, or that column at its usual end (newest, largest). */
export function nextSorting(now: Sorting, by: SortKey): Sorting {
  return now.by === by ? { by, isDescending: !now.isDescending } : { by, isDescending: by !== 'name' };
}

/** As people count: `map 2` before `map 10`, whatever the case. */
const collator = new Intl.Collator(locale(), { numeric: true, sensitivity: 'base' });

function compareNames(a: FileEntry, b: FileEntry): number {
  // Names that differ in case alone still need an order, or the list would jump.
  return collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
}

/** A new list in that order; what is equal goes by name. Folders have no size, so among them the name decides. */
export function sorted(entries: readonly FileEntry[], { by, isDescending }: Sorting): FileEntry[] {
  const sign = isDescending ? -1 : 1;
  const compare = (a: FileEntry, b: FileEntry): number => {
    const kinds = Number(b.type === 'directory') - Number(a.type === 'directory');
    if (kinds !== 0) return kinds;
    if (by === 'name') return compareNames(a, b) * sign;
    const difference = by === 'size' ? a.size - b.size : a.modified_at - b.modified_at;
    return difference * sign || compareNames(a, b);
  };
  return entries.toSorted(compare);
}
