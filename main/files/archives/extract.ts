import { LightdeckError } from '../../../shared/errors.ts';
import type { ArchiveFormat } from '../../../shared/http/archives.ts';
import type { Jail, UserPath } from '../contract.ts';
import { shown } from '../file-errors.ts';
import { refuseAbsolute } from '../user-path.ts';
import { formatOf, headSize } from './archive-format.ts';
import { type DecodeOptions, decode } from './codec.ts';
import { type ArchivedEntry, readingError, tellingReadingErrors } from './entry.ts';
import { ExtractionGuard } from './extraction-guard.ts';
import { ifGone, joinPath } from './paths.ts';

export interface ExtractOptions {
  jail: Jail;
  archivePath: UserPath;
  /** Made if it is missing. */
  destination: UserPath;
  /** Bytes that the volume still has room for, at the moment. */
  roomLeft: () => number;
  foldsNames: boolean;
  signal: AbortSignal;
  /** Bytes done, and of how many. */
  onProgress: (current: number, total: number) => void;
}

/** What came out. Links, pipes and devices never do: they are counted. */
export interface Extracted {
  files: number;
  folders: number;
  skipped_links: number;
  skipped_others: number;
}

/**
 * A9, entry by entry: each file is written whole and then moved to its place, over an older one, so that whatever goes wrong leaves no
 * half file; what was complete by then stays. Throws LightdeckError; once something was unpacked its message says how much.
 */
export async function extract(options: ExtractOptions): Promise<Extracted> {
  const { jail, signal } = options;
  const destination = refuseAbsolute(options.destination);
  const file = await jail.open(refuseAbsolute(options.archivePath), { read: true, write: false });
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(headSize);
    const { bytesRead } = await file.read(head, 0, headSize, 0);
    const format = formatOf(head.subarray(0, bytesRead));
    const source = { file, size, signal };
    // A zip has a list of what is in it, so that a bad one is refused before anything is unpacked.
    const total = format === 'zip' ? await survey(source, options) : size;
    await jail.makeFolder(destination);
    const run = new Extraction({ ...options, destination }, { format, size, total });
    return await run.unpack({
      ...source,
      onRead: (bytes) => options.onProgress(bytes, total),
      onExpanded: (bytes) => run.count(bytes),
    });
  } finally {
    await file.close();
  }
}

const newGuard = (format: ArchiveFormat, archiveSize: number, foldsNames: boolean): ExtractionGuard =>
  new ExtractionGuard({ archiveSize, foldsNames, refuseRepeats: format === 'zip' });

/** Checks the whole list of a zip; the bytes that it promises. */
async function survey(
  source: Pick<DecodeOptions, 'file' | 'size' | 'signal'>,
  { jail, destination, foldsNames, roomLeft }: ExtractOptions,
): Promise<number> {
  const guard = newGuard('zip', source.size, foldsNames);
  let total = 0;
  const unread = { onRead: () => {}, onExpanded: () => {} };
  for await (const entry of tellingReadingErrors(decode('zip', { ...source, ...unread }))) {
    guard.admit(entry);
    guard.count(entry.size);
    total += entry.size;
  }
  // Only into a new folder: elsewhere files may be replaced, which gives room back.
  if (total > roomLeft() && (await jail.stat(destination).catch(ifGone)) === null)
    throw new LightdeckError(
      'out_of_space',
      `System out of storage: the archive needs ${total} bytes, more than the volume has left. Nothing was unpacked`,
    );
  return total;
}

class Extraction {
  private readonly options: ExtractOptions;
  private readonly format: ArchiveFormat;
  private readonly total: number;
  private readonly guard: ExtractionGuard;
  private readonly done: Extracted = { files: 0, folders: 0, skipped_links: 0, skipped_others: 0 };
  /** Modes and times of folders, which come last: what is put into a folder changes its time. Bounded as the entries are. */
  private readonly folders: { path: UserPath; mode: number | null; modifiedAt: number | null }[] = [];
  private bytes = 0;
  private last = '';

  constructor(options: ExtractOptions, archive: { format: ArchiveFormat; size: number; total: number }) {
    this.options = options;
    this.format = archive.format;
    this.total = archive.total;
    this.guard = newGuard(archive.format, archive.size, options.foldsNames);
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
      for (const { path, mode, modifiedAt } of this.folders.reverse()) {
        const changes = {
          ...(mode === null ? {} : { mode }),
          ...(modifiedAt === null ? {} : { modifiedAt }),
        };
        await this.options.jail.change(path, changes).catch(ifGone);
      }
      return this.done;
    } catch (error) {
      const { aborted, reason } = source.signal;
      throw this.explain(aborted ? reason : readingError(error));
    }
  }

  private async take(entry: ArchivedEntry): Promise<void> {
    const { jail, destination, signal } = this.options;
    const path = this.guard.admit(entry);
    switch (entry.kind) {
      case 'link':
        this.done.skipped_links += 1;
        return;
      case 'other':
        this.done.skipped_others += 1;
        return;
      case 'directory':
        // An archive may not change the mode of the folder that it is unpacked into.
        if (path === '') return;
        await jail.makeFolder(joinPath(destination, path));
        this.folders.push({
          path: joinPath(destination, path),
          // Whoever owns a folder must be able to use it.
          mode: entry.mode === null ? null : entry.mode | 0o700,
          modifiedAt: entry.modifiedAt,
        });
        this.done.folders += 1;
        return;
      case 'file':
        await jail.writeWhole(joinPath(destination, path), tellingReadingErrors(entry.content()), {
          ...(entry.mode === null ? {} : { mode: entry.mode | 0o600 }),
          ...(entry.modifiedAt === null ? {} : { modifiedAt: entry.modifiedAt }),
          signal,
          // The archive is still there, should the power fail.
          flush: false,
        });
        this.done.files += 1;
        return;
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
