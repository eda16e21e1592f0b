import { type BigIntStats, existsSync, constants as fsConstants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import type { Name } from './byte-name.ts';
import type { FileInfo, FileKind } from './contract.ts';
import { isMissing } from './file-errors.ts';
import { traversal } from './user-path.ts';

/** Something in a volume that is held fast: whatever happens to its name meanwhile, `self` goes on meaning it. */
export interface FsNode {
  readonly kind: FileKind;
  readonly stats: BigIntStats;
  /** System path of the thing itself. */
  readonly self: string;
  /** System path of something in it; good while this is held, and meant for calls that don't follow a link at the end. */
  at(name: Name): string | Buffer;
  /** Throws `traversal` if it can't be held and its path leads elsewhere by now. To be asked after something was put into it. */
  confirm(): Promise<void>;
  close(): Promise<void>;
}

/** How things are held; `root` bounds it where nothing can really be held. */
export interface FsRoot {
  /** The volume's root. Throws `not_found` if the folder is missing. */
  root(): Promise<FsNode>;
  /** What is called so in the folder: itself, never what a link points to. Null if there is nothing. */
  openNode(folder: FsNode, name: Name): Promise<FsNode | null>;
  /** The folder around a held one. The caller checks that it is the one he came from. */
  parent(folder: FsNode): Promise<FsNode>;
  /** Opens a held regular file. */
  open(file: FsNode, flags: number): Promise<FileHandle>;
}

const { O_DIRECTORY = 0, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fsConstants;
/** Linux: a descriptor that only stands for the thing. Opening a pipe or a device so does nothing to it. Node has no name for it. */
const O_PATH = 0x200000;
/** macOS: no link is followed anywhere in the path, not at its end alone. Node has no name for it. */
const O_NOFOLLOW_ANY = 0x20000000;

/** For opening what may turn out to be no regular file: neither followed nor waited for. Paths must be real ones. */
export function carefulFlags(platform: NodeJS.Platform): number {
  return O_NOFOLLOW | O_NONBLOCK | (platform === 'darwin' ? O_NOFOLLOW_ANY : 0);
}
export const careful = carefulFlags(process.platform);

export function kindOf(stats: {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}): FileKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** Whether two looks saw the same thing. */
export const identityOf = (stats: BigIntStats): string => `${stats.dev}:${stats.ino}`;

export function fileInfoOf(stats: Stats | BigIntStats): FileInfo {
  return {
    kind: kindOf(stats),
    size: Number(stats.size),
    allocated: Number(stats.blocks) * 512,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    modifiedAt: Number(stats.mtimeMs),
    accessedAt: Number(stats.atimeMs),
  };
}

/** By descriptor where the system can (Linux with /proc), else by checked paths. */
export function openFsRoot(rootPath: string): FsRoot {
  const byDescriptor = process.platform === 'linux' && existsSync('/proc/self/fd');
  return byDescriptor ? descriptorRoot(rootPath) : checkedRoot(rootPath);
}

function missingRoot(cause: unknown): LightdeckError {
  return new LightdeckError('not_found', "The volume's folder is missing on the host", { cause });
}

/**
 * Linux: every step is one openat in effect, through `/proc/self/fd/N/NAME`: the descriptor is a folder that was reached from
 * the root without a link, and NAME is one name that is not followed. So there is nothing that could be swapped in between.
 */
export function descriptorRoot(rootPath: string): FsRoot {
  const node = async (handle: FileHandle): Promise<FsNode> => {
    try {
      const stats = await handle.stat({ bigint: true });
      const self = `/proc/self/fd/${handle.fd}`;
      return {
        kind: kindOf(stats),
        stats,
        self,
        at: (name) => joined(self, name),
        confirm: async () => {},
        close: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  };
  return {
    async root() {
      try {
        return await node(await open(rootPath, O_PATH | O_DIRECTORY));
      } catch (error) {
        throw isMissing(error) ? missingRoot(error) : error;
      }
    },
    async openNode(folder, name) {
      try {
        return await node(await open(folder.at(name), O_PATH | O_NOFOLLOW));
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return null;
        throw error;
      }
    },
    parent: async (folder) => node(await open(`${folder.self}/..`, O_PATH | O_DIRECTORY)),
    open: (file, flags) => open(file.self, flags | O_NONBLOCK),
  };
}

/**
 * macOS, Windows, Linux without /proc: nothing can be held there from Node, so paths are checked before and after. What
 * remains: who can swap a folder for a link exactly between a check and the call that follows it can make that one call act
 * on a name outside; a program in a container can, since the shared folders of Docker Desktop's machine make real links on macOS. There the system
 * refuses to open a file through one; what was moved through one is moved back (`move-into.ts`), but what it replaced is gone, and
 * a folder made, a mode set or a name removed by way of one stays so.
 */
export function checkedRoot(rootPath: string): FsRoot {
  const realRoot = async (): Promise<string> => {
    try {
      return await realpath(rootPath);
    } catch (error) {
      throw missingRoot(error);
    }
  };
  const node = async (path: string): Promise<FsNode> => {
    const stats = await lstat(path, { bigint: true });
    return {
      kind: kindOf(stats),
      stats,
      self: path,
      at: (name) => joined(path, name),
      confirm: async () => {
        const now = await lstat(path, { bigint: true });
        if (identityOf(now) !== identityOf(stats) || (await inside(path)) !== path) throw traversal();
      },
      close: async () => {},
    };
  };
  /** Real path of something that is no link, made sure to be inside. */
  const inside = async (path: string): Promise<string> => {
    const real = await realpath(path);
    const way = relative(await realRoot(), real);
    if (way === '..' || way.startsWith(`..${sep}`) || way.startsWith(sep) || /^[a-z]:/i.test(way))
      throw traversal();
    return real;
  };
  return {
    root: async () => node(await realRoot()),
    async openNode(folder, name) {
      const path = folder.at(name).toString();
      try {
        const found = await node(path);
        return found.kind === 'link' ? found : await node(await inside(path));
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return null;
        throw error;
      }
    },
    parent: async (folder) => node(await inside(join(folder.self, '..'))),
    async open(file, flags) {
      const handle = await open(file.self, flags | careful);
      try {
        const same = identityOf(await handle.stat({ bigint: true })) === identityOf(file.stats);
        if (!same || (await inside(file.self)) !== file.self) throw traversal();
        return handle;
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
  };
}

function joined(folder: string, name: Name): string | Buffer {
  if (typeof name === 'string') return `${folder}/${name}`;
  return Buffer.concat([Buffer.from(`${folder}/`), name]);
}
