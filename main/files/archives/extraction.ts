import { LightdeckError } from '../../../shared/errors.ts';
import type { UserPath } from '../contract.ts';
import { outOfSpace, shown } from '../file-errors.ts';
import { isHole } from '../new-file.ts';
import { traversal } from '../user-path.ts';
import type { ReadFormat } from './archive-format.ts';
import { type DecodeOptions, decode } from './codec.ts';
import { type ArchivedEntry, readingError, tellingReadingErrors } from './entry.ts';
import type { Extracted, ExtractOptions } from './extract.ts';
import { ExtractionGuard, entryPath, maxNameLength } from './extraction-guard.ts';
import { fileChunks } from './file-chunks.ts';
import { LinksToMake } from './links-to-make.ts';
import { ifGone, insideOf, joinPath, spellPath } from './paths.ts';

/** Zeros that become holes take no room, so they have a bound of their own: the volume's room, but not less than this, in bytes. */
const leastHoles = 64 * 1024 ** 3;

/** One archive's way into a folder that is there. */
export class Extraction {
  private readonly options: ExtractOptions;
  private readonly format: ReadFormat;
  private readonly total: number;
  private readonly guard: ExtractionGuard;
  private readonly done: Extracted = { files: 0, folders: 0, links: 0, skipped_links: 0, skipped_others: 0 };
  /** Modes and times of folders, which come last: what is put into a folder changes its time. Bounded as the entries are. */
  private readonly folders: { path: UserPath; mode: number | null; modifiedAt: number | null }[] = [];
  /** The files so far, for hard links to them. */
  private readonly files = new Set<UserPath>();
  private readonly links: LinksToMake;
  private holes = 0;
  private readonly maxHoles: number;
  private bytes = 0;
  private last = '';

  constructor(options: ExtractOptions, archive: { format: ReadFormat; size: number; total: number }) {
    this.options = options;
    this.format = archive.format;
    this.total = archive.total;
    this.links = new LinksToMake(options.jail);
    this.maxHoles = Math.max(leastHoles, options.roomLeft());
    this.guard = new ExtractionGuard({
      archiveSize: archive.size,
      foldsNames: options.foldsNames,
      hasBound: Number.isFinite(options.roomLeft()),
    });
  }

  /** Bytes that came out of the compression. A zip is not read from front to back, so these are also its progress. */
  count(bytes: number): void {
    this.guard.count(bytes);
    this.bytes += bytes;
    if (this.format === 'zip') this.options.onProgress(this.bytes, this.total);
  }

  async unpack(source: DecodeOptions): Promise<Extracted> {
    try {
      for await (const entry of tellingReadingErrors(decode(this.format, source))) {
        source.signal.throwIfAborted();
        this.last = entry.name;
        await this.take(entry);
      }
      const { made, skipped } = await this.links.make(source.signal);
      this.done.links += made;
      this.done.skipped_links += skipped;
      await this.finishFolders();
      return this.done;
    } catch (error) {
      const { aborted, reason } = source.signal;
      throw this.explain(aborted ? reason : readingError(error));
    }
  }

  private async take(entry: ArchivedEntry): Promise<void> {
    const { jail, destination } = this.options;
    const inside = insideOf(this.guard.admit(entry), this.options.from);
    if (inside === null) return;
    const path = joinPath(destination, inside);
    // Of a name that comes twice the later one counts.
    this.links.forget(path);
    switch (entry.kind) {
      case 'link':
        return this.takeLink(entry, path);
      case 'hardlink':
        return this.takeHardLink(entry, path);
      case 'other':
        this.done.skipped_others += 1;
        return;
      case 'directory':
        // An archive may not change the mode of the folder that it is unpacked into.
        if (path === joinPath(destination, '')) return;
        await jail.makeFolder(path);
        this.folders.push({
          path,
          // Whoever owns a folder must be able to use it.
          mode: entry.mode === null ? null : entry.mode | 0o700,
          modifiedAt: entry.modifiedAt,
        });
        this.done.folders += 1;
        return;
      case 'file':
        return this.write(path, entry, tellingReadingErrors(entry.content()));
    }
  }

  private async write(
    path: UserPath,
    { size, mode, modifiedAt }: Pick<ArchivedEntry, 'size' | 'mode' | 'modifiedAt'>,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const { jail, signal, roomLeft, makeRoom, keepOld } = this.options;
    // Before gigabytes are written that can't fit.
    if (size > roomLeft() && size > ((await makeRoom?.(size)) ?? 0)) throw outOfSpace();
    await jail.writeWhole(path, this.written(content), {
      ...(mode === null ? {} : { mode: mode | 0o600 }),
      ...(modifiedAt === null ? {} : { modifiedAt }),
      signal,
      holes: true,
      keepOld,
      // The archive is still there, should the power fail.
      flush: false,
    });
    this.files.add(path);
    this.done.files += 1;
  }

  private async *written(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      this.guard.wrote(chunk.length);
      if (isHole(chunk)) this.holes += chunk.length;
      if (this.holes > this.maxHoles) throw outOfSpace();
      yield chunk;
    }
  }

  private async takeLink(entry: ArchivedEntry, path: UserPath): Promise<void> {
    const target = entry.target ?? (await linkText(entry));
    if (target === null) this.done.skipped_links += 1;
    else this.links.add(path, target);
  }

  /** A second name of a file becomes a file of its own: a game that writes to one of them must not change the other unawares. */
  private async takeHardLink({ target, mode, modifiedAt }: ArchivedEntry, path: UserPath): Promise<void> {
    const { jail, destination, signal } = this.options;
    const first = insideOf(entryPath(target ?? ''), this.options.from);
    if (first === null) {
      this.done.skipped_links += 1;
      return;
    }
    const original = joinPath(destination, first);
    const link = this.links.get(original);
    if (link !== undefined) return this.links.add(path, link);
    if (original === path && this.files.has(path)) return;
    const file = this.files.has(original)
      ? await jail.open(original, { read: true, write: false }).catch(ifGone)
      : null;
    if (!file) {
      this.done.skipped_links += 1;
      return;
    }
    try {
      const { size } = await file.stat();
      this.count(size);
      await this.write(path, { size, mode, modifiedAt }, fileChunks(file, { start: 0, end: size, signal }));
    } finally {
      await file.close();
    }
  }

  private async finishFolders(): Promise<void> {
    for (const { path, mode, modifiedAt } of this.folders.reverse()) {
      const changes = {
        ...(mode === null ? {} : { mode }),
        ...(modifiedAt === null ? {} : { modifiedAt }),
      };
      await this.options.jail.change(path, changes).catch(ifGone);
    }
  }

  /** The failure, with where it happened and what is there already. */
  private explain(error: unknown): unknown {
    if (!(error instanceof LightdeckError)) return error;
    const { files, folders } = this.done;
    const where = this.last === '' ? '' : `at ${shown(this.last)}, `;
    const message = `${error.message} (${where}after ${files} files and ${folders} folders were unpacked)`;
    return new LightdeckError(error.code, message, { cause: error });
  }
}

/** Of a zip, where the content is what the link says; null if that is too long to be one. */
async function linkText({ content, size }: ArchivedEntry): Promise<string | null> {
  if (size > maxNameLength) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of tellingReadingErrors(content())) chunks.push(chunk);
  const text = spellPath(Buffer.concat(chunks));
  if (text.length > maxNameLength) throw traversal();
  return text;
}
