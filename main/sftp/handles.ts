import type { FileHandle } from 'node:fs/promises';
import type { FolderEntry } from '../files/contract.ts';
import { Refusal, statusCode } from './status.ts';
import { u32 } from './wire.ts';

export interface OpenFile {
  kind: 'file';
  /** As the jail takes it. */
  path: string;
  file: FileHandle;
  read: boolean;
  write: boolean;
  append: boolean;
  /** Bytes that the file surely has: what is written below that was counted against the volume's room before. */
  size: number;
}

export interface OpenFolder {
  kind: 'folder';
  path: string;
  /** What is still to be told. */
  entries: FolderEntry[];
  next: number;
}

export type OpenThing = OpenFile | OpenFolder;

/** Open files and folders of one session; OpenSSH's client uses one or two, sshfs some dozens. */
export const maxHandles = 100;
/** Entries of folders that are being listed, of all handles of one session together. */
const maxListed = 150_000;

/** The open files and folders of one session, under numbers that are never used twice. */
export class Handles {
  private readonly open = new Map<number, OpenThing>();
  private last = 0;

  /** Throws Refusal before something is opened that couldn't be kept. */
  makeRoom(): void {
    if (this.open.size >= maxHandles)
      throw new Refusal(
        statusCode.failure,
        `${maxHandles} files and folders are open already: close some first`,
      );
  }

  /** How many entries a folder that is opened now may have. */
  get listLimit(): number {
    let listed = 0;
    for (const thing of this.open.values()) if (thing.kind === 'folder') listed += thing.entries.length;
    return Math.max(0, maxListed - listed);
  }

  add(thing: OpenThing): Buffer {
    this.last += 1;
    this.open.set(this.last, thing);
    return u32(this.last);
  }

  get(handle: Buffer): OpenThing {
    const thing = handle.length === 4 ? this.open.get(handle.readUInt32BE(0)) : undefined;
    if (!thing) throw new Refusal(statusCode.failure, 'This handle is not open');
    return thing;
  }

  file(handle: Buffer): OpenFile {
    const thing = this.get(handle);
    if (thing.kind !== 'file') throw new Refusal(statusCode.failure, 'This handle is of a folder');
    return thing;
  }

  folder(handle: Buffer): OpenFolder {
    const thing = this.get(handle);
    if (thing.kind !== 'folder') throw new Refusal(statusCode.failure, 'This handle is of a file');
    return thing;
  }

  async close(handle: Buffer): Promise<void> {
    const thing = this.get(handle);
    this.open.delete(handle.readUInt32BE(0));
    if (thing.kind === 'file') await thing.file.close();
  }

  /** Closes what is left. Never rejects. */
  async closeAll(): Promise<void> {
    const things = [...this.open.values()];
    this.open.clear();
    await Promise.allSettled(things.map((thing) => (thing.kind === 'file' ? thing.file.close() : null)));
  }
}
