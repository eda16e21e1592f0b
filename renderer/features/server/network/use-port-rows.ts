import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { changeRow, nextKey, removeRow } from '../../../ui/rows.ts';
import { proposePort } from './port-check.ts';
import { isPort, type Row, rowProblem, rowsOf } from './rebind.ts';

/** Where the search for a free port begins when the server has none. */
const usualPort = 25_565;

interface PortRows {
  rows: readonly Row[];
  /** Appends a row with a port that is free, or without one where none is known. */
  add: () => void;
  isAdding: boolean;
  change: (key: number, changes: Partial<Row>) => void;
  remove: (key: number) => void;
  /** Whether all rows can be saved. From the first time on, mistakes are shown. */
  check: () => boolean;
  /** Whether mistakes are to be shown. */
  isChecked: boolean;
}

/** A server's ports while they are edited. */
export function usePortRows({ internal_id: id, ports }: ServerSummary): PortRows {
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(ports));
  const [isChecked, setChecked] = useState(false);
  const add = useMutation({
    mutationFn: () => {
      const hosts = rows.map(({ host }) => host);
      const port = Math.min(65_535, Math.max(usualPort - 1, ...hosts.map((host) => host ?? 0)) + 1);
      return proposePort(id, { ip: '0.0.0.0', port, protocol: 'tcp' }, hosts);
    },
    // Without a proposal there is a row all the same.
    onSettled: (free = null) =>
      setRows((last) => [
        ...last,
        { key: nextKey(last), ip: '0.0.0.0', host: free, container: free, protocol: 'tcp' },
      ]),
  });
  return {
    rows,
    add: () => add.mutate(),
    isAdding: add.isPending,
    change: (key, changes) => setRows((last) => changeRow(last, key, changes)),
    remove: (key) => setRows((last) => removeRow(last, key)),
    check() {
      setChecked(true);
      return rows.every((row) => rowProblem(row, rows) === null && isPort(row.container));
    },
    isChecked,
  };
}
