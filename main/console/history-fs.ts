import * as fs from 'node:fs/promises';
import { patientRename } from '../lib/patient-rename.ts';

export interface HistoryFile {
  /** Reads into `buffer` from `position`; the bytes read, 0 at the file's end. */
  read(buffer: Buffer, position: number): Promise<number>;
  /** Writes at `position`; the bytes written, possibly fewer than given. */
  writev(buffers: Buffer[], position: number): Promise<number>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** What the history asks of the file system; rejects as Node does, with a `code`. Tests put faults between. */
export interface HistoryFs {
  open(path: string, flags: 'r' | 'r+' | 'w'): Promise<HistoryFile>;
  /** Names of the regular files in a folder. */
  list(dir: string): Promise<string[]>;
  /** In bytes. */
  size(path: string): Promise<number>;
  mkdir(dir: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  truncate(path: string, size: number): Promise<void>;
  unlink(path: string): Promise<void>;
}

export const diskFs: HistoryFs = {
  async open(path, flags) {
    const handle = await fs.open(path, flags, 0o600);
    return {
      read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
      writev: async (buffers, position) => (await handle.writev(buffers, position)).bytesWritten,
      datasync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
  async list(dir) {
    const entries = await fs.readdir(dir, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  },
  size: async (path) => (await fs.stat(path)).size,
  mkdir: async (dir) => {
    await fs.mkdir(dir, { recursive: true, mode: 0o700 });
  },
  rename: (from, to) => patientRename(from, to),
  truncate: fs.truncate,
  unlink: fs.unlink,
};

/** Writes all of `buffers` at `position`, over as many calls as it takes. Rejects if the file takes no more. */
export async function writeAll(file: HistoryFile, buffers: Buffer[], position: number): Promise<void> {
  let rest = buffers;
  let at = position;
  while (rest.length > 0) {
    const written = await file.writev(rest, at);
    if (written === 0) throw new Error('the file takes no more bytes');
    at += written;
    rest = after(rest, written);
  }
}

function after(buffers: Buffer[], count: number): Buffer[] {
  let skip = count;
  const first = buffers.findIndex((buffer) => {
    if (buffer.length > skip) return true;
    skip -= buffer.length;
    return false;
  });
  if (first < 0) return [];
  const cut = buffers[first]?.subarray(skip);
  return cut ? [cut, ...buffers.slice(first + 1)] : [];
}

/** Reads until `buffer` is full or the file ends; the bytes read. */
export async function readFully(file: HistoryFile, buffer: Buffer, position: number): Promise<number> {
  let got = 0;
  while (got < buffer.length) {
    const count = await file.read(buffer.subarray(got), position + got);
    if (count === 0) break;
    got += count;
  }
  return got;
}
