import type { KeyedRow } from '../../../ui/rows.ts';
import { strings } from './strings.ts';

export interface MountRow extends KeyedRow {
  /** The folder of the machine. */
  outside: string;
  /** Where the server finds it. */
  inside: string;
  isReadOnly: boolean;
}

/** A definition's mounts, in their order. */
export const mountRows = (mount: Record<string, string>, readOnly: readonly string[]): MountRow[] =>
  Object.entries(mount).map(([inside, outside], key) => ({
    key,
    outside,
    inside,
    isReadOnly: readOnly.includes(inside),
  }));

/** The same for the host. */
export const mountsOf = (rows: readonly MountRow[]) => ({
  volumes: Object.fromEntries(rows.map(({ inside, outside }) => [inside, outside])),
  read_only_mounts: rows.filter(({ isReadOnly }) => isReadOnly).map(({ inside }) => inside),
});

const systemFolders = ['/bin', '/boot', '/dev', '/etc', '/lib', '/proc', '/sys'];
const plain = (path: string): string => path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');

/** A8: what is wrong with a container folder, in words; null if nothing is. The host looks again. */
export function insideProblem(row: MountRow, rows: readonly MountRow[]): string | null {
  const path = plain(row.inside);
  if (!/^\/[^:\0]*$/.test(path) || /(^|\/)\.\.?(\/|$)/.test(path)) return strings.badInside;
  if (path === '/home/container') return strings.insideIsVolume;
  if (path === '/' || systemFolders.some((folder) => path === folder || path.startsWith(`${folder}/`)))
    return strings.insideIsSystem;
  return rows.find((one) => plain(one.inside) === path) === row ? null : strings.insideTwice;
}

/** Absolute here or on Windows, where the host may run. */
export const outsideProblem = (path: string): string | null =>
  /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path) ? null : strings.badOutside;
