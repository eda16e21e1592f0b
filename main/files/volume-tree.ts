import { mkdir, readlink } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import { type Name, spellName, systemName } from './byte-name.ts';
import type { UserPath } from './contract.ts';
import { isMissing, shown } from './file-errors.ts';
import type { FsNode, FsRoot } from './fs-node.ts';
import type { Ownership } from './ownership.ts';
import { isOwnName, parseUserPath, refuseNewName, traversal } from './user-path.ts';

/** Where a path leads: a name in a folder, with what is there (null: nothing). The root is its own folder, with no name. */
export interface ResolvedPath {
  folder: FsNode;
  name: Name;
  node: FsNode | null;
  /** The names from the root as they are spelled, none of them a link when they were walked. */
  names: string[];
}

export interface WalkOptions {
  /** Whether a link as the last part is followed; those before it always are. */
  follow: boolean;
  /**
   * Missing folders on the way: a failure (the default), made, or passed over: then nothing is at the resolved path, and its folder
   * is the last one that is there. For a look before the work.
   */
  parents?: 'needed' | 'made' | 'passed';
}

/** Where the volume is for the container (A7): what an absolute link in it means. */
const home = ['home', 'container'];
/** Links on one path, as Linux bounds them, and steps up (`..`) in their targets. */
const maxLinks = 40;
const maxStepsUp = 256;
/** How often something that changes under our hands is looked at anew. */
export const maxTries = 16;

/** The walk over one volume's folders (A9): the only place that turns a user's path into something that can be opened. */
export class VolumeTree {
  readonly fsRoot: FsRoot;
  private readonly ownership: Ownership;

  constructor(fsRoot: FsRoot, ownership: Ownership) {
    this.fsRoot = fsRoot;
    this.ownership = ownership;
  }

  /**
   * Walks to `path` part by part and hands the resolved path to `work`; what was held is let go afterwards. Throws LightdeckError
   * `invalid` (A9, or a file on the way), `not_found` (a folder on the way is missing).
   */
  async at<T>(
    path: UserPath,
    options: WalkOptions,
    work: (resolved: ResolvedPath) => Promise<T>,
  ): Promise<T> {
    const resolved = await this.find(path, options);
    try {
      return await work(resolved);
    } finally {
      await this.release(resolved);
    }
  }

  async release({ node, folder }: ResolvedPath): Promise<void> {
    await node?.close();
    if (node !== folder) await folder.close();
  }

  /** As `at`, for who holds on to the resolved path longer: it must be released. */
  find(path: UserPath, options: WalkOptions): Promise<ResolvedPath> {
    return this.walk(path, parseUserPath(path), options);
  }

  /** Where a link in this folder would lead, as `find` with following. Throws as it, and `invalid` where that is not inside. */
  findTarget(folder: string[], target: string): Promise<ResolvedPath> {
    return this.walk(target, namesOfTarget(folder, target), { follow: true });
  }

  private async walk(path: UserPath, start: string[], options: WalkOptions): Promise<ResolvedPath> {
    const limits = { links: maxLinks, stepsUp: maxStepsUp };
    let names = start;
    for (;;) {
      const way = new PathWalk(this, path, names, options);
      const end = await way.resolve();
      if ('resolved' in end) return end.resolved;
      limits.links -= end.links;
      limits.stepsUp -= end.stepsUp;
      if (limits.links < 0 || limits.stepsUp < 0) {
        throw new LightdeckError('invalid', `Too many links on the way to ${shown(path)}`);
      }
      names = end.names;
    }
  }

  /** Makes a folder that belongs to the volume's owner; one that is there already is fine, whatever it is. False if it was. */
  async makeFolder(folder: FsNode, name: Name, mode: number): Promise<boolean> {
    try {
      await mkdir(folder.at(name), { mode });
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    }
    const made = await this.fsRoot.openNode(folder, name);
    try {
      // Somebody may have put something else there meanwhile; a folder of the volume it is in any case.
      if (made?.kind === 'directory') await this.ownership.give(made, mode);
    } finally {
      await made?.close();
    }
    return true;
  }
}

/** The end of one walk: the resolved path, or the names of the next walk, after a link was read. */
type End = { resolved: ResolvedPath } | { names: string[]; links: number; stepsUp: number };

/** One walk from the root, which ends at the first link. Only `..` of link targets get here; those of users were refused. */
class PathWalk {
  private readonly tree: VolumeTree;
  private readonly path: UserPath;
  private readonly names: string[];
  private readonly options: WalkOptions;
  private tries = maxTries;

  constructor(tree: VolumeTree, path: UserPath, names: string[], options: WalkOptions) {
    this.tree = tree;
    this.path = path;
    this.names = names;
    this.options = options;
  }

  async resolve(): Promise<End> {
    let folder = await this.tree.fsRoot.root();
    let keep = false;
    try {
      const { names } = this;
      if (names.length === 0) {
        keep = true;
        return { resolved: { folder, name: '', node: folder, names } };
      }
      for (const [index, spelled] of names.entries()) {
        if (spelled === '..') return this.up(index);
        if (index === 0 && isOwnName(spelled)) throw reserved(spelled);
        const isLast = index === names.length - 1;
        const name = systemName(spelled);
        const node = await this.step(folder, spelled, isLast);
        if (node?.kind === 'link' && (!isLast || this.options.follow)) {
          await node.close();
          return await this.through(folder, index);
        }
        if (isLast || !node) {
          keep = true;
          return { resolved: { folder, name, node, names } };
        }
        await folder.close();
        folder = node;
      }
      throw new LightdeckError('internal', 'a walk without an end');
    } finally {
      if (!keep) await folder.close();
    }
  }

  private async step(folder: FsNode, spelled: string, isLast: boolean): Promise<FsNode | null> {
    const { fsRoot } = this.tree;
    const name = systemName(spelled);
    let node = await fsRoot.openNode(folder, name);
    const { parents } = this.options;
    while (!node && !isLast && parents !== 'passed') {
      if (parents !== 'made' || this.tries-- === 0)
        throw new LightdeckError('not_found', `${shown(this.path)} is not there`);
      refuseNewName(spelled);
      await this.tree.makeFolder(folder, name, 0o755);
      node = await fsRoot.openNode(folder, name);
    }
    if (node && !isLast && node.kind !== 'directory' && node.kind !== 'link') {
      await node.close();
      throw new LightdeckError('invalid', `A part of ${shown(this.path)} is a file, not a folder`);
    }
    return node;
  }

  /** The way on from a link: its target, from where it lies (or from the root), and then the rest. */
  private async through(folder: FsNode, index: number): Promise<End> {
    const { names } = this;
    const rest = names.slice(index + 1);
    let target: string;
    try {
      target = await readTarget(folder, systemName(names[index] ?? ''));
    } catch (error) {
      // It is no link any more: look again, within bounds.
      if (!hasCode(error, 'EINVAL') && !isMissing(error)) throw error;
      return { names, links: 1, stepsUp: 0 };
    }
    return { names: [...namesOfTarget(names.slice(0, index), target), ...rest], links: 1, stepsUp: 0 };
  }

  /** `..` after names that are no links: the name before goes. Above the root there is nothing of ours. */
  private up(index: number): End {
    const { names } = this;
    if (index === 0) throw traversal();
    return { names: [...names.slice(0, index - 1), ...names.slice(index + 1)], links: 0, stepsUp: 1 };
  }
}

/** From the root, with the target's own `..` in them. Throws LightdeckError `invalid` for an absolute one that isn't in the volume. */
function namesOfTarget(folder: string[], target: string): string[] {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  if (!target.startsWith('/')) return [...folder, ...parts];
  if (parts[0] !== home[0] || parts[1] !== home[1]) throw traversal();
  return parts.slice(2);
}

/** A link's target as it is spelled in paths (A16). */
export async function readTarget(folder: FsNode, name: Name): Promise<string> {
  const bytes = await readlink(folder.at(name), { encoding: 'buffer' });
  // One byte is one character in latin1, so that nothing is lost of a name that is no text.
  const parts = bytes.toString('latin1').split('/');
  return parts.map((part) => spellName(Buffer.from(part, 'latin1'))).join('/');
}

function reserved(name: string): LightdeckError {
  return new LightdeckError('invalid', `Invalid path: ${name} is reserved for the host's own files`);
}
