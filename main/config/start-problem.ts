import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { systemCode } from '../lib/system-error.ts';

/** Causes are looked into so deep; a chain may be a circle. */
const maxDepth = 4;

const fullCodes = /^(ENOSPC|EDQUOT|SQLITE_FULL)/;
const closedCodes =
  /^(EROFS|EACCES|EPERM|ENOTDIR|EEXIST|SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH)/;
const damagedCodes = /^(SQLITE_CORRUPT|SQLITE_NOTADB)/;
const brokenCodes = /^(EIO|SQLITE_IOERR)/;

/**
 * Why a start came to nothing, where the data folder is the reason: one sentence that names the folder and says what to do, as a
 * LightdeckError (`disk_full`, `invalid` for a damaged database, else `internal`). Anything else comes back as it is. Only for what was
 * thrown while the host was built.
 */
export function startProblem(
  error: unknown,
  { dataDir, store }: { dataDir: string; store: string },
): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  const options = { cause: error };
  if (fullCodes.test(code)) {
    const text = `The disk with the data folder ${dataDir} is full, and this start needs some room on it: free some, then start again. Servers that run go on meanwhile.`;
    return new LightdeckError('disk_full', text, options);
  }
  if (damagedCodes.test(code)) {
    const text = `The database ${store} is damaged (${causeText(error)}): put a copy of it in its place, or move it away with the files beside it (${store}-wal, -shm). Without it the host starts empty, and offers the servers and volumes that are still there to be taken up again. It was left as it is.`;
    return new LightdeckError('invalid', text, options);
  }
  const action = closedCodes.test(code)
    ? 'Make it writable for this user, or choose another folder with --data.'
    : brokenCodes.test(code)
      ? 'Check that disk, or choose another folder with --data.'
      : null;
  if (action === null) return error;
  const text = `The data folder ${dataDir} can't be written (${causeText(error)}). ${action} Servers that run go on meanwhile.`;
  return new LightdeckError('internal', text, options);
}

/** What the library says, without a code, where SQLite can't open a file at all. */
const notOpened = /^ConnectionFailed\("(.*): \d+"\)$/;

/** The code of SQLite's or the system's that is at the bottom of it; null where another reason was found already. */
function codeOf(error: unknown): string | null {
  const isOther =
    error instanceof LightdeckError && !['invalid', 'internal', 'disk_full'].includes(error.code);
  if (isOther) return null;
  const cause = innermost(error);
  const code = notOpened.test(errorText(cause)) ? 'SQLITE_CANTOPEN' : systemCode(cause);
  // An address or a configuration that can't be used has its own words.
  const isInWords =
    error instanceof LightdeckError && error.code === 'invalid' && !code.startsWith('SQLITE_');
  return code === '' || isInWords ? null : code;
}

/** The first of its causes that the system or SQLite gave a code. */
function innermost(error: unknown): unknown {
  let found = error;
  for (let depth = 0; depth < maxDepth && found instanceof Error && !hasSystemCode(found); depth += 1)
    found = found.cause;
  return hasSystemCode(found) ? found : null;
}

const hasSystemCode = (error: unknown): boolean =>
  !(error instanceof LightdeckError) && (systemCode(error) !== '' || notOpened.test(errorText(error)));

const causeText = (error: unknown): string =>
  errorText(innermost(error)).replace(notOpened, '$1').replace(/\.$/, '');
