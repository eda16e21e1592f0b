import type { FileHandle } from 'node:fs/promises';
import type { z } from 'zod';
import type { UserPath } from '../files/contract.ts';
import type { keepRulesSchema, snapshotInfoSchema, snapshotKindSchema } from './schemas.ts';

/**
 * Snapshots: one mechanism for backups, restore points and moves. docs/snapshots.md says what lies in a store's folder.
 *
 * Paths are those of the jail (`UserPath`, main/files/contract.ts): relative, `/` between the names, '' for the root; a name that is no
 * UTF-8 is spelled in it byte by byte (A16), so no name is lost and every path goes through JSON as it is.
 */

export type SnapshotKind = z.output<typeof snapshotKindSchema>;
export type SnapshotInfo = z.output<typeof snapshotInfoSchema>;
export type KeepRules = z.output<typeof keepRulesSchema>;

/** One entry of a tree. Sockets, devices and pipes are none: they are named in `left_out`. */
export interface TreeEntry {
  path: UserPath;
  kind: 'file' | 'folder' | 'link';
  /** All twelve permission bits (0o7777). */
  mode: number;
  uid: number;
  gid: number;
  mtime_ns: bigint;
  /** Bytes of a file, holes included; 0 for others. */
  size: number;
  /** Holes of the file are kept as holes. */
  sparse?: boolean | undefined;
  /** A link's target, each part spelled as names are. Never followed, and kept wherever it leads. */
  target?: string | undefined;
  /** Path of an entry before this one that is the same file. */
  hard_link_to?: UserPath | undefined;
}

/** What tells whether a file was written to, as of one look: a file with the same of these isn't read again. */
export interface FileMark {
  size: number;
  mtime_ns: bigint;
  ctime_ns: bigint;
  ino: bigint;
}

/** One entry on the way through a source. */
export interface SourceEntry extends TreeEntry {
  mark: FileMark;
  /** Which file it is, where it has several names; null: it has one only. */
  identity: string | null;
  /** Opens a file for reading, only until the next entry is asked for. Null if it is gone. The caller closes it. */
  open(): Promise<FileHandle | null>;
}

/**
 * Where a snapshot is read from: `folderSource(files.ground(volumeId))` for a volume, with root's help where the host's user may not read.
 */
export interface SnapshotSource {
  /**
   * All entries, the root ('') first, each folder followed by what is in it, names in the order of their bytes. What can't be read or is
   * no file, folder or link is told to `leftOut`, and the walk goes on. Throws LightdeckError `not_found` if the root is missing.
   */
  walk(options: {
    signal: AbortSignal;
    leftOut: (path: UserPath, why: string) => void;
  }): AsyncIterable<SourceEntry>;
  /** Opens one file, to make a damaged block good from it. Null if there is none. The caller closes it. */
  open(path: UserPath): Promise<FileHandle | null>;
}

/**
 * Where a snapshot is restored to: `folderTarget(files.ground(volumeId))` for a volume. Used for one restore. Entries come in the order of `SnapshotSource.walk`, some at a time without waiting for the one before. Nothing outside of the root is ever touched, whatever
 * links lie in it.
 */
export interface SnapshotTarget {
  /**
   * Makes the folder, or keeps the one that is there; whatever else has its name goes. Its mode and times are set when all is in it.
   * `around`: it is only on the way to what was chosen, and stays as it is if it is there. The root comes first, and always is.
   */
  folder(entry: TreeEntry, options?: { around?: boolean }): Promise<void>;
  /**
   * `write` fills a new file; then it takes the place of what was there. On a failure the old one stays. `undo`: it was there before, so no
   * room has to be promised for it; and where the very file lies there still that had this mark when it was read, it stays.
   */
  file(
    entry: TreeEntry,
    write: (file: FileHandle) => Promise<void>,
    options?: { undo?: { mark: FileMark | undefined } | undefined },
  ): Promise<void>;
  link(entry: TreeEntry): Promise<void>;
  /** A further name of a file that was restored before. */
  hardLink(entry: TreeEntry, to: UserPath): Promise<void>;
  /** The end, also after a failure. What was restored is the owner's, and on the disk. */
  finish(): Promise<void>;
}

/**
 * Where copies of snapshots go, off this machine: plain files below one folder, by paths with `/`. `openSftpPlace` is one on an SFTP server.
 * Each throws what it likes; who opened it closes it.
 */
export interface CopyPlace {
  /** Bytes of a file; null: there is none. */
  size(path: string): Promise<number | null>;
  /** Writes a file, its folders made, over one that is there; after a failure anything may be in it. */
  put(path: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Gives a file its name, in the place of another one. */
  move(from: string, to: string): Promise<void>;
  /** All of a file, or so many bytes from there. */
  get(path: string, signal: AbortSignal, range?: { from: number; length: number }): AsyncIterable<Uint8Array>;
  /** Names in a folder; none where it is missing. */
  list(folder: string): Promise<string[]>;
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}

/** How far a run is. `total_bytes` is null while nobody knows. */
export interface SnapshotProgress {
  phase: 'reading' | 'verifying' | 'restoring' | 'checking' | 'removing' | 'copying';
  files: number;
  bytes: number;
  total_bytes: number | null;
}

export interface SnapshotRun {
  /** Aborted: the run rejects with its reason, soon, and leaves nothing half done. */
  signal: AbortSignal;
  /** Called at most some times a second. */
  progress?: ((now: SnapshotProgress) => void) | undefined;
  /** Most bytes a second that are read from the source, or written to the target; none: as fast as an idle disk is. */
  rate?: number | undefined;
}

export interface SnapshotAbout {
  /** Which server it is of (internal_id): the last snapshot of the same source says what need not be read again. */
  source: string;
  kind: SnapshotKind;
  /** The caller's own: parsed by its schema when it is used. JSON, at most 256 KiB. */
  meta: Record<string, unknown>;
}

/** One damaged or missing block, and the files that need it. */
export interface DamagedBlock {
  /** SHA-256 of its content, hex. */
  hash: string;
  why: string;
  /** Whether it was made good from a living file. */
  repaired: boolean;
  /** At most 20, and how many there are in all. */
  files: { snapshot: string; path: UserPath }[];
  file_count: number;
}

export interface CheckReport {
  snapshots: { id: string; damaged_files: number }[];
  /** Bytes of the store that were read. */
  bytes: number;
  /** At most 1000, and how many there are in all. */
  damaged: DamagedBlock[];
  damaged_count: number;
  /** What else is wrong, in words: a manifest that can't be read, a pack that is gone. */
  problems: string[];
}

/** What of an entry can be read: nothing, of all but files. */
export interface SnapshotContent {
  /** Each block compared with its hash. */
  read(): AsyncIterable<Uint8Array>;
}

/** One folder with snapshots of any number of servers. Everything throws LightdeckError: `not_found`, `disk_full`, `busy` (another host works in it), `invalid` (damaged, in words). */
export interface SnapshotStore {
  readonly folder: string;
  /** Newest first. What can't be read is logged and left out. */
  list(): Promise<SnapshotInfo[]>;
  /** Resolves when everything is on the disk and was read back; until then there is no snapshot, but what was stored is used by the next one. */
  create(source: SnapshotSource, about: SnapshotAbout, run: SnapshotRun): Promise<SnapshotInfo>;
  /** One folder's entries, in the order of their names' bytes. Throws `too_large` above `limit` (default 100,000). */
  entries(id: string, folder: UserPath, options?: { limit?: number }): Promise<TreeEntry[]>;
  /** All entries, or those at and below the paths, in the order of the walk; a file's content can be read as long as the store is open. */
  walk(id: string, options?: { paths?: UserPath[] }): AsyncIterable<TreeEntry & SnapshotContent>;
  /** A file's content, each block compared with its hash. */
  read(id: string, path: UserPath): AsyncIterable<Uint8Array>;
  /**
   * The whole, or what is at and below the paths (with the folders around it where they are missing). `isUndo`: to take back what was done
   * since the snapshot was made; files that nobody has touched since then stay as they are.
   */
  restore(
    id: string,
    target: SnapshotTarget,
    options: { paths?: UserPath[] | undefined; isUndo?: boolean },
    run: SnapshotRun,
  ): Promise<{ files: number; bytes: number }>;
  /** Reads every block of these snapshots (null: of the whole store), and makes good what living files still have. */
  check(
    ids: string[] | null,
    run: SnapshotRun,
    repairFrom?: (source: string) => SnapshotSource | null,
  ): Promise<CheckReport>;
  /** Forgets the snapshots, and frees what no other one needs. [] only frees. `thorough`: also the last byte, whatever must be written anew for it. */
  remove(ids: string[], run: SnapshotRun, options?: { thorough?: boolean }): Promise<{ freed: number }>;
  /**
   * Sends the snapshot, with what the place has not got yet, and reads back what was sent. The place is a store by itself then, as far as
   * the restore program goes. What was sent (0: it had all but the snapshot's own files).
   */
  copy(id: string, place: CopyPlace, run: SnapshotRun): Promise<{ files: number; bytes: number }>;
  /** The copies in a place, newest first, of whichever store they are. What can't be read is logged and left out. */
  copies(place: CopyPlace, signal: AbortSignal): Promise<SnapshotInfo[]>;
  /**
   * Reads all of a copy in a place, and compares it with what it says of itself. What is damaged there and whole here is sent anew: `mended` files.
   * Throws `invalid` where it is damaged and can't be mended from here.
   */
  checkCopy(
    id: string,
    place: CopyPlace,
    run: SnapshotRun,
  ): Promise<{ files: number; bytes: number; mended: number }>;
  /** Takes a copy in a place, of whichever store, into this one: all of it is compared first. What had to be read for it. */
  fetch(id: string, place: CopyPlace, run: SnapshotRun): Promise<{ files: number; bytes: number }>;
  /** Removes copies from a place that has those of this store, and what no other copy there needs. Throws `invalid` where that can't be told. */
  removeCopies(ids: readonly string[], place: CopyPlace, run: SnapshotRun): Promise<{ freed: number }>;
  /** A rehearsal of it came to its ready line at that time (Unix ms). */
  markRehearsed(id: string, at: number): Promise<void>;
  /** Bytes that the store takes. */
  size(): Promise<number>;
  close(): Promise<void>;
}
