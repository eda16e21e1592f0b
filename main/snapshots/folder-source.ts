import { type BigIntStats, constants } from 'node:fs';
import { access, type FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { systemName } from '../files/byte-name.ts';
import type { RootFiles, UserPath, VolumeGround } from '../files/contract.ts';
import { isMissing } from '../files/file-errors.ts';
import { type FsNode, type FsRoot, identityOf, kindOf } from '../files/fs-node.ts';
import { isDenied, reading } from '../files/helped-jail.ts';
import { type RawEntry, readFolder } from '../files/read-folder.ts';
import { TreeCursor } from '../files/tree-cursor.ts';
import { isOwnName } from '../files/user-path.ts';
import { readTarget } from '../files/volume-tree.ts';
import type { SnapshotSource, SourceEntry, TreeEntry } from './contract.ts';
import { Looks } from './looks.ts';
import { compareNames, joinPath, namesOf } from './paths.ts';

type WalkOptions = Parameters<SnapshotSource['walk']>[0];

/** Names that wait for their turn: all the memory that a walk needs. */
const maxWaiting = 2_000_000;
/** How long looking at entries may hold up everything else in the process at a time, in ms. */
const sliceMs = 4;

/**
 * A folder (a volume's `VolumeFiles.ground`, or any other), by descriptors that never leave it (main/files/fs-node.ts). The jail's own
 * unfinished writes in its root are left out.
 */
export function folderSource({
  fsRoot,
  rootFiles,
}: Pick<VolumeGround, 'fsRoot' | 'rootFiles'>): SnapshotSource {
  const help = new ReadHelp(rootFiles);
  return {
    walk: (options) => walk({ fsRoot, help }, options),
    open: (path) => help.with(path, () => openAt(fsRoot, path)),
  };
}

/** How often one walk has a single thing opened by root: each time takes a tenth of a second. */
const maxHelped = 200;

/** A19: what the host's user may not read is opened to it by root, and tried once more. */
class ReadHelp {
  private readonly root: RootFiles | undefined;
  private left = maxHelped;

  constructor(root: RootFiles | undefined) {
    this.root = root;
  }

  /** Before a walk through what is somebody else's: all of it at once. */
  async begin(owner: number): Promise<void> {
    this.left = maxHelped;
    if (this.root && owner !== this.root.uid) await this.root.open(reading('', true));
  }

  async with<T>(path: UserPath, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!this.root || !isDenied(error) || this.left <= 0) throw error;
      this.left -= 1;
      // With all that is in it: what was made since the walk began may well be a whole folder.
      await this.root.open(reading(path, true));
      return work();
    }
  }
}

interface Ground {
  fsRoot: FsRoot;
  help: ReadHelp;
}

async function* walk(ground: Ground, options: WalkOptions): AsyncGenerator<SourceEntry, void, undefined> {
  const top = await ground.fsRoot.root();
  try {
    await ground.help.begin(Number(top.stats.uid));
    yield entryOf('', top.stats, { open: async () => null });
    yield* new FolderWalk(ground, top, options).run();
  } finally {
    await top.close();
  }
}

class FolderWalk {
  private readonly ground: Ground;
  private readonly cursor: TreeCursor;
  private readonly options: WalkOptions;
  /** Per level the names that are still to come, the next one last. */
  private readonly levels: { path: UserPath; names: RawEntry[] }[] = [];
  private readonly looks = new Looks();
  private waiting = 0;
  private sliceEnd = 0;

  constructor(ground: Ground, top: FsNode, options: WalkOptions) {
    this.ground = ground;
    this.cursor = new TreeCursor(ground.fsRoot, top);
    this.options = options;
  }

  async *run(): AsyncGenerator<SourceEntry, void, undefined> {
    try {
      await this.descend('');
      for (let level = this.levels.at(-1); level; level = this.levels.at(-1)) {
        this.options.signal.throwIfAborted();
        const next = level.names.pop();
        if (!next) {
          this.levels.pop();
          if (this.levels.length > 0) await this.cursor.leave();
          continue;
        }
        this.waiting -= 1;
        await this.breathe();
        const path = joinPath(level.path, next.text);
        const entry = await this.look(path, next);
        if (!entry) continue;
        yield entry;
        if (entry.kind === 'folder') await this.enter(path, next);
      }
    } finally {
      await this.cursor.close();
    }
  }

  private async enter(path: UserPath, { name }: RawEntry): Promise<void> {
    try {
      if (!(await this.ground.help.with(path, () => this.cursor.enter(name)))) return;
    } catch (error) {
      this.options.leftOut(path, errorText(error));
      return;
    }
    await this.descend(path);
  }

  private async descend(path: UserPath): Promise<void> {
    const names: RawEntry[] = [];
    this.levels.push({ path, names });
    try {
      await this.ground.help.with(path, () =>
        access(this.cursor.current.self, constants.R_OK | constants.X_OK),
      );
      for await (const batch of readFolder(this.cursor.current)) {
        for (const entry of batch) if (path !== '' || !isOwnName(entry.text)) names.push(entry);
        if (this.waiting + names.length > maxWaiting)
          throw new LightdeckError(
            'too_large',
            `There are more than ${maxWaiting} names side by side: too many`,
          );
      }
    } catch (error) {
      if (error instanceof LightdeckError || path === '') throw error;
      this.options.leftOut(path, `what is in it can't be listed: ${errorText(error)}`);
    }
    names.sort((a, b) => compareNames(b.text, a.text));
    this.waiting += names.length;
  }

  /** Null if it is gone, or is nothing that can be kept. */
  private async look(path: UserPath, { name }: RawEntry): Promise<SourceEntry | null> {
    const folder = this.cursor.current;
    try {
      const stats = await this.looks.at(folder.at(name));
      if (!stats) return null;
      const kind = kindOf(stats);
      if (kind === 'other') {
        this.options.leftOut(path, 'it is no file, folder or link');
        return null;
      }
      const target = kind === 'link' ? await readTarget(folder, name) : undefined;
      return entryOf(path, stats, {
        target,
        open: () => this.ground.help.with(path, () => openIn(this.ground.fsRoot, folder, name)),
      });
    } catch (error) {
      if (!isMissing(error)) this.options.leftOut(path, errorText(error));
      return null;
    }
  }

  private async breathe(): Promise<void> {
    if (performance.now() < this.sliceEnd) return;
    await setImmediate();
    this.sliceEnd = performance.now() + sliceMs;
  }
}

function entryOf(
  path: UserPath,
  stats: BigIntStats,
  { target, open }: { target?: string | undefined; open: SourceEntry['open'] },
): SourceEntry {
  const kind = kindOf(stats);
  const size = kind === 'file' ? Number(stats.size) : 0;
  const base: TreeEntry = {
    path,
    kind: kind === 'directory' ? 'folder' : kind === 'link' ? 'link' : 'file',
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtime_ns: stats.mtimeNs,
    size,
    target,
    sparse: kind === 'file' && stats.blocks * 512n < stats.size ? true : undefined,
  };
  return {
    ...base,
    mark: { size, mtime_ns: stats.mtimeNs, ctime_ns: stats.ctimeNs, ino: stats.ino },
    identity: kind === 'file' && stats.nlink > 1n ? identityOf(stats) : null,
    open,
  };
}

async function openIn(fsRoot: FsRoot, folder: FsNode, name: RawEntry['name']): Promise<FileHandle | null> {
  const node = await fsRoot.openNode(folder, name);
  try {
    return node?.kind === 'file' ? await fsRoot.open(node, constants.O_RDONLY) : null;
  } finally {
    await node?.close();
  }
}

/** Without following a link anywhere on the way. */
async function openAt(fsRoot: FsRoot, path: UserPath): Promise<FileHandle | null> {
  const names = namesOf(path);
  const last = names.pop();
  if (last === undefined) return null;
  let folder = await fsRoot.root();
  try {
    for (const name of names) {
      const next = await fsRoot.openNode(folder, systemName(name));
      if (next?.kind !== 'directory') {
        await next?.close();
        return null;
      }
      await folder.close();
      folder = next;
    }
    return await openIn(fsRoot, folder, systemName(last));
  } finally {
    await folder.close();
  }
}
