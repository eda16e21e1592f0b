import { LightdeckError } from '../../shared/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/contract.ts';
import type { Jail, Room, RootFiles, VolumeFiles } from './contract.ts';
import { type FsNode, type FsRoot, openFsRoot } from './fs-node.ts';
import { helpedJail } from './helped-jail.ts';
import { createJail } from './jail.ts';
import type { JailParts } from './jail-parts.ts';
import { createOwnership } from './ownership.ts';
import { newMark, Staging } from './staging.ts';
import { Trash, type TrashOptions } from './trash/trash.ts';
import { VolumeTree } from './volume-tree.ts';

export interface VolumeFilesOptions {
  store: Pick<Store, 'volumes'>;
  /** The room of one volume (A10). Default: nobody sets a bound, the file system alone does. */
  room?: (volumeId: string) => Room;
  /** Told the device of the folder that was found at the volume's path, held already; null if there is none. Throws when that is not the volume. */
  accept?: (volumeId: string, device: bigint | null) => void;
  /** How long what is deleted is kept is the caller's business; here whether it is, the time, and who is told of an emptied trash. */
  trash?: {
    now: () => number;
    isKept: () => boolean;
    onEmptied: (volumeId: string, emptied: { count: number; bytes: number }) => void;
  };
  /** A19: who does what the host's user may not; none: it may do everything. */
  rootFiles?: ((volumeId: string) => RootFiles) | undefined;
  log: Log;
}

export interface OwnVolumeFiles extends VolumeFiles {
  /** Removes what writes left that a crash cut short, in the background. What can't be removed is logged. */
  sweep(signal: AbortSignal): Promise<void>;
}

const plainTrash: TrashOptions = { now: Date.now, isKept: () => true, onEmptied() {} };
const endlessRoom: Room = { take() {}, left: () => Number.POSITIVE_INFINITY };

interface Volume {
  path: string;
  jail: Jail;
  fsRoot: FsRoot;
  staging: Staging;
}

/** The files of all volumes of the store. A volume's jail is made when it is first asked for, and goes with the volume. */
export function createVolumeFiles({
  store,
  room,
  accept,
  rootFiles,
  trash,
  log,
}: VolumeFilesOptions): OwnVolumeFiles {
  const volumes = new Map<string, Volume>();
  const mark = newMark();
  const roomOf = (id: string): Room => {
    const bound = room?.(id) ?? endlessRoom;
    return {
      take: (bytes) => bound.take(bytes),
      left: () => bound.left(),
      make: (bytes) =>
        volumeOf(id)
          .jail.trash.makeRoom(bytes)
          .catch(() => false),
    };
  };

  const volumeOf = (id: string): Volume => {
    const path = store.volumes.get(id)?.path;
    if (path === undefined) {
      volumes.delete(id);
      throw new LightdeckError('not_found', 'Volume not found');
    }
    const known = volumes.get(id);
    if (known?.path === path) return known;
    const built = buildVolume(path, {
      mark,
      room: () => roomOf(id),
      fsRoot: guardedRoot(path, accept && ((device) => accept(id, device))),
      ...(trash && { trash: { ...trash, onEmptied: (emptied) => trash.onEmptied(id, emptied) } }),
    });
    const volume = rootFiles ? { ...built, jail: helpedJail(built.jail, rootFiles(id)) } : built;
    volumes.set(id, volume);
    return volume;
  };

  return {
    jail: (id) => volumeOf(id).jail,
    room(id) {
      volumeOf(id);
      return roomOf(id);
    },
    ground(id) {
      const { fsRoot, staging } = volumeOf(id);
      return { fsRoot, staging, room: () => roomOf(id), rootFiles: rootFiles?.(id) };
    },
    async sweep(signal) {
      for (const { id } of store.volumes.all()) {
        if (signal.aborted) return;
        try {
          await volumeOf(id).staging.sweep(signal);
        } catch (error) {
          if (!signal.aborted)
            log.warn({ volume: id, error: String(error) }, 'unfinished writes could not be removed');
        }
      }
    },
  };
}

/** Every way into a volume begins at its root, so this is the one place to ask whether that is the volume. */
function guardedRoot(path: string, accept: ((device: bigint | null) => void) | undefined): FsRoot {
  const fsRoot = openFsRoot(path);
  if (!accept) return fsRoot;
  const root = async (): Promise<FsNode> => {
    const node = await fsRoot.root().catch((error) => {
      accept(null);
      throw error;
    });
    try {
      accept(node.stats.dev);
      return node;
    } catch (error) {
      await node.close();
      throw error;
    }
  };
  return { ...fsRoot, root };
}

export interface BuildOptions {
  /** The mark of this host's unfinished writes. */
  mark: string;
  room: () => Room;
  fsRoot: FsRoot;
  trash?: TrashOptions;
}

/** The parts of one volume, put together. */
export function buildVolume(
  path: string,
  { mark, room, fsRoot, trash: kept = plainTrash }: BuildOptions,
): Volume {
  const ownership = createOwnership(fsRoot);
  const staging = new Staging(fsRoot, mark);
  const tree = new VolumeTree(fsRoot, ownership);
  const parts: JailParts = {
    tree,
    fsRoot,
    ownership,
    staging,
    room: () => room(),
    keepOld: (resolved, removal) => trash.keepOld(resolved, removal),
  };
  const trash = new Trash(parts, kept);
  return { path, fsRoot, staging, jail: createJail(parts, trash) };
}
