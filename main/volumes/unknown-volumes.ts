import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { UnknownVolume } from '../../shared/http/unknown.ts';
import { MiB } from '../../shared/units.ts';
import { diskUsage } from './disk-usage.ts';
import { imageOf, imagesFolder } from './image-place.ts';

/** Most names of a folder that are looked at. */
const mostNames = 10_000;
const ending = '.img';
/** As volumes are named: another folder there is somebody else's. */
const isVolumeName = (name: string): boolean => z.uuid().safeParse(name).success;

/** The volumes in the folder that `isKnown` doesn't know: by their images, else by their folders, which are measured for it. */
export async function unknownVolumes(
  volumesPath: string,
  isKnown: (id: string) => boolean,
): Promise<UnknownVolume[]> {
  const found: UnknownVolume[] = [];
  const isNew = (id: string): boolean =>
    isVolumeName(id) && !isKnown(id) && !found.some((volume) => volume.id === id);
  for (const name of await namesIn(imagesFolder(volumesPath))) {
    const id = name.slice(0, -ending.length);
    if (!name.endsWith(ending) || !isNew(id)) continue;
    const image = await stat(imageOf({ path: join(volumesPath, id) })).catch(() => null);
    if (image?.isFile()) found.push({ id, kind: 'image', size_mb: Math.round(image.size / MiB) });
  }
  for (const id of await namesIn(volumesPath)) {
    if (!isNew(id)) continue;
    const used = await diskUsage(join(volumesPath, id));
    if (used !== null) found.push({ id, kind: 'folder', size_mb: Math.ceil(used / MiB) });
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().slice(0, mostNames);
}
