import { lstat, opendir } from 'node:fs/promises';
import type { Name } from '../files/byte-name.ts';
import { type FsNode, type FsRoot, openFsRoot } from '../files/fs-node.ts';
import { type RawEntry, readFolder } from '../files/read-folder.ts';
import { TreeCursor } from '../files/tree-cursor.ts';

/** Entries looked at in one turn, and entries between two rests. */
const batchSize = 64;
const sliceSize = 256;
/** Most entries of one measurement, and most names of files with several links that are remembered; what is beyond is not counted, or counted twice. */
const mostEntries = 5_000_000;
const mostLinks = 500_000;

export interface DiskUsageOptions {
  signal?: AbortSignal | undefined;
  /** Awaited after each slice of some hundred entries, so that a large volume doesn't take the machine from the games. */
  rest?: () => Promise<void>;
}

/**
 * Bytes that what is in a folder takes on the disk, as `du -x` counts them but without the folder itself: holes are free, a file
 * with several names counts once, links are not followed, other file systems are left out. What vanishes or is moved
 * meanwhile, or can't be read, counts nothing. Null if the folder itself can't be read. Rejects only with the signal's reason,
 * or as `rest` does.
 *
 * Goes from folder to folder by descriptors where the system can (Linux): a container may swap a folder of its volume for a
 * link at any moment, and must not lead the host out of the volume by that.
 */
export async function diskUsage(path: string, options: DiskUsageOptions = {}): Promise<number | null> {
  const fsRoot = openFsRoot(path);
  const top = await fsRoot.root().catch(() => null);
  if (!top) return null;
  try {
    return (await canBeRead(top)) ? await new DiskWalk(fsRoot, top, options).run() : null;
  } finally {
    await top.close();
  }
}

/** A folder on the way down: its name in the one before it, and those of its folders that are still to come. */
interface Level {
  name: Name;
  folders: Name[];
}

class DiskWalk {
  private readonly fsRoot: FsRoot;
  private readonly top: FsNode;
  private readonly device: bigint;
  private readonly options: DiskUsageOptions;
  private readonly links = new Set<number>();
  private readonly levels: Level[] = [];
  private cursor: TreeCursor;
  private bytes = 0;
  private entries = 0;
  private unrested = 0;

  constructor(fsRoot: FsRoot, top: FsNode, options: DiskUsageOptions) {
    this.fsRoot = fsRoot;
    this.top = top;
    this.device = top.stats.dev;
    this.options = options;
    this.cursor = new TreeCursor(fsRoot, top);
  }

  async run(): Promise<number> {
    try {
      this.levels.push({ name: '', folders: await this.count() });
      for (let level = this.levels.at(-1); level && this.entries < mostEntries; level = this.levels.at(-1)) {
        const name = level.folders.pop();
        if (name === undefined) await this.leave();
        else if (await this.enter(name)) this.levels.push({ name, folders: await this.count() });
      }
      return this.bytes;
    } finally {
      await this.cursor.close();
    }
  }

  /** False if there is no such folder any more, it can't be opened, or another file system is mounted there. */
  private async enter(name: Name): Promise<boolean> {
    const entered = await this.cursor.enter(name).catch(() => false);
    if (!entered || this.cursor.current.stats.dev === this.device) return entered;
    await this.backTo(this.levels.length - 1);
    return false;
  }

  private async leave(): Promise<void> {
    this.levels.pop();
    if (this.levels.length === 0) return;
    try {
      await this.cursor.leave();
    } catch {
      // It was moved or removed meanwhile.
      await this.backTo(this.levels.length - 1);
    }
  }

  /** To the folder of that depth, from the top and by the names on the way; what isn't there any more is left out with all below. */
  private async backTo(depth: number): Promise<void> {
    await this.cursor.close();
    this.cursor = new TreeCursor(this.fsRoot, this.top);
    for (const [index, { name }] of this.levels.slice(1, depth + 1).entries()) {
      if (await this.cursor.enter(name).catch(() => false)) continue;
      this.levels.length = index + 1;
      return;
    }
  }

  /** Adds up what is in the current folder; the names of its folders. */
  private async count(): Promise<Name[]> {
    const { signal, rest } = this.options;
    const folder = this.cursor.current;
    const folders: Name[] = [];
    for await (const entries of whatCanBeRead(folder)) {
      for (let at = 0; at < entries.length; at += batchSize) {
        signal?.throwIfAborted();
        const batch = entries.slice(at, at + batchSize);
        folders.push(...(await this.add(folder, batch)));
        this.unrested += batch.length;
        if (this.unrested < sliceSize) continue;
        this.unrested = 0;
        await rest?.();
      }
    }
    signal?.throwIfAborted();
    return folders;
  }

  private async add(folder: FsNode, batch: RawEntry[]): Promise<Name[]> {
    const found = await Promise.all(
      batch.map(async ({ name }) => ({ name, info: await lstat(folder.at(name)).catch(() => null) })),
    );
    const folders: Name[] = [];
    for (const { name, info } of found) {
      if (!info || BigInt(info.dev) !== this.device) continue;
      this.entries += 1;
      if (info.isDirectory()) folders.push(name);
      else if (info.nlink > 1) {
        if (this.links.has(info.ino)) continue;
        if (this.links.size < mostLinks) this.links.add(info.ino);
      }
      this.bytes += info.blocks * 512;
    }
    return folders;
  }
}

/** Nothing, or no more, of a folder that is not ours to read or was removed while it was read. */
async function* whatCanBeRead(folder: FsNode): AsyncGenerator<RawEntry[], void, undefined> {
  try {
    yield* readFolder(folder);
  } catch {
    // What was read so far counts.
  }
}

async function canBeRead(folder: FsNode): Promise<boolean> {
  const dir = await opendir(folder.self).catch(() => null);
  await dir?.close();
  return dir !== null;
}
