import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { errorText } from '../../shared/error-text.ts';

const modeBits = 0o777;
const othersBits = 0o077;

/**
 * Makes the folder, parents too, and sees to it that the machine's other users don't get in (mode 0700; on Windows nothing), at each
 * call anew. What was done about it, or why it can't be, in words for the log; null if it was private already. Throws what making it throws.
 */
export function keepPrivate(folder: string): string | null {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32' || made !== undefined) return null;
  const mode = statSync(folder).mode & modeBits;
  if ((mode & othersBits) === 0) return null;
  try {
    chmodSync(folder, mode & ~othersBits);
    return "other users of this machine could get at the servers' files; the folder is closed to them now";
  } catch (error) {
    return `other users of this machine can get at the servers' files, and the folder can't be closed to them: ${errorText(error)}`;
  }
}
