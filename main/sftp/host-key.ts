import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import type { ParsedKey, utils } from 'ssh2';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import { writeAtomically } from '../lib/write-atomically.ts';

const maxTries = 20;

export interface HostKey {
  /** In OpenSSH's own format. */
  private: string;
  /** `SHA256:…`, as clients show it. */
  fingerprint: string;
}

/**
 * A13: the host's ed25519 key, made on the first start (mode 0600) and kept. Throws LightdeckError `invalid` for a file that
 * can't be read as a key; it is never overwritten, since clients would be warned of an attack.
 */
export function loadHostKey(path: string, keys: typeof utils): HostKey {
  const text = readKey(path);
  if (text === null) {
    const made = makeKey(keys);
    writeAtomically(path, made.private);
    return made;
  }
  const key = parse(text, keys);
  if (!key) throw broken(path, 'it is no private key');
  // Windows has no such modes; the folder's owner decides there.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  return key;
}

/** One in 300 keys that ssh2 makes can't be read by ssh2: it is looked at before it is kept. */
function makeKey(keys: typeof utils): HostKey {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const key = parse(keys.generateKeyPairSync('ed25519').private, keys);
    if (key) return key;
  }
  throw new LightdeckError('internal', 'No SFTP host key could be made');
}

/** Null if it is no private key. */
function parse(text: string, keys: typeof utils): HostKey | null {
  const parsed: ParsedKey | Error = keys.parseKey(text);
  if (parsed instanceof Error || !parsed.isPrivateKey()) return null;
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '');
  return { private: text, fingerprint: `SHA256:${digest}` };
}

/** Null if there is no file. */
function readKey(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw broken(path, errorText(error));
  }
}

function broken(path: string, why: string): LightdeckError {
  return new LightdeckError(
    'invalid',
    `The SFTP host key ${path} can't be used: ${why}. Restore it, or remove it to have a new one made at the next start (clients will warn that it changed).`,
  );
}
