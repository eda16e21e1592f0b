import { LightdeckError } from '../../shared/errors.ts';
import { systemName } from '../files/byte-name.ts';
import { shown } from '../files/file-errors.ts';
import type { FsNode, FsRoot } from '../files/fs-node.ts';
import type { TreeEntry } from './contract.ts';
import { namesOf } from './paths.ts';

/**
 * Where in a tree something is put: the folders from the root to the present one are held, none of them reached by a link. A folder that is
 * left and was expected gets its last touch then, since all is in it by the order of a walk.
 */
export class FolderTrail {
  private readonly fsRoot: FsRoot;
  private readonly finish: (node: FsNode, entry: TreeEntry) => Promise<void>;
  private readonly levels: { name: string; node: FsNode; entry: TreeEntry | null }[] = [];
  private root: FsNode | null = null;
  private expected: TreeEntry | null = null;

  constructor(fsRoot: FsRoot, finish: (node: FsNode, entry: TreeEntry) => Promise<void>) {
    this.fsRoot = fsRoot;
    this.finish = finish;
  }

  /** The next folder that is entered gets its last touch by this. */
  expect(entry: TreeEntry): void {
    this.expected = entry;
  }

  /** The folder of these names, held until another one is asked for. Throws LightdeckError `conflict` where there is none (any more). */
  async to(names: string[]): Promise<FsNode> {
    const common = this.levels.findIndex(({ name }, index) => names[index] !== name);
    await this.leave(common < 0 ? Math.min(this.levels.length, names.length) : common);
    this.root ??= await this.fsRoot.root();
    for (const name of names.slice(this.levels.length)) {
      const node = await this.step(this.levels.at(-1)?.node ?? this.root, name);
      this.levels.push({ name, node, entry: null });
    }
    const last = this.levels.at(-1);
    if (last && this.expected && sameNames(names, this.expected)) {
      last.entry = this.expected;
      this.expected = null;
    }
    return last?.node ?? this.root;
  }

  /** A folder elsewhere; the caller closes it. */
  async open(names: string[]): Promise<FsNode> {
    let node = await this.fsRoot.root();
    for (const name of names) {
      const next = await this.step(node, name).finally(() => node.close());
      node = next;
    }
    return node;
  }

  /** Lets all go, with the last touches. */
  async close(): Promise<void> {
    try {
      await this.leave(0);
    } finally {
      for (const { node } of this.levels.splice(0)) await node.close();
      await this.root?.close();
      this.root = null;
    }
  }

  private async leave(depth: number): Promise<void> {
    while (this.levels.length > depth) {
      const level = this.levels.pop();
      try {
        if (level?.entry) await this.finish(level.node, level.entry);
      } finally {
        await level?.node.close();
      }
    }
  }

  private async step(folder: FsNode, name: string): Promise<FsNode> {
    const node = await this.fsRoot.openNode(folder, systemName(name));
    if (node?.kind === 'directory') return node;
    await node?.close();
    throw new LightdeckError(
      'conflict',
      `The folder ${shown(name)} was changed while it was restored: try again`,
    );
  }
}

function sameNames(names: string[], entry: TreeEntry): boolean {
  const own = namesOf(entry.path);
  return own.length === names.length && own.every((name, index) => name === names[index]);
}
