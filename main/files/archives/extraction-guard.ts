import { LightdeckError } from '../../../shared/errors.ts';
import { MiB } from '../../../shared/units.ts';
import { hasBackslash } from '../byte-name.ts';
import { shown } from '../file-errors.ts';
import { parseUserPath, traversal } from '../user-path.ts';
import type { ArchivedEntry } from './entry.ts';

/** Most entries of an archive, in and out, the longest name of one in characters, and all names together. */
export const maxEntries = 200_000;
export const maxNameLength = 4096;
const maxAllNames = 128 * MiB;

/** Where nothing bounds what is written: an archive may become this many times larger than it is, but not held to it below this many bytes. */
const maxRatio = 200;
const ratioFreeBytes = 100 * MiB;
/** Where the volume's room bounds what is written: what comes out and is no file, in bytes, in all and for each entry. */
const freeOverhead = 100 * MiB;
const overheadPerEntry = 16 * 1024;

export interface GuardOptions {
  /** Of the archive, in bytes. */
  archiveSize: number;
  /** Whether names that differ in case alone are one name here (Windows, macOS). */
  foldsNames: boolean;
  /** Whether the volume has a size: then its room says how much may come out, and not what the archive's own size suggests. */
  hasBound: boolean;
}

/**
 * A9 for what an archive says of itself. The jail guards the way to each file once more; this refuses what is hostile on its face, and bombs.
 * Everything throws LightdeckError `invalid`.
 */
export class ExtractionGuard {
  private readonly options: GuardOptions;
  private entries = 0;
  private characters = 0;
  private bytes = 0;
  private written = 0;
  /** The names of the files so far, as the file system tells them apart → as they are written. Bounded by `maxEntries` and `maxAllNames`. */
  private readonly files: Map<string, string> | null;

  constructor(options: GuardOptions) {
    this.options = options;
    this.files = options.foldsNames ? new Map() : null;
  }

  /** The entry's path below the destination, '' for the destination itself. To be called once for each entry. */
  admit({ name, kind, size, target }: ArchivedEntry): string {
    this.entries += 1;
    if (this.entries > maxEntries)
      throw new LightdeckError('invalid', `The archive has more than ${maxEntries} entries`);
    if (name.length > maxNameLength || (target ?? '').length > maxNameLength)
      throw new LightdeckError('invalid', `The archive has a name of more than ${maxNameLength} characters`);
    this.characters += name.length + (target ?? '').length;
    if (this.characters > maxAllNames)
      throw new LightdeckError('invalid', `The archive's names have more than ${maxAllNames} characters`);
    if (!Number.isSafeInteger(size) || size < 0)
      throw new LightdeckError('invalid', `The archive says no possible size of ${shown(name)}`);
    const path = entryPath(name);
    if (path === '' && kind !== 'directory') throw traversal();
    if (kind !== 'directory') this.remember(path);
    return path;
  }

  /** Counts bytes that came out of the archive, before they are written. */
  count(bytes: number): void {
    this.bytes += bytes;
    if (this.options.hasBound) this.checkOverhead();
    else if (this.bytes > ratioFreeBytes && this.bytes > this.options.archiveSize * maxRatio)
      throw new LightdeckError(
        'invalid',
        `The archive would become more than ${maxRatio} times larger than it is: that looks like an attack`,
      );
  }

  /** Of the counted bytes: those that the volume's room was asked for. */
  wrote(bytes: number): void {
    this.written += bytes;
  }

  private checkOverhead(): void {
    const overhead = this.bytes - this.written;
    if (overhead > freeOverhead + this.entries * overheadPerEntry)
      throw new LightdeckError(
        'invalid',
        `The archive has more than ${freeOverhead} bytes that are no files: that looks like an attack`,
      );
  }

  private remember(path: string): void {
    if (!this.files) return;
    const key = path.normalize('NFC').toLowerCase();
    const known = this.files.get(key);
    if (known !== undefined && known !== path)
      throw new LightdeckError(
        'invalid',
        `The archive has ${shown(path)} twice, or another file whose name is the same on this system`,
      );
    this.files.set(key, path);
  }
}

/** One slash in front is dropped, as tar and unzip do: it means the destination. Throws LightdeckError `invalid` (A9). */
export function entryPath(name: string): string {
  // Two of them are another computer's name on Windows.
  if (name.startsWith('//')) throw traversal();
  const parts = parseUserPath(name);
  for (const part of parts) {
    // Dots that a careless reader would turn into plain ones.
    if (hasBackslash(part) || ['.', '..'].includes(part.normalize('NFKC'))) throw traversal();
  }
  // A drive, as it is spelled.
  if (/^[a-z]\\x3a/i.test(parts[0] ?? '')) throw traversal();
  return parts.join('/');
}
