import { closeSync, openSync } from 'node:fs';
import type { StorePaths } from './format.ts';
import { type PackEntry, readExactly } from './pack-format.ts';

/** Files that are kept open: the blocks of a file lie in few packs, one behind the other. */
const mostOpen = 8;

export interface PackReader {
  /** Stored bytes of a block. Throws DamagedPack, or as the system does. */
  read(pack: string, entry: PackEntry): Buffer;
  close(): void;
}

export function openPacks(paths: StorePaths): PackReader {
  const open = new Map<string, number>();
  const fdOf = (id: string): number => {
    const known = open.get(id);
    if (known !== undefined) return known;
    const [oldest] = open;
    if (oldest && open.size === mostOpen) {
      closeSync(oldest[1]);
      open.delete(oldest[0]);
    }
    const fd = openSync(paths.pack(id), 'r');
    open.set(id, fd);
    return fd;
  };
  return {
    read: (pack, { offset, stored }) => readExactly(fdOf(pack), offset, stored),
    close() {
      for (const fd of open.values()) closeSync(fd);
      open.clear();
    },
  };
}
