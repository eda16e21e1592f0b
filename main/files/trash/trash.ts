import { link, mkdir, rmdir, unlink } from 'node:fs/promises';
import { LightdeckError } from '../../../shared/errors.ts';
import { patientRename } from '../../lib/patient-rename.ts';
import { hasCode, systemCode } from '../../lib/system-error.ts';
import type { EmptyOptions, Removal, TrashBin, TrashEntry, UserPath } from '../contract.ts';
import { emptyFolder } from '../empty-folder.ts';
import { isMissing, withFileErrors } from '../file-errors.ts';
import { type FsNode, fileInfoOf, identityOf } from '../fs-node.ts';
import { isRoot, type JailParts, there } from '../jail-parts.ts';
import { readFolder } from '../read-folder.ts';
import { remove } from '../remove.ts';
import { newMark } from '../staging.ts';
import { trashName } from '../user-path.ts';
import { visitTree } from '../visit-tree.ts';
import { maxTries, type ResolvedPath } from '../volume-tree.ts';
import { dropRecord, idOfRecord, isEntryId, readEntry, writeRecord } from './record.ts';
import { restoreItem } from './restore.ts';

/** Most things in one volume's trash; the oldest go for good first. */
const maxEntries = 100_000;

export interface TrashOptions {
  /** Unix milliseconds. */
  now: () => number;
  /** False: nothing is kept, and what is deleted is gone. */
  isKept: () => boolean;
  /** Told what was emptied since its room was needed. */
  onEmptied: (emptied: { count: number; bytes: number }) => void;
}

/**
 * One volume's trash: a folder in its root that the jail hides, so that deleting is one rename. Each thing lies in it under an id, and
 * beside it, written before, a record of what it was. So a crash leaves it at its place, or here with its record. A record
 * without its thing is of a deletion that was not begun.
 */
export class Trash implements TrashBin {
  private readonly parts: JailParts;
  private readonly options: TrashOptions;
  /** What is there, by id, as far as it was read; null before. */
  private known: Map<string, TrashEntry> | null = null;
  /** Ids whose record is written and whose thing may not be there yet. */
  private readonly moving = new Set<string>();
  /** The ids begin with it, so that none comes twice. */
  private readonly mark = newMark();
  private count = 0;
  private making: Promise<unknown> = Promise.resolve();

  constructor(parts: JailParts, options: TrashOptions) {
    this.parts = parts;
    this.options = options;
  }

  /** `Jail.discard` of a resolved path whose last part was not followed. Null: it is gone for good. */
  async discard(resolved: ResolvedPath, path: UserPath, removal: Removal): Promise<TrashEntry | null> {
    const node = there(resolved, path);
    const forGood = async (): Promise<null> => {
      await remove(this.parts, { resolved, path, recursive: true });
      return null;
    };
    if (isRoot(resolved) || !this.options.isKept()) return forGood();
    const entry = this.newEntry(resolved, { ...removal, cause: 'deleted', size: await this.sizeOf(node) });
    const own = resolved.folder.at(resolved.name);
    const kept = await this.take(entry, removal, (target) => patientRename(own, target));
    return kept ? entry : forGood();
  }

  /**
   * Keeps the file that is about to be replaced, by a second name for it here. Whoever does not replace it then calls what is
   * given back. Null: it is not kept (nothing is in it, it has other names, or there is no room for a record).
   */
  async keepOld(resolved: ResolvedPath, removal: Removal): Promise<(() => Promise<void>) | null> {
    const { node } = resolved;
    if (node?.kind !== 'file' || node.stats.nlink !== 1n || node.stats.size === 0n) return null;
    if (!this.options.isKept()) return null;
    const entry = this.newEntry(resolved, {
      ...removal,
      cause: 'replaced',
      size: fileInfoOf(node.stats).allocated,
    });
    const own = resolved.folder.at(resolved.name);
    try {
      if (!(await this.take(entry, removal, (target) => link(own, target)))) return null;
    } catch (error) {
      // No second names on this file system, or it has changed: the replacing tells what is wrong, if anything is.
      if (systemCode(error) !== '') return null;
      throw error;
    }
    return async () => {
      await this.inFolder(async (folder) => {
        await unlink(folder.at(entry.id)).catch(() => {});
        await this.forget(folder, entry.id);
      }).catch(() => {});
    };
  }

  async list(): Promise<TrashEntry[]> {
    const known = await this.look();
    return [...known.values()].sort((a, b) => b.deletedAt - a.deletedAt || (a.id < b.id ? 1 : -1));
  }

  async restore(
    id: string,
    options: { path?: UserPath | undefined; ifTaken: 'refuse' | 'rename' },
  ): Promise<{ path: UserPath }> {
    const entry = (await this.look()).get(id);
    if (!entry) throw gone();
    const path = await this.inFolder((folder) => restoreItem(this.parts, { folder, entry, ...options }));
    await this.inFolder((folder) => this.forget(folder, id)).catch(() => {
      // A record without its thing is cleared away when somebody looks.
      this.known?.delete(id);
    });
    return { path };
  }

  async purge(ids: readonly string[], run: EmptyOptions = {}): Promise<{ count: number; bytes: number }> {
    const known = await this.look();
    const done = { count: 0, bytes: 0 };
    for (const id of ids) {
      run.signal?.throwIfAborted();
      const entry = known.get(id);
      if (!entry || !(await this.remove(entry))) continue;
      done.count += 1;
      done.bytes += entry.size;
      run.removed?.({ ...done });
    }
    return done;
  }

  async empty({ before, ...run }: EmptyOptions = {}): Promise<{ count: number; bytes: number }> {
    const all = await this.list();
    const old = before === undefined ? all : all.filter(({ deletedAt }) => deletedAt < before);
    const done = await this.purge(old.map(({ id }) => id).reverse(), run);
    if (before === undefined) await this.clear();
    await this.leave();
    return done;
  }

  makeRoom(bytes: number): Promise<boolean> {
    const turn = this.making.then(() => this.emptyFor(bytes));
    this.making = turn.catch(() => {});
    return turn;
  }

  /** Oldest first, and nothing where all of it would not be enough. */
  private async emptyFor(bytes: number): Promise<boolean> {
    const { room } = this.parts;
    if (room().left() >= bytes) return true;
    const oldestFirst = (await this.list()).reverse();
    const all = oldestFirst.reduce((sum, { size }) => sum + size, 0);
    if (room().left() + all < bytes) return false;
    const done = { count: 0, bytes: 0 };
    try {
      for (const entry of oldestFirst) {
        if (room().left() >= bytes) break;
        if (!(await this.remove(entry))) continue;
        done.count += 1;
        done.bytes += entry.size;
      }
    } finally {
      if (done.count > 0) this.options.onEmptied(done);
    }
    return room().left() >= bytes;
  }

  /** Writes the record, and lets `move` put the thing beside it. False if there is no room even for a record. */
  private async take(
    entry: TrashEntry,
    { flush = true }: Removal,
    move: (target: string | Buffer) => Promise<void>,
  ): Promise<boolean> {
    const known = this.known ?? (await this.look());
    const [oldest] = known.values();
    if (known.size >= maxEntries && oldest) await this.remove(oldest);
    this.moving.add(entry.id);
    let folder: FsNode | null = null;
    try {
      folder = await this.make();
      const target = folder.at(entry.id);
      if (!(await this.record(folder, entry, flush))) return false;
      try {
        await move(target);
      } catch (error) {
        await dropRecord(folder, entry.id).catch(() => {});
        throw error;
      }
      known.set(entry.id, entry);
      return true;
    } finally {
      this.moving.delete(entry.id);
      await folder?.close();
    }
  }

  private async record(folder: FsNode, entry: TrashEntry, flush: boolean): Promise<boolean> {
    for (let tries = 0; ; tries += 1) {
      try {
        await writeRecord(folder, entry, flush);
        return true;
      } catch (error) {
        if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
        const [oldest] = (await this.list()).reverse();
        if (!oldest || tries === maxTries) return false;
        if (await this.remove(oldest)) this.options.onEmptied({ count: 1, bytes: oldest.size });
      }
    }
  }

  private newEntry(
    { names, node }: ResolvedPath,
    { by, cause, size }: Pick<TrashEntry, 'by' | 'cause' | 'size'>,
  ): TrashEntry {
    this.count += 1;
    return {
      id: `${this.mark}-${this.count}`,
      path: names.join('/'),
      kind: node?.kind ?? 'other',
      size,
      deletedAt: this.options.now(),
      by,
      cause,
    };
  }

  /** Bytes on the disk of a held thing with all in it, as far as that can be read. */
  private async sizeOf(node: FsNode): Promise<number> {
    if (node.kind !== 'directory') return fileInfoOf(node.stats).allocated;
    let bytes = fileInfoOf(node.stats).allocated;
    try {
      for await (const step of visitTree(node, { fsRoot: this.parts.fsRoot, isRoot: false }))
        if (step.type === 'entry') bytes += step.entry.info.allocated;
    } catch {
      // What can't be read can still be moved.
    }
    return bytes;
  }

  /** Reads what is there, and clears away what a crash left. */
  private async look(): Promise<Map<string, TrashEntry>> {
    const known = this.known ?? new Map<string, TrashEntry>();
    this.known = known;
    const folder = await this.open();
    if (!folder) {
      known.clear();
      return known;
    }
    try {
      await this.readInto(known, folder);
      return known;
    } finally {
      await folder.close();
    }
  }

  private async readInto(known: Map<string, TrashEntry>, folder: FsNode): Promise<void> {
    const { fsRoot } = this.parts;
    // What comes while the names are read is not missing.
    const before = [...known.keys()];
    const found = new Set<string>();
    const records = new Set<string>();
    for await (const batch of readFolder(folder)) {
      for (const { text: name } of batch) {
        const recordOf = idOfRecord(name);
        if (recordOf !== null) records.add(recordOf);
        else if (isEntryId(name)) found.add(name);
      }
    }
    for (const id of before) if (!found.has(id)) known.delete(id);
    const fresh: TrashEntry[] = [];
    for (const id of found) {
      if (known.has(id) || this.moving.has(id)) continue;
      const entry = await readEntry({ fsRoot, folder }, id);
      if (!entry) continue;
      if (await this.isAtItsPlace(folder, entry)) {
        await unlink(folder.at(id)).catch(() => {});
        await dropRecord(folder, id).catch(() => {});
      } else fresh.push(entry);
    }
    // In the order of their times, which the map keeps: the first is the oldest.
    for (const entry of fresh.sort((a, b) => a.deletedAt - b.deletedAt)) known.set(entry.id, entry);
    // Our own are under way, or go with what failed.
    for (const id of records)
      if (!found.has(id) && !id.startsWith(this.mark)) await dropRecord(folder, id).catch(() => {});
  }

  /** A crash between the two names of a file: it was not replaced, or it is restored. */
  private async isAtItsPlace(folder: FsNode, { id, path, kind }: TrashEntry): Promise<boolean> {
    if (kind !== 'file' || path === null) return false;
    const item = await this.parts.fsRoot.openNode(folder, id);
    try {
      if (!item || item.stats.nlink < 2n) return false;
      const own = identityOf(item.stats);
      return await this.parts.tree.at(
        path,
        { follow: false },
        async ({ node }) => node !== null && identityOf(node.stats) === own,
      );
    } catch {
      return false;
    } finally {
      await item?.close();
    }
  }

  /** For good. False if it is gone already. */
  private async remove(entry: TrashEntry): Promise<boolean> {
    const { id } = entry;
    return withFileErrors(entry.path ?? id, () =>
      this.inFolder(async (folder) => {
        const node = await this.parts.fsRoot.openNode(folder, id);
        if (node) {
          const resolved: ResolvedPath = { folder, name: id, node, names: [trashName, id] };
          try {
            await remove(this.parts, { resolved, path: entry.path ?? id, recursive: true });
          } finally {
            await node.close();
          }
        }
        await this.forget(folder, id);
        return node !== null;
      }),
    );
  }

  private async forget(folder: FsNode, id: string): Promise<void> {
    this.known?.delete(id);
    await dropRecord(folder, id);
  }

  /** What is no entry of ours, too. */
  private async clear(): Promise<void> {
    const folder = await this.open();
    if (!folder) return;
    try {
      const mine = (name: string): boolean =>
        [...this.moving].some((id) => name === id || name.startsWith(`${id}.`)) ||
        this.known?.has(idOfRecord(name) ?? name) === true;
      await emptyFolder(folder, { fsRoot: this.parts.fsRoot, keep: mine });
    } finally {
      await folder.close();
    }
  }

  private async inFolder<T>(work: (folder: FsNode) => Promise<T>): Promise<T> {
    const folder = await this.open();
    if (!folder) throw gone();
    try {
      return await work(folder);
    } finally {
      await folder.close();
    }
  }

  private async open(): Promise<FsNode | null> {
    const root = await this.parts.fsRoot.root();
    try {
      const folder = await this.parts.fsRoot.openNode(root, trashName);
      if (folder?.kind === 'directory') return folder;
      await folder?.close();
      return null;
    } finally {
      await root.close();
    }
  }

  private async make(): Promise<FsNode> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const found = await this.open();
      if (found) return found;
      const root = await this.parts.fsRoot.root();
      try {
        await mkdir(root.at(trashName), { mode: 0o700 }).catch(async (error: unknown) => {
          if (!hasCode(error, 'EEXIST')) throw error;
          // Somebody put something else there: links and files only; a folder that has just been made is fine.
          await unlink(root.at(trashName)).catch(() => {});
        });
      } finally {
        await root.close();
      }
    }
    throw new LightdeckError('conflict', `${trashName} in the volume's root can't be used: delete it`);
  }

  /** An empty trash leaves nothing behind. */
  private async leave(): Promise<void> {
    const root = await this.parts.fsRoot.root();
    try {
      if (this.moving.size === 0) await rmdir(root.at(trashName));
    } catch (error) {
      if (!isMissing(error) && !hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    } finally {
      await root.close();
    }
  }
}

function gone(): LightdeckError {
  return new LightdeckError('not_found', 'This is not in the trash any more');
}
