import {
  chmod,
  chown,
  type FileHandle,
  lchown,
  link,
  lstat,
  lutimes,
  mkdir,
  symlink,
  utimes,
} from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { nameBytes, systemName } from '../files/byte-name.ts';
import type { VolumeGround } from '../files/contract.ts';
import { shown, withFileErrors } from '../files/file-errors.ts';
import type { FsNode } from '../files/fs-node.ts';
import { isDenied } from '../files/helped-jail.ts';
import { bytesOf } from '../files/jail-parts.ts';
import { moveInto } from '../files/move-into.ts';
import { Claim, createFile, flushFolder } from '../files/new-file.ts';
import type { Slot } from '../files/staging.ts';
import { isOwnName } from '../files/user-path.ts';
import type { FileMark, SnapshotTarget, TreeEntry } from './contract.ts';
import { FolderTrail } from './folder-trail.ts';
import { folderOf, nameOf, namesOf } from './paths.ts';
import { isUnchanged } from './previous.ts';
import { timesOf } from './times.ts';

export interface FolderTargetOptions extends VolumeGround {
  /** Whether the process is root: then owners are as they were. Default: as it is. */
  isRoot?: boolean;
}

/**
 * A folder (a volume's `VolumeFiles.ground`, or any other with a `Staging` of its own), by descriptors that never leave it. As root, everything belongs to whom it did, and what was the old root's owner's to the owner
 * of this root; else to the host's user.
 */
export function folderTarget(options: FolderTargetOptions): SnapshotTarget {
  return new FolderTarget(options);
}

/** Folders that were there already and belong to others: of more than these, mode and time stay as they are. */
const maxForeign = 1000;

function unlessDenied(error: unknown): void {
  if (!isDenied(error)) throw error;
}

/** A place of our own in the folder of unfinished writes, for as long as the restore lasts. */
interface Scratch {
  folder: FsNode;
  /** Gives it up, with all that is in it. */
  release(): Promise<void>;
}

class FolderTarget implements SnapshotTarget {
  private readonly options: FolderTargetOptions;
  private readonly isRoot: boolean;
  private readonly trail: FolderTrail;
  private scratch: Promise<Scratch> | null = null;
  /** What is put into the tree, one after the other as it was asked for. */
  private turn: Promise<unknown> = Promise.resolve();
  private count = 0;
  /** A19: top-level names that are to go to the volume's owner, and folders of others whose last touch is still to come. */
  private readonly given = new Set<string>();
  private readonly foreign: TreeEntry[] = [];
  private isForeign = false;
  /** Of the snapshot's root, and of ours. */
  private owners: { from: TreeEntry; to: FsNode['stats'] } | null = null;

  constructor(options: FolderTargetOptions) {
    this.options = options;
    this.isRoot = options.isRoot ?? process.geteuid?.() === 0;
    this.trail = new FolderTrail(options.fsRoot, (node, entry) => this.finishFolder(node, entry));
  }

  folder(entry: TreeEntry, { around = false }: { around?: boolean } = {}): Promise<void> {
    return this.inTurn(entry, async () => {
      if (entry.path === '') return this.begin(entry);
      await this.inFolderOf(entry, async (folder) => {
        const name = systemName(nameOf(entry.path));
        const node = await this.options.fsRoot.openNode(folder, name);
        try {
          if (node?.kind === 'directory') {
            if (!around) this.trail.expect(entry);
            // It must be open to us as long as things are put into it; one of others is open to our group by now.
            if (!this.isRoot && !around)
              await chmod(node.self, (entry.mode & 0o777) | 0o700).catch(unlessDenied);
            return;
          }
          if (node) await this.clear(folder, entry);
        } finally {
          await node?.close();
        }
        await mkdir(folder.at(name), { mode: 0o700 });
        this.trail.expect(entry);
      });
      await this.trail.to(namesOf(entry.path));
    });
  }

  file(
    entry: TreeEntry,
    write: (file: FileHandle) => Promise<void>,
    { undo }: { undo?: { mark: FileMark | undefined } | undefined } = {},
  ): Promise<void> {
    const make = async (): Promise<Slot | null> => {
      if (undo?.mark && (await this.isStill(entry, undo.mark))) return null;
      return this.makeFile(entry, write, { isOwed: undo !== undefined });
    };
    return this.afterTurn(entry, make());
  }

  link(entry: TreeEntry): Promise<void> {
    return this.afterTurn(entry, this.makeLink(entry));
  }

  hardLink(entry: TreeEntry, to: string): Promise<void> {
    return this.inTurn(entry, async () => {
      const slot = await this.slot();
      const folder = await this.trail.open(namesOf(folderOf(to)));
      try {
        await link(folder.at(systemName(nameOf(to))), slot.folder.at(slot.name));
      } finally {
        await folder.close();
      }
      await this.place(slot, entry);
    });
  }

  async finish(): Promise<void> {
    try {
      await this.turn;
      await this.trail.close();
    } finally {
      const scratch = await this.scratch?.catch(() => null);
      this.scratch = null;
      await scratch?.release();
      await this.give();
      await this.flush();
    }
  }

  /** A19: what is the owner's alone to change is taken for a moment, and everything goes to whom the volume belongs. */
  private async give(): Promise<void> {
    const { rootFiles: root, fsRoot } = this.options;
    if (!root || this.given.size === 0) return;
    const plain = this.foreign.filter(({ path }) => !path.includes('\\'));
    if (plain.length > 0) await root.take(plain.map(({ path }) => path));
    const touches = new FolderTrail(fsRoot, (node, entry) => this.finishFolder(node, entry));
    // The innermost first: what is done in a folder changes its time.
    for (const entry of plain) {
      await touches.to(namesOf(entry.path)).then((node) => this.finishFolder(node, entry));
    }
    await touches.close();
    await root.give([...this.given]);
  }

  /** Beside the turns: the trail is somewhere else by now. */
  private async isStill({ path }: TreeEntry, mark: FileMark): Promise<boolean> {
    try {
      const folder = await this.trail.open(namesOf(folderOf(path)));
      try {
        const stats = await lstat(folder.at(systemName(nameOf(path))), { bigint: true });
        const { mtimeNs: mtime_ns, ctimeNs: ctime_ns, ino } = stats;
        return stats.isFile() && isUnchanged(mark, { size: Number(stats.size), mtime_ns, ctime_ns, ino });
      } finally {
        await folder.close();
      }
    } catch {
      // It is gone, or a folder on the way to it is.
      return false;
    }
  }

  /** `isOwed`: it is written also into the last room, which is kept for the host. */
  private async makeFile(
    entry: TreeEntry,
    write: (file: FileHandle) => Promise<void>,
    { isOwed }: { isOwed: boolean },
  ): Promise<Slot> {
    const slot = await this.slot();
    // A file with holes takes less; how much is seen when the volume is measured.
    const claim = this.options.room && new Claim(this.options.room());
    await claim?.take(entry.sparse ? 0 : entry.size).catch((error: unknown) => {
      if (!isOwed) throw error;
    });
    const file = await createFile(slot.folder, slot.name);
    try {
      await write(file);
      const owner = this.ownerOf(entry);
      // The mode after the owner: the system takes set-id bits from a file that changes hands.
      if (owner) await file.chown(owner.uid, owner.gid);
      await file.chmod(entry.mode);
      await file.utimes(...timesOf(entry));
    } catch (error) {
      claim?.dispose();
      throw error;
    } finally {
      await file.close();
    }
    return slot;
  }

  private async makeLink(entry: TreeEntry): Promise<Slot> {
    const slot = await this.slot();
    const own = slot.folder.at(slot.name);
    await symlink(nameBytes(entry.target ?? ''), own);
    const owner = this.ownerOf(entry);
    if (owner) await lchown(own, owner.uid, owner.gid);
    await lutimes(own, ...timesOf(entry));
    return slot;
  }

  /** In the order of the calls, which is that of the tree: a folder is through when the next one's turn comes. */
  private inTurn(entry: TreeEntry, work: () => Promise<void>): Promise<void> {
    const turn = this.turn.then(() => withFileErrors(entry.path, work));
    this.turn = turn.catch(() => {});
    return turn;
  }

  /** Things are made side by side, and put into the tree in turn. */
  private afterTurn(entry: TreeEntry, making: Promise<Slot | null>): Promise<void> {
    making.catch(() => {});
    return this.inTurn(entry, async () => {
      const slot = await making;
      // Also for one that stays: the folders before it are through.
      await (slot ? this.place(slot, entry) : this.inFolderOf(entry, async () => {}));
    });
  }

  private async begin(entry: TreeEntry): Promise<void> {
    const root = await this.options.fsRoot.root();
    this.owners = { from: entry, to: root.stats };
    await root.close();
    const { rootFiles } = this.options;
    this.isForeign = rootFiles !== undefined && Number(root.stats.uid) !== rootFiles.uid;
    if (this.isForeign) await rootFiles?.open([{ path: '', bits: 'rwX', deep: true }]);
  }

  private async flush(): Promise<void> {
    const root = await this.options.fsRoot.root();
    try {
      await flushFolder(root);
    } finally {
      await root.close();
    }
  }

  private async inFolderOf(entry: TreeEntry, work: (folder: FsNode) => Promise<void>): Promise<void> {
    const names = namesOf(folderOf(entry.path));
    if (names.length === 0 && isOwnName(nameOf(entry.path)))
      throw new LightdeckError('invalid', `${shown(entry.path)} is reserved for unfinished writes`);
    await work(await this.trail.to(names));
    const [top] = namesOf(entry.path);
    // A name that is no text can't be told to root; the volume's next repair has it.
    if (this.isForeign && top !== undefined && !top.includes('\\')) this.given.add(top);
  }

  /** One rename puts it where it belongs. */
  private async place(slot: Slot, entry: TreeEntry): Promise<void> {
    await this.inFolderOf(entry, async (folder) => {
      const name = systemName(nameOf(entry.path));
      const node = await this.options.fsRoot.openNode(folder, name);
      await node?.close();
      if (node?.kind === 'directory') await this.clear(folder, entry);
      await moveInto(slot, { folder, name });
      if (node) this.options.room?.().take(-bytesOf(node));
    });
  }

  /** What has the entry's name goes out of sight, and away at the end. */
  private async clear(folder: FsNode, entry: TreeEntry): Promise<void> {
    await moveInto({ folder, name: systemName(nameOf(entry.path)) }, await this.slot());
  }

  private async slot(): Promise<Slot> {
    this.scratch ??= openScratch(this.options);
    const { folder } = await this.scratch;
    this.count += 1;
    return { folder, name: String(this.count) };
  }

  private async finishFolder(node: FsNode, entry: TreeEntry): Promise<void> {
    const owner = this.ownerOf(entry);
    if (owner) await chown(node.self, owner.uid, owner.gid);
    try {
      await chmod(node.self, entry.mode);
      await utimes(node.self, ...timesOf(entry));
    } catch (error) {
      if (!this.isForeign || !isDenied(error)) throw error;
      if (this.foreign.length < maxForeign) this.foreign.push(entry);
    }
  }

  private ownerOf({ uid, gid }: TreeEntry): { uid: number; gid: number } | null {
    if (!this.isRoot) return null;
    const { owners } = this;
    if (!owners) return { uid, gid };
    const { from, to } = owners;
    return {
      uid: uid === from.uid ? Number(to.uid) : uid,
      gid: gid === from.gid ? Number(to.gid) : gid,
    };
  }
}

async function openScratch({ staging, fsRoot }: FolderTargetOptions): Promise<Scratch> {
  let end = (): void => {};
  let whole: Promise<void> = Promise.resolve();
  const folder = await new Promise<FsNode>((resolve, reject) => {
    whole = staging.use(async (slot) => {
      await mkdir(slot.folder.at(slot.name), { mode: 0o700 });
      const own = await fsRoot.openNode(slot.folder, slot.name);
      if (own?.kind !== 'directory')
        throw new LightdeckError('conflict', 'The folder of unfinished writes was changed: try again');
      resolve(own);
      await new Promise<void>((released) => {
        end = released;
      });
      await own.close();
    });
    whole.catch(reject);
  });
  return {
    folder,
    release: async () => {
      end();
      await whole;
    },
  };
}
