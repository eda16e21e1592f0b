import { LightdeckError } from '../../shared/errors.ts';
import type { Name } from './byte-name.ts';
import { type FsNode, type FsRoot, identityOf } from './fs-node.ts';

/**
 * Goes down and up a tree of any depth with one held folder at a time. On the way up it makes sure that the folder around is
 * the one it came from, so that a folder that is moved elsewhere meanwhile leads nowhere.
 */
export class TreeCursor {
  private readonly fsRoot: FsRoot;
  private readonly top: FsNode;
  private readonly trail: string[] = [];
  private folder: FsNode;

  /** `top` stays the caller's. */
  constructor(fsRoot: FsRoot, top: FsNode) {
    this.fsRoot = fsRoot;
    this.top = top;
    this.folder = top;
  }

  get current(): FsNode {
    return this.folder;
  }

  /** 0 at the top. */
  get depth(): number {
    return this.trail.length;
  }

  /** Into the folder of that name. False, and nothing changed, if there is none (any more). */
  async enter(name: Name): Promise<boolean> {
    const next = await this.fsRoot.openNode(this.folder, name);
    if (next?.kind !== 'directory') {
      await next?.close();
      return false;
    }
    this.trail.push(identityOf(this.folder.stats));
    await this.moveTo(next);
    return true;
  }

  /** Back out. Throws LightdeckError `conflict` if the folder was moved meanwhile. */
  async leave(): Promise<void> {
    const parent = await this.fsRoot.parent(this.folder);
    const expected = this.trail.pop();
    if (identityOf(parent.stats) !== expected) {
      await parent.close();
      throw new LightdeckError('conflict', 'A folder was moved while it was worked on: try again');
    }
    await this.moveTo(parent);
  }

  async close(): Promise<void> {
    await this.moveTo(this.top);
  }

  private async moveTo(folder: FsNode): Promise<void> {
    const before = this.folder;
    this.folder = folder;
    if (before !== this.top && before !== folder) await before.close();
  }
}
