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
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { sep } from 'node:path';
import { nameBytes } from '../files/byte-name.ts';
import type { ManifestEntry } from './manifest.ts';
import { isWithin } from './paths.ts';
import { timesOf } from './times.ts';

export interface Content {
  at: number;
  length: number;
  /** Null: zeros. */
  bytes: Uint8Array | null;
}

const leastHole = 4096;

/** Writes entries, in the order of a manifest, into a folder that is new and that nobody else writes to. For the restore program. */
export class PlainWriter {
  private readonly root: string;
  private readonly isRoot = process.geteuid?.() === 0;
  /** Folders around the present entry: they get their last touch when all is in them. */
  private readonly open: ManifestEntry[] = [];
  private readonly made = new Map<string, string>();

  constructor(root: string) {
    this.root = root;
  }

  /** Throws as the system does, or as `content`. */
  write(entry: ManifestEntry, content: () => Iterable<Content>): void {
    this.leave((folder) => !isWithin(entry.path, folder.path));
    const path = this.at(entry.path);
    if (entry.kind === 'folder') {
      mkdirSync(path, { recursive: entry.path === '', mode: 0o700 });
      this.open.push(entry);
    } else if (entry.kind === 'link') {
      symlinkSync(nameBytes(entry.target ?? ''), path);
      if (this.isRoot) lchownSync(path, entry.uid, entry.gid);
      lutimesSync(path, ...timesOf(entry));
    } else this.file(entry, path, content);
  }

  finish(): void {
    this.leave(() => true);
  }

  private file(entry: ManifestEntry, path: string | Buffer, content: () => Iterable<Content>): void {
    const first = entry.hard_link_to ?? entry.path;
    const made = this.made.get(first);
    if (made !== undefined) {
      linkSync(this.at(made), path);
      return;
    }
    const fd = openSync(path, 'wx', 0o600);
    try {
      for (const part of content()) put(fd, part, entry.sparse === true);
      ftruncateSync(fd, entry.size);
      if (this.isRoot) fchownSync(fd, entry.uid, entry.gid);
      fchmodSync(fd, entry.mode);
      futimesSync(fd, ...timesOf(entry));
    } finally {
      closeSync(fd);
    }
    if (entry.linked === true || entry.hard_link_to !== undefined) this.made.set(first, entry.path);
  }

  private leave(isLeft: (folder: ManifestEntry) => boolean): void {
    for (let folder = this.open.at(-1); folder && isLeft(folder); folder = this.open.at(-1)) {
      const path = this.at(folder.path);
      if (this.isRoot) lchownSync(path, folder.uid, folder.gid);
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

function put(fd: number, { at, length, bytes }: Content, holes: boolean): void {
  const content = bytes ?? (holes ? new Uint8Array(0) : new Uint8Array(length));
  for (let from = 0; from < content.length; from += holes ? leastHole : content.length) {
    const part = holes ? content.subarray(from, from + leastHole) : content;
    if (holes && part.every((byte) => byte === 0)) continue;
    for (let done = 0; done < part.length; )
      done += writeSync(fd, part, done, part.length - done, at + from + done);
  }
}
