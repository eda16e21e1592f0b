import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { systemCode } from '../lib/system-error.ts';

/** SQLite's primary result codes that speak of the file, the disk or the machine, not of the statement. */
const failing = [
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_PERM',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_NOMEM',
  'SQLITE_PROTOCOL',
];
/** Said by system calls that found no room. */
const full = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT']);

/** What a full disk is called to people; the same wherever it is met. */
export const diskFullProblem =
  'The disk under the data folder is full: free some space on it, then try again.';

/**
 * A failed access to the data folder (the store's own error, or a system call's with its `code`) in words: `disk_full` when
 * there is no room, else `internal` with the cause named. Null for anything that isn't such a failure: a broken rule of a
 * table, or a bug.
 */
export function storeFailure(error: unknown): LightdeckError | null {
  if (error instanceof LightdeckError) return error.code === 'disk_full' ? error : null;
  const code = systemCode(error);
  if (code === '') return null;
  if (full.has(code)) return new LightdeckError('disk_full', diskFullProblem, { cause: error });
  if (!failing.some((one) => code === one || code.startsWith(`${one}_`))) return null;
  return new LightdeckError(
    'internal',
    `The host's database can't be used at the moment (${errorText(error)}): check the disk under the data folder, then try again.`,
    { cause: error },
  );
}
