import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import type { FileKind } from '../contract.ts';

/** A hard link is a second name of a file that came before. */
export type EntryKind = FileKind | 'hardlink';

/** One thing that an archive holds. Nothing of it is checked: an archive says what it likes. */
export interface ArchivedEntry {
  /** `/` between the parts, spelled (A16). */
  name: string;
  kind: EntryKind;
  /** Bytes, as the archive says. */
  size: number;
  /** Permission bits; null where the archive doesn't tell them. */
  mode: number | null;
  /** Unix milliseconds. */
  modifiedAt: number | null;
  /** Of links: where they lead, spelled; of a hard link the earlier name. Null for all else, and where only the content says it (zip). */
  target: string | null;
  /** The bytes of a file: once at most, and before the next entry is asked for. Throws when they are not what the archive promised. */
  content(): AsyncIterable<Uint8Array>;
}

/** One thing that goes into an archive. */
export interface NewEntry {
  /** Relative, `/` between the parts, none at the end, spelled (A16). */
  name: string;
  kind: 'file' | 'directory' | 'link';
  /** Where a link leads, spelled; null for all else. */
  target: string | null;
  /** Bytes; `content` gives exactly as many. 0 for all but files. */
  size: number;
  mode: number;
  uid: number;
  gid: number;
  /** Unix milliseconds. */
  modifiedAt: number;
  content(): AsyncIterable<Uint8Array>;
}

/** For what is no valid archive: 400, with what is wrong. */
export function damaged(why: string, cause?: unknown): LightdeckError {
  return new LightdeckError('invalid', `The archive is damaged or incomplete: ${why}`, { cause });
}

/**
 * What a reader of archives threw, for people: whatever a library stumbles over is a damaged archive. The system's own
 * failures (a disk that can't be read) and ours stay as they are.
 */
export function readingError(thrown: unknown): unknown {
  if (thrown instanceof LightdeckError) return thrown;
  if (thrown instanceof Error && ('syscall' in thrown || thrown.name === 'AbortError')) return thrown;
  return damaged(errorText(thrown), thrown);
}

export async function* tellingReadingErrors<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (error) {
    throw readingError(error);
  }
}
