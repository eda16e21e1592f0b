import { textsOf } from '../../shared/texts/messages.ts';
import type { KeyedRow } from './rows.ts';
import en from './texts/environment.en.json';

const t = textsOf('ui/environment', en);

/** A row of an editor of environment variables. */
export interface EnvironmentRow extends KeyedRow {
  name: string;
  value: string;
}

export const environmentStrings = {
  name: t('name'),
  namePlaceholder: t('namePlaceholder'),
  value: t('value'),
  add: t('add'),
  remove: (name: string) => (name ? t('remove', { name }) : t('removeUnnamed')),
  showValue: (name: string) => t('showValue', { name }),
  badName: t('badName'),
  nameTwice: t('nameTwice'),
} as const;

export const rowsOf = (environment: Readonly<Record<string, string>>): EnvironmentRow[] =>
  Object.entries(environment).map(([name, value], key) => ({ key, name, value }));
export const environmentOf = (rows: readonly EnvironmentRow[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ name, value }) => [name, value]));

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
export function rowProblem(row: EnvironmentRow, rows: readonly EnvironmentRow[]): string | null {
  if (!/^[^=\s\0]{1,256}$/.test(row.name)) return environmentStrings.badName;
  const first = rows.find(({ name }) => name === row.name);
  return first === row ? null : environmentStrings.nameTwice;
}
