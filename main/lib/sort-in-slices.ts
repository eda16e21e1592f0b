import { setImmediate } from 'node:timers/promises';

/** Items that are compared in one go: a few milliseconds. */
const sliceItems = 4096;

/** As `items.toSorted(compare)`, in slices between which everything else in the process goes on. */
export async function sortInSlices<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += sliceItems) {
    runs.push(items.slice(at, at + sliceItems).sort(compare));
    if (items.length > sliceItems) await setImmediate();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(left: T[], right: T[], compare: (a: T, b: T) => number): Promise<T[]> {
  const merged: T[] = [];
  const rights = right.values();
  let next = rights.next();
  for (const item of left) {
    // Of equals the left one came first.
    while (!next.done && compare(next.value, item) < 0) {
      merged.push(next.value);
      next = rights.next();
      if (merged.length % sliceItems === 0) await setImmediate();
    }
    merged.push(item);
    if (merged.length % sliceItems === 0) await setImmediate();
  }
  for (; !next.done; next = rights.next()) merged.push(next.value);
  return merged;
}
