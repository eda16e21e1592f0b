import { words } from './words.ts';

export interface Row {
  /** For React alone. */
  key: number;
  name: string;
  value: string;
}

/** `NAME=value` lines as they are pasted from a file; null if this is no such text. */
export function pastedRows(text: string): { name: string; value: string }[] | null {
  if (!text.includes('=')) return null;
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^export\s+/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => /^([^=\s]+)=(.*)$/.exec(line));
  if (rows.some((row) => row === null)) return null;
  return rows.map((row) => ({ name: row?.[1] ?? '', value: unquoted(row?.[2] ?? '') }));
}

const unquoted = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;

/** What is wrong with a row, in words; null if nothing is. */
export function rowProblem(row: Row, rows: readonly Row[]): string | null {
  if (!/^[^=\s\0]{1,256}$/.test(row.name)) return words.badName;
  const first = rows.find(({ name }) => name === row.name);
  return first === row ? null : words.nameTwice;
}
