import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { LightdeckError } from '../../shared/errors.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';
import { type CheckedFolder, folderIn } from './mount-view.ts';
import { isAllowed, isWithin } from './mounts.ts';

/** What one server mounts of the host. */
export interface MountUse {
  server: string;
  /** Container folder → host folder, as they were checked when they were set. */
  mounts: Readonly<Record<string, string>>;
  /** The container folders of them that can only be read. */
  readOnly: readonly string[];
  /** The folder of its volume; null if it isn't known. */
  volume: string | null;
}

/** What a server of this definition mounts. */
export function mountUse(
  definition: Pick<ServerDefinition, 'internal_id' | 'mount' | 'read_only_mounts' | 'volume_id'>,
  volumes: { get(id: string): { path: string } | null },
): MountUse {
  return {
    server: definition.internal_id,
    mounts: definition.mount,
    readOnly: definition.read_only_mounts,
    volume: volumes.get(definition.volume_id)?.path ?? null,
  };
}

/**
 * Throws LightdeckError `invalid` if one of the server's mounts lies below a folder that itself or another server can write to, or one
 * of another server's below one of its: who can write above a folder can put a link in its place, and the engine follows links.
 * The same folder for several servers is fine, for nobody can replace it from inside.
 */
export function refuseNested(use: MountUse, others: Iterable<MountUse>): void {
  refuseBelow(use, use);
  for (const other of others) {
    if (other.server === use.server) continue;
    refuseBelow(use, other);
    refuseBelow(other, use);
  }
}

/** Custom mounts from their check to the running container (A8, B1): what a path led to when it was set may have changed since. */
export class MountGuard {
  private readonly allowed: () => string[];
  private readonly others: () => Iterable<MountUse>;

  /** `allowed`: the configuration's present `storage.allowed_mounts`. `others`: what all servers mount. */
  constructor({ allowed, others }: { allowed: () => string[]; others: () => Iterable<MountUse> }) {
    this.allowed = allowed;
    this.others = others;
  }

  /**
   * Before a container is made: each folder is still what it was, allowed today, and in nobody's reach. Throws LightdeckError
   * `invalid` in words for the server's console.
   */
  check(use: MountUse): CheckedFolder[] {
    const folders = Object.entries(use.mounts).map(([target, path]) => this.look(target, path));
    if (folders.length === 0) return [];
    refuseBelow(use, use);
    for (const other of this.others()) if (other.server !== use.server) refuseBelow(use, other);
    return folders;
  }

  /**
   * After the container was started: its mounts are the folders that were checked, by device and inode. Asked of the container's
   * process where it runs on this machine and we may look; and of the paths again in any case. Throws as `check`; then the
   * container must not run on.
   */
  confirm(checked: readonly CheckedFolder[], container: { id: string; pid: number | null }): void {
    for (const folder of checked) {
      const now = this.look(folder.target, folder.path);
      if (now.dev !== folder.dev || now.ino !== folder.ino) throw replaced(folder.target);
      if (folderIn(container, folder) === 'other') throw replaced(folder.target);
    }
  }

  private look(target: string, path: string): CheckedFolder {
    const found = folderAt(path);
    if (found === null)
      throw refused(target, 'its folder on the host is not there any more, or is a link now');
    if (!isAllowed(path, this.allowed()))
      throw refused(target, "its folder on the host is no longer among the host's allowed mounts");
    return { target, path, dev: found.dev, ino: found.ino };
  }
}

/** Null unless the path is a folder by itself, with no link on the way. */
function folderAt(path: string): BigIntStats | null {
  try {
    if (realpathSync(path) !== path) return null;
    const found = statSync(path, { bigint: true });
    return found.isDirectory() ? found : null;
  } catch {
    return null;
  }
}

function refuseBelow(lower: MountUse, upper: MountUse): void {
  const writable = Object.entries(upper.mounts).flatMap(([target, path]) =>
    upper.readOnly.includes(target) ? [] : [path],
  );
  if (upper.volume !== null) writable.push(upper.volume);
  for (const [target, path] of Object.entries(lower.mounts)) {
    if (!writable.some((above) => above !== path && isWithin(path, above))) continue;
    throw new LightdeckError(
      'invalid',
      `mount: the host folder of ${target} of ${lower.server} lies in a folder that ${upper.server} can write to, and could be replaced by a link from there; mount it read-only there, or mount another folder`,
    );
  }
}

function refused(target: string, why: string): LightdeckError {
  return new LightdeckError('invalid', `mount ${target}: ${why}; set the server's mounts again`);
}

function replaced(target: string): LightdeckError {
  return refused(target, 'its folder on the host was replaced by another one while the server was starting');
}
