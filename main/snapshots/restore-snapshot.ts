import type { FileHandle } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { UserPath } from '../files/contract.ts';
import { shown } from '../files/file-errors.ts';
import type { Blocks } from './blocks.ts';
import type { SnapshotTarget } from './contract.ts';
import { blockBytes } from './format.ts';
import { InOrder } from './in-order.ts';
import type { ManifestEntry } from './manifest.ts';
import { NamedList } from './named-list.ts';
import type { Pace } from './pace.ts';
import { DamagedPack, encodeEntry } from './pack-format.ts';
import { isWithin } from './paths.ts';

/** Files that are written at the same time. */
const atOnce = 16;

export interface RestoreOptions {
  entries: AsyncIterable<ManifestEntry>;
  blocks: Blocks;
  target: SnapshotTarget;
  /** None: the whole. */
  paths: UserPath[] | undefined;
  isUndo: boolean;
  pace: Pace;
}

/** Puts the entries into the target. Throws LightdeckError `invalid` naming files that are damaged, after all others were restored. */
export async function restoreSnapshot(options: RestoreOptions): Promise<{ files: number; bytes: number }> {
  return new Restoration(options).run();
}

class Restoration {
  private readonly options: RestoreOptions;
  private readonly damaged = new NamedList();
  /** Files of several names: where the first of them that was chosen is, by the path that the others refer to. */
  private readonly made = new Map<UserPath, UserPath>();
  private readonly order = new InOrder<void>(atOnce, async () => {});
  private readonly done = { files: 0, bytes: 0 };

  constructor(options: RestoreOptions) {
    this.options = options;
  }

  async run(): Promise<{ files: number; bytes: number }> {
    const { entries, target, paths, pace } = this.options;
    const missing = new Set(paths);
    try {
      for await (const entry of entries) {
        pace.signal.throwIfAborted();
        missing.delete(entry.path);
        const isChosen = !paths || paths.some((path) => isWithin(entry.path, path));
        if (isChosen) await this.order.add(this.restore(entry));
        else if (entry.kind === 'folder' && paths.some((path) => isWithin(path, entry.path)))
          await this.order.add(target.folder(entry, { around: true }));
      }
      await this.order.end();
    } finally {
      await this.order.settle();
      await target.finish();
    }
    this.complain([...missing]);
    return this.done;
  }

  private complain(missing: UserPath[]): void {
    const [first] = missing;
    if (first !== undefined)
      throw new LightdeckError(
        'not_found',
        `${shown(first)} is not in the snapshot (${missing.length} of the chosen paths)`,
      );
    const { paths, count } = this.damaged.list();
    if (count === 0) return;
    const names = paths.slice(0, 20).map(({ path }) => shown(path));
    throw new LightdeckError(
      'invalid',
      `${count} ${count === 1 ? 'file' : 'files'} of the snapshot can't be restored, since blocks are damaged or missing; all others were: ${names.join(', ')}`,
    );
  }

  private async restore(entry: ManifestEntry): Promise<void> {
    const { target, pace } = this.options;
    const { kind, path, hard_link_to: first = path, linked = false } = entry;
    if (kind === 'folder') return target.folder(entry);
    if (kind === 'link') return target.link(entry);
    if (!entry.blocks?.every((hash) => hash === null || this.options.blocks.placeOf(hash))) {
      this.damaged.add(path, 'a block is missing');
      return;
    }
    // Before anything is waited for: entries are begun in their order, and the next one may ask for this.
    const made = this.made.get(first);
    if (first !== path || linked) this.made.set(first, made ?? path);
    if (made === undefined) await this.restoreFile(entry);
    // Not every file system has hard links.
    else await target.hardLink(entry, made).catch(() => this.restoreFile(entry));
    this.done.files += 1;
    this.done.bytes += entry.size;
    pace.count(1, 0);
  }

  private async restoreFile(entry: ManifestEntry): Promise<void> {
    const { isUndo, target } = this.options;
    try {
      const undo = isUndo ? { mark: entry.mark } : undefined;
      await target.file(entry, (file) => this.fill(file, entry), { undo });
    } catch (error) {
      if (!(error instanceof DamagedPack)) throw error;
      this.damaged.add(entry.path, error.message);
    }
  }

  private async fill(file: FileHandle, { blocks = [], size, sparse = false }: ManifestEntry): Promise<void> {
    const { pool } = this.options.blocks;
    for (const [number, hash] of blocks.entries()) {
      const at = number * blockBytes;
      const length = Math.min(blockBytes, size - at);
      await this.options.pace.take(length);
      const place = hash === null ? null : this.options.blocks.placeOf(hash);
      await pool.use(async (lane) => {
        if (place)
          await lane.copy({
            pack: this.options.blocks.packOf(place),
            entry: encodeEntry(place),
            fd: file.fd,
            at,
            holes: sparse,
          });
        else if (!sparse) await lane.zero(file.fd, at, length);
      });
      this.options.pace.count(0, length);
    }
    if (sparse) await pool.use((lane) => lane.truncate(file.fd, size));
  }
}
