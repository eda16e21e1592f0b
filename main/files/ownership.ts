import { chmod, chown, type FileHandle } from 'node:fs/promises';
import type { FsNode, FsRoot } from './fs-node.ts';

/** Gives what we make to the volume's owner, so that the container's user can use it. */
export interface Ownership {
  /** A folder: owner and mode. */
  give(folder: FsNode, mode: number): Promise<void>;
  /** A file that we made and still have open. */
  giveFile(file: FileHandle, mode: number): Promise<void>;
}

/** Only root can give files away; others make files of their own, as everything in their volumes is. */
export function createOwnership(fsRoot: FsRoot): Ownership {
  const isRoot = process.geteuid?.() === 0;
  const owner = async (): Promise<{ uid: number; gid: number } | null> => {
    if (!isRoot) return null;
    const root = await fsRoot.root();
    try {
      return { uid: Number(root.stats.uid), gid: Number(root.stats.gid) };
    } finally {
      await root.close();
    }
  };
  return {
    async give(folder, mode) {
      const to = await owner();
      if (to) await chown(folder.self, to.uid, to.gid);
      // The process's umask may have taken bits away.
      await chmod(folder.self, mode);
    },
    async giveFile(file, mode) {
      const to = await owner();
      if (to) await file.chown(to.uid, to.gid);
      await file.chmod(mode);
    },
  };
}
