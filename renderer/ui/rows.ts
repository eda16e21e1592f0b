/** A row of a list that is edited. */
export interface KeyedRow {
  /** For React alone. */
  key: number;
}

/** A key that no row has yet. */
export const nextKey = (rows: readonly KeyedRow[]): number => Math.max(-1, ...rows.map(({ key }) => key)) + 1;

/** The rows with changes to the one that has the key. */
export const changeRow = <T extends KeyedRow>(rows: readonly T[], key: number, changes: Partial<T>): T[] =>
  rows.map((row) => (row.key === key ? { ...row, ...changes } : row));

export const removeRow = <T extends KeyedRow>(rows: readonly T[], key: number): T[] =>
  rows.filter((row) => row.key !== key);
