import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type MountInfo, parseMountinfo } from '../lib/mountinfo.ts';
import { isWithin } from './mounts.ts';

/** A host folder as it was when it was checked: the same path can be another folder a moment later. */
export interface CheckedFolder {
  /** In the container. */
  target: string;
  path: string;
  dev: bigint;
  ino: bigint;
}

/** Shortest part of a container's id that Docker itself shows; less could match by chance. */
const minIdLength = 12;

/**
 * Whether a running container's mount is the folder that was checked. `unknown` where nobody can say: its process is on another
 * machine (a virtual one), has ended, or may not be looked at. `proc` is for tests.
 *
 * What is mounted is read from the kernel's table, not by the path inside alone: a program could put links on the way
 * there, but can't change its first process's mounts. The path then gives device and inode.
 */
export function folderIn(
  container: { id: string; pid: number | null },
  folder: CheckedFolder,
  proc = '/proc',
): 'same' | 'other' | 'unknown' {
  const inside = mountsOf(container, proc);
  const expected = inside && placeOf(folder.path, proc);
  if (!expected) return 'unknown';
  const isExpected = ({ device, root }: MountInfo): boolean =>
    device === expected.device && root === expected.root;
  const there = inside.filter(({ point }) => point === folder.target).at(-1);
  // The image may have a link on the way, so that the engine mounted it elsewhere.
  if (!there) return inside.some(isExpected) ? 'same' : 'other';
  if (!isExpected(there)) return 'other';
  try {
    const { dev, ino } = statSync(`${proc}/${container.pid}/root${folder.target}`, { bigint: true });
    return dev === folder.dev && ino === folder.ino ? 'same' : 'other';
  } catch {
    return 'same';
  }
}

function mountsOf({ id, pid }: { id: string; pid: number | null }, proc: string): MountInfo[] | null {
  if (pid === null || id.length < minIdLength) return null;
  try {
    // The id may be one of another machine, where this number is a stranger.
    if (!readFileSync(`${proc}/${pid}/cgroup`, 'utf8').includes(id)) return null;
    return parseMountinfo(readFileSync(`${proc}/${pid}/mountinfo`, 'utf8'));
  } catch {
    return null;
  }
}

/** Where a path is in its file system. Null if that can't be known. */
function placeOf(path: string, proc: string): Pick<MountInfo, 'device' | 'root'> | null {
  try {
    const mounts = parseMountinfo(readFileSync(`${proc}/self/mountinfo`, 'utf8'));
    const holding = mounts.filter(({ point }) => isWithin(path, point));
    const longest = Math.max(...holding.map(({ point }) => point.length));
    const mount = holding.filter(({ point }) => point.length === longest).at(-1);
    return mount ? { device: mount.device, root: join(mount.root, relative(mount.point, path)) } : null;
  } catch {
    return null;
  }
}
