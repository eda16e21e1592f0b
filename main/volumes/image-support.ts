import { chmod, mkdir, open, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import { MiB } from '../../shared/units.ts';
import type { Log } from '../lib/log.ts';
import type { ImageTools } from './image-tools.ts';
import { mountsAt } from './mount-table.ts';

/** Whether volumes can be images here (A10), and if not, why not, as a sentence for people. */
export type ImageSupport = { works: true } | { works: false; reason: string };

const probeName = '.probe';

/** Finds out, and logs what was found. */
export async function findSupport(options: {
  folder: string;
  tools: ImageTools;
  log: Log;
}): Promise<ImageSupport> {
  const support = await probeImages(options);
  if (support.works) options.log.info({}, 'volumes are images: the kernel keeps their size');
  else
    options.log.warn(
      { reason: support.reason },
      'volumes are plain folders: their size is measured, and a server can write beyond it',
    );
  return support;
}

/**
 * Finds out by doing it once, in small: nothing else tells whether the programs, the rights and the loop devices are
 * there. Takes some ten milliseconds; leaves nothing behind.
 */
export async function probeImages(options: { folder: string; tools: ImageTools }): Promise<ImageSupport> {
  const { folder, tools } = options;
  if (process.platform !== 'linux') return { works: false, reason: 'images need Linux' };
  if (process.getuid?.() !== 0) return { works: false, reason: 'images need the rights of root' };
  const image = join(folder, `${probeName}.img`);
  const point = join(folder, probeName);
  try {
    await makeImagesFolder(folder);
    await tools.settle();
    await clearProbe(folder, tools);
    await makeSparse(image, 8 * MiB);
    await tools.format(image);
    await mkdir(point);
    await tools.mount(image, point);
    await tools.unmount(point);
    return { works: true };
  } catch (error) {
    return { works: false, reason: errorText(error) };
  } finally {
    await clearProbe(folder, tools).catch(() => {});
  }
}

export async function makeImagesFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

/** A file of that many bytes that takes no room on the disk yet. Fails if it is there already. */
export async function makeSparse(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

/** Removes what a probe, or a host that was killed in one, has left. */
export async function clearProbe(folder: string, tools: ImageTools): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(probeName));
  if (left.length === 0) return;
  const point = join(folder, probeName);
  for (const _mount of await mountsAt(point)) await tools.unmount(point);
  await rmdir(point).catch(() => {});
  await rm(join(folder, `${probeName}.img`), { force: true });
}
