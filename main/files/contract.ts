import type { FileHandle } from 'node:fs/promises';
import type { FsRoot } from './fs-node.ts';
import type { Staging } from './staging.ts';

/**
 * A path as a user gives it: relative to the volume's root, `/` between the parts, '' or '.' for the root itself. One leading
 * slash is taken for the root (SFTP clients send nothing else; who must refuse absolute paths asks `refuseAbsolute` of
 * user-path.ts first). Names that are no text are spelled in it (A16, byte-name.ts). Everything else that A9 forbids is
 * refused by whoever resolves it.
 */
export type UserPath = string;

export type FileKind = 'file' | 'directory' | 'link' | 'other';

/** `size` in bytes, `allocated` what of it takes room on the disk (holes don't), `mode` the permission bits alone (0o644), times in Unix milliseconds. */
export interface FileInfo {
  kind: FileKind;
  size: number;
  allocated: number;
  mode: number;
  uid: number;
  gid: number;
  modifiedAt: number;
  accessedAt: number;
}

export interface FolderEntry extends FileInfo {
  name: string;
}

/** How a file is opened, as SFTP and our own writers need it. Never creates parents, never opens anything but a regular file. */
export interface OpenMode {
  read: boolean;
  write: boolean;
  append?: boolean;
  create?: boolean;
  exclusive?: boolean;
  truncate?: boolean;
}

/**
 * One volume's files, and the only opener of user paths (A9). Every call resolves its path anew, part by part from the
 * root, so that a link swapped in between check and use leads nowhere: what leaves the volume throws LightdeckError
 * `invalid` («Invalid path: path traversal detected»), and nothing outside was touched. Links that stay inside are
 * followed, but for the last part where the call says so. Other errors: `not_found`, `conflict` (exists already, not empty,
 * is a folder), `invalid` (a file where a folder must be), `out_of_space`, `too_large`. Only links that stay inside are made.
 * What we make belongs to the volume root's owner and group, so that the container's user can use it.
 * The folders of our own in the volume's root (`stagingName`, `trashName`) are never listed, opened or made.
 */
export interface Jail {
  /** Follows a link at the end, inside the volume. */
  stat(path: UserPath): Promise<FileInfo>;
  /** Does not follow it. */
  lstat(path: UserPath): Promise<FileInfo>;
  /** Folders first, then by name. Throws `too_large` above `limit` entries (default 100,000). A link's entry is the link itself. */
  list(path: UserPath, options?: { limit?: number }): Promise<FolderEntry[]>;
  /** The caller closes the handle. Writes through it are the caller's to count against the room. */
  open(path: UserPath, mode: OpenMode): Promise<FileHandle>;
  /**
   * Puts the whole of `source` at `path`, parents made, all or nothing: until the end the old file stays, and a failure, an
   * abort or a crash leaves it. Keeps the old file's mode; a new one gets `mode` (default 0o644). The size in bytes.
   * `holes`: long runs of zeros take no room. `flush: false` leaves it to the kernel when the bytes reach the disk: for many small files whose source is still there.
   * `keepOld`: the file that it replaces goes to the trash, where that can be done.
   */
  writeWhole(
    path: UserPath,
    source: AsyncIterable<Uint8Array>,
    options?: {
      mode?: number;
      modifiedAt?: number;
      signal?: AbortSignal;
      flush?: boolean;
      holes?: boolean;
      keepOld?: Removal | undefined;
    },
  ): Promise<number>;
  /** Parents too. A folder that is there already is fine, unless `exclusive`. */
  makeFolder(path: UserPath, options?: { exclusive?: boolean; mode?: number }): Promise<void>;
  /** Moves; `conflict` if the target is there, unless `replace` and both are files. Never into itself. `keepOld` as for `writeWhole`. */
  rename(
    source: UserPath,
    destination: UserPath,
    options?: { replace?: boolean; keepOld?: Removal | undefined },
  ): Promise<void>;
  /**
   * A file, or a folder with all in it; the destination's parents are made. All or nothing. Never into itself; `conflict` if
   * the target is there, `out_of_space` before anything is copied if it can't fit. Holes stay holes. Links, pipes and devices inside a folder are left out: their number is told.
   */
  copy(
    source: UserPath,
    destination: UserPath,
    options?: { signal?: AbortSignal },
  ): Promise<{ leftOut: number }>;
  /** A link's target, spelled (A16). Throws `invalid` where it leads out of the volume, also by way of others; nothing need be there. */
  readLink(path: UserPath): Promise<string>;
  /** A link with this target (spelled), parents made, in the place of a file or a link. Throws as `readLink`, and `conflict` for a folder. */
  makeLink(path: UserPath, target: string): Promise<void>;
  /** For good: a file, a link (itself), or a folder: with all that is in it if `recursive`, else only an empty one (`conflict`). Never the root. */
  remove(path: UserPath, options?: { recursive?: boolean }): Promise<void>;
  /**
   * Into the trash: a file, a link (itself), a folder with all in it. Never the root. The entry there, or null where it is gone for
   * good: nothing is kept by choice, or there is no room even for a record of it.
   */
  discard(path: UserPath, removal: Removal): Promise<TrashEntry | null>;
  readonly trash: TrashBin;
  /** Permission bits (no set-id bits), times in Unix milliseconds. Does not follow a link at the end: that throws `invalid`. */
  change(path: UserPath, changes: { mode?: number; modifiedAt?: number; accessedAt?: number }): Promise<void>;
  /**
   * All files and folders below `path`, parents before children, not following links; `path` of each is relative to the start.
   * Bounded memory, whatever is there: `too_large` where paths get longer than a UserPath can be (32,768 characters) or
   * over 200,000 folders wait.
   */
  walk(path: UserPath, options?: { signal?: AbortSignal }): AsyncIterable<FolderEntry & { path: UserPath }>;
}

/** Who takes something away; `flush: false`: one of many, whose record of what it was need not be on the disk before it goes. */
export interface Removal {
  by: string;
  flush?: boolean;
}

/** Something in the trash: `path` is where it lay (null: its record is lost), `size` bytes on the disk with all in it, `deletedAt` Unix milliseconds. */
export interface TrashEntry {
  id: string;
  path: UserPath | null;
  kind: FileKind;
  size: number;
  deletedAt: number;
  by: string;
  cause: 'deleted' | 'replaced';
}

export interface EmptyOptions {
  /** Unix milliseconds. */
  before?: number;
  /** Aborted, it rejects with the reason after the thing that it is at; what is gone by then stays gone. */
  signal?: AbortSignal;
  /** Told what is gone by now. */
  removed?: (done: { count: number; bytes: number }) => void;
}

/** What of one volume was deleted, as long as it is kept. It counts as used. */
export interface TrashBin {
  /** Newest first, 100,000 at most. */
  list(): Promise<TrashEntry[]>;
  /**
   * Puts it back to where it lay, or to `path`; parents are made. Where something is there: `conflict`, or with `rename` under a
   * name of its own. The path that it has. Throws `not_found`, `invalid` (A9, or nobody knows where it lay).
   */
  restore(
    id: string,
    options: { path?: UserPath | undefined; ifTaken: 'refuse' | 'rename' },
  ): Promise<{ path: UserPath }>;
  /** For good. What is not there (any more) is not counted. */
  purge(ids: readonly string[]): Promise<{ count: number; bytes: number }>;
  /** All of it, or what was deleted before this time, for good. */
  empty(options?: EmptyOptions): Promise<{ count: number; bytes: number }>;
  /** Empties it, oldest first, until the volume's room has that many bytes; nothing where all of it is not enough (false). */
  makeRoom(bytes: number): Promise<boolean>;
}

/** A19: one path that root opens to the host's group: for reading, or writing too; `deep` with all that is in it. */
export interface FileAccess {
  /** From the volume's root, by names that are text; '' is the root. What isn't there is passed over. */
  path: UserPath;
  bits: 'rX' | 'rwX';
  deep: boolean;
}

/** A19: what root does with the files of one volume where the host's own user may not. Each throws LightdeckError in words. */
export interface RootFiles {
  /** The host's user, as its own files show it. */
  readonly uid: number;
  open(access: FileAccess[]): Promise<void>;
  /** Makes the host's user the owner of these alone, so that it may set their mode and times. */
  take(paths: UserPath[]): Promise<void>;
  /** What is the host's in these goes to the owner of the volume's root. */
  give(paths: UserPath[]): Promise<void>;
}

/** How much our own writes may still add to one volume (A10). Where the kernel bounds the volume by itself, it still answers before the last bytes. */
export interface Room {
  /** Counts `bytes` (negative gives back). Throws LightdeckError `out_of_space` when they don't fit; then nothing is counted. */
  take(bytes: number): void;
  /** Bytes that are left now; Infinity where nobody set a bound. */
  left(): number;
  /** Empties the trash until that many are left. False, and nothing is emptied, where that can't be; never rejects. */
  make?(bytes: number): Promise<boolean>;
}

/**
 * What a volume's files stand on, for snapshots: they keep and restore owners, modes and links as they are, which the jail doesn't. Held by
 * descriptor as everything here, and checked anew at each way in.
 */
export interface VolumeGround {
  fsRoot: FsRoot;
  /** Where unfinished files wait. */
  staging: Staging;
  room?: (() => Room) | undefined;
  /** A19; none: the host may do everything. */
  rootFiles?: RootFiles | undefined;
}

/** The files of all volumes. All throw `not_found` for an unknown volume. */
export interface VolumeFiles {
  jail(volumeId: string): Jail;
  room(volumeId: string): Room;
  ground(volumeId: string): VolumeGround;
}
