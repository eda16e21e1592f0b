import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { patientRenameSync } from '../lib/patient-rename.ts';
import { encodeBlock } from './block-codec.ts';
import { packBytes, type StorePaths } from './format.ts';
import { encodeEntry, encodeIndex, entryBytes, type PackEntry, packStart } from './pack-format.ts';

/** A pack that is on the disk under its name. */
export interface SealedPack {
  id: string;
  size: number;
  entries: PackEntry[];
}

/** Writes one pack after the other. Synchronous: it is used in a thread of its own. */
export class PackWriter {
  private readonly paths: StorePaths;
  private open: { fd: number; path: string; size: number; entries: PackEntry[] } | null = null;

  constructor(paths: StorePaths) {
    this.paths = paths;
  }

  /** Appends a block. The pack, when it is full by it. Throws as the system does; then `discard` what is open. */
  put(hash: Buffer, raw: Uint8Array): SealedPack | null {
    const { codec, stored } = encodeBlock(raw);
    return this.append({ hash, codec, raw: raw.length }, stored);
  }

  /** Appends a block that is encoded already. */
  append(
    { hash, codec, raw }: Pick<PackEntry, 'hash' | 'codec' | 'raw'>,
    stored: Uint8Array,
  ): SealedPack | null {
    const pack = this.open ?? this.begin();
    this.open = pack;
    const entry = { hash, codec, raw, stored: stored.length, offset: pack.size + entryBytes };
    writeFully(pack.fd, encodeEntry(entry));
    writeFully(pack.fd, stored);
    pack.size += entryBytes + stored.length;
    pack.entries.push(entry);
    return pack.size >= packBytes ? this.seal() : null;
  }

  /** Puts the open pack on the disk, under its name. Null: there is none. */
  seal(): SealedPack | null {
    const pack = this.open;
    if (!pack) return null;
    const { id, bytes } = encodeIndex(pack.entries);
    writeFully(pack.fd, bytes);
    fsyncSync(pack.fd);
    this.open = null;
    closeSync(pack.fd);
    const folder = this.paths.packFolder(id);
    if (mkdirSync(folder, { recursive: true }) !== undefined) flushFolderSync(this.paths.packs);
    patientRenameSync(pack.path, this.paths.pack(id));
    flushFolderSync(folder);
    return { id, size: pack.size + bytes.length, entries: pack.entries };
  }

  /** Removes what is open. Never throws. */
  discard(): void {
    const pack = this.open;
    this.open = null;
    if (!pack) return;
    try {
      closeSync(pack.fd);
      rmSync(pack.path, { force: true });
    } catch {
      // The next one who has the lock clears it away.
    }
  }

  private begin(): NonNullable<PackWriter['open']> {
    const path = join(this.paths.unfinished, `${randomBytes(8).toString('hex')}.pack`);
    const fd = openSync(path, 'wx', 0o600);
    const pack = { fd, path, size: packStart.length, entries: [] };
    this.open = pack;
    writeFully(fd, packStart);
    return pack;
  }
}

function writeFully(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** Makes sure that a rename in the folder survives a power cut. */
function flushFolderSync(folder: string): void {
  // Windows can't open a folder, and journals renames by itself.
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
