/** Rows that a page key skips. */
const pageRows = 10;

/** The row that a key leads to from row `at` of `count`; null for keys that lead nowhere. */
export function targetRow(key: string, at: number, count: number): number | null {
  const target = unbounded(key, at, count);
  return target === null ? null : Math.min(Math.max(target, 0), count - 1);
}

function unbounded(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'PageDown':
      return at + pageRows;
    case 'PageUp':
      return at - pageRows;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
