import { createStore } from 'zustand/vanilla';
import { byName, type Sorting } from './sorting.ts';

/** The order of all file lists of this page: it stays from folder to folder, for as long as the page is open. */
export const keptSorting = createStore<Sorting>(() => byName);
