import { mkdir, rename, rmdir } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { AdoptionWay } from '../../shared/http/adoption.ts';
import { MiB } from '../../shared/units.ts';
import type { VolumeFiles } from '../files/contract.ts';
import { emptyFolder } from '../files/empty-folder.ts';
import { identityOf, openFsRoot } from '../files/fs-node.ts';
import { importFolder } from '../files/import-folder.ts';
import { systemCode } from '../lib/system-error.ts';
import type { OperationRun } from '../operations/operations.ts';
import type { StoredVolume } from '../store/contract.ts';
import type { VolumeManager } from '../volumes/contract.ts';
import { diskUsage } from '../volumes/disk-usage.ts';
import { folderAt } from './allowed-folder.ts';

export interface AdoptFolderParts {
  volumes: Pick<VolumeManager, 'create' | 'remove' | 'place' | 'list'>;
  files: Pick<VolumeFiles, 'ground' | 'room'>;
}

export interface AdoptFolderRequest {
  /** Resolved, and allowed. */
  path: string;
  how: AdoptionWay;
  /** MiB; undefined: what is in it, and as much as it needs to go on. */
  size: number | undefined;
}

export interface AdoptedFolder extends Record<string, unknown> {
  volume_id: string;
  size_mb: number;
  left_out: number;
  message: string;
}

/** What a volume gets beside what is in it, in MiB, where nobody chose: room for what a world grows by. */
const spare = 2048;

/**
 * Makes a volume of a folder. What fails or is cancelled leaves no volume, and the folder as it was: it goes only when all of it
 * is in the volume. To whom its files belong is put right by the install of the server that gets it.
 */
export async function adoptFolder(
  { path, how, size }: AdoptFolderRequest,
  parts: AdoptFolderParts,
  run: OperationRun,
): Promise<AdoptedFolder> {
  run.progress({ phase: 'measuring', current: 0, total: null, text: 'Measuring the folder' });
  const used = await diskUsage(path, { signal: run.signal });
  if (used === null) throw new LightdeckError('invalid', `${JSON.stringify(path)} can't be read as a folder`);
  const needed = Math.ceil(used / MiB);
  if (size !== undefined && size < needed)
    throw new LightdeckError('invalid', `size: must be at least ${needed}, what is in the folder`);
  const size_mb = size ?? needed + Math.max(spare, Math.ceil(needed / 10));
  if (how === 'in_place') {
    const { id } = parts.volumes.place({ path, quotaMb: size_mb });
    return { volume_id: id, size_mb, left_out: 0, message: `The folder ${path} is used where it lies` };
  }
  const volume = await parts.volumes.create({ quotaMb: size_mb });
  try {
    const moved = how === 'move' && volume.kind === 'folder' && (await moveWhole(path, volume));
    const left_out = moved ? 0 : await copy({ path, volume, used }, parts, run);
    if (how === 'move' && !moved) await clear(path, left_out);
    const message =
      how === 'move'
        ? `The folder ${path} was moved into a new volume`
        : `The folder ${path} was copied into a new volume`;
    return { volume_id: volume.id, size_mb, left_out, message };
  } catch (error) {
    await parts.volumes.remove(volume.id);
    throw error;
  }
}

/** By one rename; false where that can't be, as between two disks. */
async function moveWhole(path: string, { path: target }: StoredVolume): Promise<boolean> {
  const before = folderAt(path);
  if (before === null) throw changed(path);
  await rmdir(target);
  try {
    await rename(path, target);
  } catch (error) {
    await mkdir(target);
    if (systemCode(error) === 'EXDEV' || systemCode(error) === 'EPERM' || systemCode(error) === 'EBUSY')
      return false;
    throw error;
  }
  const after = folderAt(target);
  if (after !== null && identityOf(after) === identityOf(before)) return true;
  // It was replaced, perhaps by a link, between the look and the rename: nothing of that comes in.
  await rename(target, path);
  await mkdir(target);
  throw changed(path);
}

async function copy(
  { path, volume, used }: { path: string; volume: StoredVolume; used: number },
  { files }: AdoptFolderParts,
  { signal, progress }: OperationRun,
): Promise<number> {
  let current = 0;
  return importFolder({
    from: openFsRoot(path),
    to: files.ground(volume.id).fsRoot,
    room: files.room(volume.id),
    signal,
    onBytes(bytes) {
      current += bytes;
      const total = Math.max(used, current);
      progress({ phase: 'copying', current, total, text: 'Copying (bytes)' });
    },
  });
}

/** After a move by way of a copy. What was not copied keeps the folder from being cleared. */
async function clear(path: string, leftOut: number): Promise<void> {
  if (leftOut > 0) return;
  const fsRoot = openFsRoot(path);
  const top = await fsRoot.root();
  try {
    await emptyFolder(top, { fsRoot });
  } finally {
    await top.close();
  }
  await rmdir(path);
}

const changed = (path: string): LightdeckError =>
  new LightdeckError('conflict', `${path} was changed while it was taken: try again`);
