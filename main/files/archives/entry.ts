import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import type { FileKind } from '../contract.ts';

/** One thing that an archive holds. Nothing of it is checked: an archive says what it likes. */
export interface ArchivedEntry {
  /** `/` between the parts. */
  name: string;
  kind: FileKind;
  /** Bytes, as the archive says. */
  size: number;
  /** Permission bits; null where the archive doesn't tell them. */
  mode: number | null;
  /** Unix milliseconds. */
  modifiedAt: number | null;
  /** The bytes of a file: once at most, and before the next entry is asked for. Throws when they are not what the archive promised. */
  content(): AsyncIterable<Uint8Array>;
}

/** One thing that goes into an archive. */
export interface NewEntry {
  /** Relative, `/` between the parts, none at the end. */
  name: string;
  kind: 'file' | 'directory';
  /** Bytes; `content` gives exactly as many. */
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
