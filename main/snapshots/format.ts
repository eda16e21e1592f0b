import { join } from 'node:path';
import { MiB } from '../../shared/units.ts';

/** What a store's folder looks like: docs/snapshots.md. A change that an older Lightdeck, or an older restore program, would misread needs a new number. */
export const storeFormat = 1;

/** A file's content is cut into blocks of this many bytes; its last one is shorter. */
export const blockBytes = 4 * MiB;
/** A pack is closed when it has this many bytes: it may exceed it by one block. */
export const packBytes = 16 * MiB;

/** Where things lie in a store. */
export interface StorePaths {
  readonly root: string;
  /** Says that this folder is a store, and which one. */
  readonly about: string;
  readonly lock: string;
  readonly packs: string;
  readonly snapshots: string;
  /** Unfinished files of whoever holds the lock: nobody needs them afterwards. */
  readonly unfinished: string;
  /** When each pack was read last. */
  readonly health: string;
  readonly restoreProgram: string;
  /** Room that is given up where a full disk would keep anybody from freeing some. */
  readonly spare: string;
  pack(id: string): string;
  packFolder(id: string): string;
  record(id: string): string;
  manifest(id: string): string;
  state(id: string): string;
}

export function storePaths(root: string): StorePaths {
  const [packs, snapshots] = [join(root, 'packs'), join(root, 'snapshots')];
  const packFolder = (id: string): string => join(packs, id.slice(0, 2));
  return {
    root,
    about: join(root, 'lightdeck-snapshots.json'),
    lock: join(root, 'lock.json'),
    packs,
    snapshots,
    unfinished: join(root, 'unfinished'),
    health: join(root, 'health.json'),
    restoreProgram: join(root, 'restore.mjs'),
    spare: join(root, 'spare'),
    packFolder,
    pack: (id) => join(packFolder(id), `${id}.pack`),
    record: (id) => join(snapshots, `${id}.json`),
    manifest: (id) => join(snapshots, `${id}.manifest.gz`),
    state: (id) => join(snapshots, `${id}.state.json`),
  };
}
