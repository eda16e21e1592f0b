import { accessSync, constants, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type MountInfo, parseMountinfo } from '../lib/mountinfo.ts';

/** A disk beside the one with the servers' files, and where the backups could be on it. */
export interface OtherDisk {
  folder: string;
  /** Bytes that are left there. */
  free: number;
}

/** File systems on disks and on other machines; all others are the kernel's own, or in memory. */
const real =
  /^(ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|vfat|exfat|ntfs3?|fuseblk|hfsplus|apfs|nfs4?|cifs|smb3|9p|ceph|glusterfs|fuse\.sshfs)$/;
/** The system's own partitions, which are small and not for this. */
const system = /^\/(boot|efi|proc|sys|dev|run|snap|var\/lib\/(docker|containers|snapd))(\/|$)/;
/** More are not proposed. */
const maxDisks = 10;

/** Disks that are mounted and can be written to, with most room first. Bind mounts and images of ours are none. Never throws. */
export function otherDisks(volumesPath: string): OtherDisk[] {
  const own = deviceOf(volumesPath);
  const found = new Map<number, OtherDisk>();
  for (const point of mountPoints(volumesPath)) {
    const device = deviceOf(point);
    if (device === null || device === own || found.has(device)) continue;
    const free = freeOf(point);
    if (free !== null) found.set(device, { folder: join(point, 'lightdeck-backups'), free });
  }
  return [...found.values()].sort((a, b) => b.free - a.free).slice(0, maxDisks);
}

function mountPoints(volumesPath: string): string[] {
  try {
    if (process.platform === 'darwin') return readdirSync('/Volumes').map((name) => join('/Volumes', name));
    if (process.platform === 'win32') return windowsDrives();
    return parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'))
      .filter((mount) => isDisk(mount, volumesPath))
      .map(({ point }) => point);
  } catch {
    return [];
  }
}

/** Pure. */
export function isDisk({ type, root, point, source }: MountInfo, volumesPath: string): boolean {
  const isOurs = point === volumesPath || point.startsWith(`${volumesPath}/`);
  return real.test(type) && root === '/' && !isOurs && !system.test(point) && !source.startsWith('/dev/loop');
}

const windowsDrives = (): string[] =>
  [...'DEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}:\\`).filter((drive) => deviceOf(drive) !== null);

function deviceOf(path: string): number | null {
  try {
    return statSync(path).dev;
  } catch {
    return null;
  }
}

function freeOf(path: string): number | null {
  try {
    accessSync(path, constants.W_OK);
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}
