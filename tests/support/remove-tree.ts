import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { parseMountinfo } from '../../main/lib/mountinfo.ts';

const exec = promisify(execFile);

/**
 * Removes a folder with all it holds. What is mounted in it is unmounted first (the volumes of a host that was killed);
 * their loop devices go by themselves with the last mount.
 */
export async function removeTree(folder: string): Promise<void> {
  await unmountUnder(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** The innermost first. What is still in use goes out of sight now, and away when its last user ends. */
export async function unmountUnder(folder: string): Promise<void> {
  for (const point of await mountsUnder(folder)) {
    await exec('umount', [point]).catch(() => exec('umount', ['--lazy', point]));
  }
}

/** Mount points at the folder and in it, the innermost first. */
export async function mountsUnder(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  return parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8'))
    .map(({ point }) => point)
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse();
}
