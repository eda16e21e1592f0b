import {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { sep } from 'node:path';
import { nameBytes } from '../files/byte-name.ts';
import type { ManifestEntry } from './manifest.ts';
import { isWithin } from './paths.ts';
import { timesOf } from './times.ts';

/** A new file that is being filled. Either `end` or `abandon` is its end, when nothing writes to it any more. */
export interface PlainFile {
  readonly fd: number;
  /** It is whole: it gets its owner, mode and time. Throws as the system does; then it is abandoned. */
  end(): void;
  /** It can't be had: half of it does not stay. Never throws. */
  abandon(): void;
}

/** A file that has further names: whether it came to a good end. */
interface Made {
  path: string;
  isWhole: Promise<boolean>;
}

const isRoot = process.geteuid?.() === 0;

/**
 * Makes entries, in the order of a manifest, in a folder that is new and that nobody else writes to. For the restore program. A file is
 * made when it is begun, so the folder around it may get its last touch while the file is still being filled.
 */
export class PlainWriter {
  private readonly root: string;
  /** Folders around the present entry: they get their last touch when all is in them. */
  private readonly open: ManifestEntry[] = [];
  private readonly made = new Map<string, Made>();

  constructor(root: string) {
    this.root = root;
  }

  /** Makes a folder, a link or a further name (null), or a file that is to be filled. Rejects as the system does. */
  async begin(entry: ManifestEntry): Promise<PlainFile | null> {
    this.leave((folder) => !isWithin(entry.path, folder.path));
    const path = this.at(entry.path);
    if (entry.kind === 'file') return this.file(entry, path);
    if (entry.kind === 'folder') {
      mkdirSync(path, { recursive: entry.path === '', mode: 0o700 });
      this.open.push(entry);
    } else {
      symlinkSync(nameBytes(entry.target ?? ''), path);
      if (isRoot) lchownSync(path, entry.uid, entry.gid);
      lutimesSync(path, ...timesOf(entry));
    }
    return null;
  }

  finish(): void {
    this.leave(() => true);
  }

  private async file(entry: ManifestEntry, path: string | Buffer): Promise<PlainFile | null> {
    const first = entry.hard_link_to ?? entry.path;
    const made = this.made.get(first);
    if (made && (await made.isWhole)) {
      linkSync(this.at(made.path), path);
      return null;
    }
    let onEnd = (_isWhole: boolean): void => {};
    if (entry.linked === true || entry.hard_link_to !== undefined) {
      const isWhole = new Promise<boolean>((resolve) => {
        onEnd = resolve;
      });
      this.made.set(first, { path: entry.path, isWhole });
    }
    try {
      return fileAt(path, entry, onEnd);
    } catch (error) {
      onEnd(false);
      throw error;
    }
  }

  private leave(isLeft: (folder: ManifestEntry) => boolean): void {
    for (let folder = this.open.at(-1); folder && isLeft(folder); folder = this.open.at(-1)) {
      const path = this.at(folder.path);
      if (isRoot) lchownSync(path, folder.uid, folder.gid);
      chmodSync(path, folder.mode);
      utimesSync(path, ...timesOf(folder));
      this.open.pop();
    }
  }

  private at(path: string): string | Buffer {
    if (path === '') return this.root;
    // Windows takes text alone.
    if (sep === '\\') return `${this.root}\\${path.replaceAll('/', '\\')}`;
    return Buffer.concat([Buffer.from(`${this.root}/`), nameBytes(path)]);
  }
}

function fileAt(path: string | Buffer, entry: ManifestEntry, onEnd: (isWhole: boolean) => void): PlainFile {
  const fd = openSync(path, 'wx', 0o600);
  const abandon = (): void => {
    try {
      closeSync(fd);
      rmSync(path, { force: true });
    } catch {
      // What can't be removed can be read by its owner alone.
    }
    onEnd(false);
  };
  return {
    fd,
    abandon,
    end() {
      try {
        if (entry.sparse === true) ftruncateSync(fd, entry.size);
        if (isRoot) fchownSync(fd, entry.uid, entry.gid);
        // The mode after the owner: the system takes set-id bits from a file that changes hands.
        fchmodSync(fd, entry.mode);
        futimesSync(fd, ...timesOf(entry));
      } catch (error) {
        abandon();
        throw error;
      }
      closeSync(fd);
      onEnd(true);
    },
  };
}
