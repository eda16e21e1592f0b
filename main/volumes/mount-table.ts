import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type MountInfo, parseMountinfo } from '../lib/mountinfo.ts';

export async function readMounts(): Promise<MountInfo[]> {
  return parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** The loop devices that hold this file open, as `/dev/loopN`. */
export async function loopsOf(image: string): Promise<string[]> {
  const real = await realPlace(image);
  const found = await Promise.all(
    (await readdir('/sys/block'))
      .filter((name) => /^loop\d+$/.test(name))
      .map(async (name) => ((await backingFile(name)) === real ? [`/dev/${name}`] : [])),
  );
  return found.flat();
}

/** Whether a mount's source is a loop device that holds this file open. Cheaper than `loopsOf`, which asks all of them. */
export async function isLoopOf(source: string, image: string): Promise<boolean> {
  const [, name] = /^\/dev\/(loop\d+)$/.exec(source) ?? [];
  return name !== undefined && (await backingFile(name)) === (await realPlace(image));
}

/** Null for a loop device that is free. */
async function backingFile(loop: string): Promise<string | null> {
  try {
    const text = await readFile(`/sys/block/${loop}/loop/backing_file`, 'utf8');
    return text.replace(/\n$/, '');
  } catch {
    return null;
  }
}

/** What is mounted at exactly this place, the topmost last. */
export async function mountsAt(path: string): Promise<MountInfo[]> {
  const real = await realPlace(path);
  return (await readMounts()).filter(({ point }) => point === real);
}

/** Mount points at this place and below it. */
export async function mountsUnder(path: string): Promise<string[]> {
  const real = await realPlace(path);
  return (await readMounts())
    .map(({ point }) => point)
    .filter((point) => point === real || point.startsWith(`${real}/`));
}

/** As the kernel names it: links on the way resolved, whether or not there is something at the end. */
async function realPlace(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return join(folder, basename(path));
}
