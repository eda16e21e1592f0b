import { mkdir, readlink, symlink } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { Name } from './byte-name.ts';
import type { Room } from './contract.ts';
import { copyFile } from './copy-tree.ts';
import type { FsNode, FsRoot } from './fs-node.ts';
import { Claim } from './new-file.ts';
import { createOwnership } from './ownership.ts';
import { TreeCursor } from './tree-cursor.ts';
import { visitTree } from './visit-tree.ts';

export interface ImportOptions {
  /** Both are held by descriptors: whoever changes either meanwhile leads nobody out of it. */
  from: FsRoot;
  to: FsRoot;
  room: Room;
  signal: AbortSignal;
  /** Told after each piece that was written. */
  onBytes: (bytes: number) => void;
}

const permissions = 0o777;

/**
 * Copies all that is in one folder into another one that is empty: files, folders, and links as they are; all of it belongs to the
 * owner of the target. Gives how many pipes, sockets and devices were left out. Rejects with the signal's reason, or LightdeckError
 * (`out_of_space`, `conflict`); what was copied by then is there.
 */
export async function importFolder(options: ImportOptions): Promise<number> {
  const { from, to } = options;
  const [source, target] = [await from.root(), await to.root()];
  try {
    return await new FolderImport(options, target).run(source);
  } finally {
    await source.close();
    await target.close();
  }
}

class FolderImport {
  private readonly options: ImportOptions;
  private readonly target: TreeCursor;
  private readonly ownership: ReturnType<typeof createOwnership>;
  private readonly claim: Claim;
  private readonly modes: number[] = [];
  private leftOut = 0;

  constructor(options: ImportOptions, target: FsNode) {
    this.options = options;
    this.target = new TreeCursor(options.to, target);
    this.ownership = createOwnership(options.to);
    this.claim = new CountedClaim(options.room, options.onBytes);
  }

  async run(source: FsNode): Promise<number> {
    const { from, signal } = this.options;
    try {
      for await (const step of visitTree(source, { fsRoot: from, isRoot: true, signal })) {
        if (step.type === 'enter') await this.enter(step.entry.name, step.entry.info.mode & permissions);
        else if (step.type === 'leave') await this.leave();
        else if (step.entry.info.kind !== 'directory') await this.take(step.folder, step.entry.name);
      }
      return this.leftOut;
    } finally {
      await this.target.close();
    }
  }

  private async enter(name: Name, mode: number): Promise<void> {
    await mkdir(this.target.current.at(name), { mode: 0o700 });
    if (!(await this.target.enter(name)))
      throw new LightdeckError('conflict', 'The new volume was changed while it was filled: try again');
    this.modes.push(mode);
  }

  private async leave(): Promise<void> {
    // Only now: a folder that nobody may write to could not have been filled.
    await this.ownership.give(this.target.current, this.modes.pop() ?? 0o755);
    await this.target.leave();
  }

  private async take(folder: FsNode, name: Name): Promise<void> {
    const { from, signal } = this.options;
    const node = await from.openNode(folder, name);
    const { current } = this.target;
    try {
      if (node?.kind === 'file')
        await copyFile(
          node,
          { folder: current, name },
          { fsRoot: from, ownership: this.ownership, claim: this.claim, isRoot: false, signal },
        );
      else if (node?.kind === 'link')
        await symlink(await readlink(folder.at(name), { encoding: 'buffer' }), current.at(name));
      else if (node !== null) this.leftOut += 1;
    } finally {
      await node?.close();
    }
  }
}

/** Says what it counts. */
class CountedClaim extends Claim {
  private readonly onBytes: (bytes: number) => void;

  constructor(room: Room, onBytes: (bytes: number) => void) {
    super(room);
    this.onBytes = onBytes;
  }

  override async take(bytes: number): Promise<void> {
    await super.take(bytes);
    this.onBytes(bytes);
  }
}
