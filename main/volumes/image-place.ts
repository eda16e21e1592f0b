import { basename, dirname, join } from 'node:path';
import type { StoredVolume } from '../store/contract.ts';

/** Beside the volumes, so that whoever gives the volumes a disk of their own gives it to the images, too. Mode 0700. */
export function imagesFolder(volumesPath: string): string {
  return join(volumesPath, '.images');
}

/** The image of the volume that is mounted at `path`. Follows from the path alone, so that a changed configuration loses nothing. */
export function imageOf({ path }: Pick<StoredVolume, 'path'>): string {
  return join(imagesFolder(dirname(path)), `${basename(path)}.img`);
}

/** Bytes of a MiB: sizes of volumes are in MiB everywhere. */
