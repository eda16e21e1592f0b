import { setImmediate } from 'node:timers/promises';

/** Items that are worked on in one go: a few milliseconds. */
const sliceItems = 4096;

/** The items, so many at a time; between two slices everything else in the process goes on. */
export async function* inSlices<T>(items: Iterable<T>): AsyncGenerator<T[], void, undefined> {
  let slice: T[] = [];
  for (const item of items) {
    if (slice.length === sliceItems) {
      yield slice;
      slice = [];
      await setImmediate();
    }
    slice.push(item);
  }
  if (slice.length > 0) yield slice;
}
