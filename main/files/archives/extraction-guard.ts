import { LightdeckError } from '../../../shared/errors.ts';
import { MiB } from '../../../shared/units.ts';
import { shown } from '../file-errors.ts';
import { parseUserPath, refuseAbsolute, traversal } from '../user-path.ts';
import type { ArchivedEntry } from './entry.ts';

/** Most entries of an archive, in and out, and the longest name of one in characters. */
export const maxEntries = 200_000;
export const maxNameLength = 4096;

/** An archive may become this many times larger than it is, but not held to it below this many bytes. */
const maxRatio = 200;
const ratioFreeBytes = 100 * MiB;

export interface GuardOptions {
  /** Of the archive, in bytes. */
  archiveSize: number;
  /** Whether names that differ in case alone are one name here (Windows, macOS). */
  foldsNames: boolean;
  /** Whether a second file of the same name is refused; else it replaces the first, as tar does with what was added later. */
  refuseRepeats: boolean;
}

/**
 * A9 for what an archive says of itself. The jail guards the way to each file once more; this refuses what is hostile on its face, and bombs.
 * Everything throws LightdeckError `invalid`.
 */
export class ExtractionGuard {
  private readonly options: GuardOptions;
  private entries = 0;
  private bytes = 0;
  /** The names of the files so far, as the file system tells them apart → as they are written. Bounded by `maxEntries`. */
  private readonly files: Map<string, string> | null;

  constructor(options: GuardOptions) {
    this.options = options;
    this.files = options.foldsNames || options.refuseRepeats ? new Map() : null;
  }

  /** The entry's path below the destination, '' for the destination itself. To be called once for each entry. */
  admit({ name, kind, size }: ArchivedEntry): string {
    this.entries += 1;
    if (this.entries > maxEntries)
      throw new LightdeckError('invalid', `The archive has more than ${maxEntries} entries`);
    if (name.length > maxNameLength)
      throw new LightdeckError('invalid', `The archive has a name of more than ${maxNameLength} characters`);
    if (!Number.isSafeInteger(size) || size < 0)
      throw new LightdeckError('invalid', `The archive says no possible size of ${shown(name)}`);
    const path = entryPath(name);
    if (kind === 'file') this.remember(path);
    return path;
  }

  /** Counts bytes that came out of the archive, before they are written. */
  count(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > ratioFreeBytes && this.bytes > this.options.archiveSize * maxRatio)
      throw new LightdeckError(
        'invalid',
        `The archive would become more than ${maxRatio} times larger than it is: that looks like an attack`,
      );
  }

  private remember(path: string): void {
    if (path === '') throw traversal();
    if (!this.files) return;
    const key = this.options.foldsNames ? path.normalize('NFC').toLowerCase() : path;
    const known = this.files.get(key);
    if (known !== undefined && (known !== path || this.options.refuseRepeats))
      throw new LightdeckError(
        'invalid',
        `The archive has ${shown(path)} twice, or another file whose name is the same on this system`,
      );
    this.files.set(key, path);
  }
}

function entryPath(name: string): string {
  const parts = parseUserPath(refuseAbsolute(name));
  // Dots that a careless reader would turn into plain ones.
  if (parts.some((part) => ['.', '..'].includes(part.normalize('NFKC')))) throw traversal();
  return parts.join('/');
}
