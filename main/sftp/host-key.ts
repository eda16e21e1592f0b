import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import type { ParsedKey, utils } from 'ssh2';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { keyFingerprint } from '../lib/key-fingerprint.ts';
import { hasCode } from '../lib/system-error.ts';
import { writeAtomically } from '../lib/write-atomically.ts';

export interface HostKey {
  /** In OpenSSH's own format. */
  private: string;
  /** `SHA256:…`, as clients show it. */
  fingerprint: string;
}

interface ParsedHostKey extends HostKey {
  /** As in `ssh-ed25519`. */
  type: string;
  /** In the format of SSH's protocol. */
  public: Buffer;
}

const maxTries = 20;

/**
 * A13: the host's ed25519 key, made on the first start (mode 0600) and kept. Rejects with LightdeckError `invalid` for a file that
 * can't be read as a key; it is never overwritten, since clients would be warned of an attack. The public half is kept beside it, as
 * OpenSSH does: a key that was understood once needs no `loadKeys`, which loads ssh2.
 */
export async function loadHostKey(path: string, loadKeys: () => Promise<typeof utils>): Promise<HostKey> {
  const text = readKey(path);
  if (text === null) {
    const made = makeKey(await loadKeys());
    writeAtomically(path, made.private);
    writePublic(path, made);
    return made;
  }
  // Windows has no such modes; the folder's owner decides there.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  const known = knownPublic(path, text);
  if (known) return { private: text, fingerprint: keyFingerprint(known) };
  const key = parse(text, await loadKeys());
  if (!key) throw broken(path, 'it is no private key');
  writePublic(path, key);
  return key;
}

/** `ssh-ed25519 AAAA… sha256:…`, the last being of the private key's file: who changes that makes this one worth nothing. */
const publicLine = /^(\S+) ([A-Za-z0-9+/]+=*) sha256:([0-9a-f]{64})\n$/;
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The public key that belongs to this private one, if it was found before. */
function knownPublic(path: string, text: string): Buffer | null {
  try {
    const [, , key, of] = publicLine.exec(readFileSync(`${path}.pub`, 'utf8')) ?? [];
    return key !== undefined && of === digestOf(text) ? Buffer.from(key, 'base64') : null;
  } catch {
    return null;
  }
}

function writePublic(path: string, key: ParsedHostKey): void {
  try {
    const line = `${key.type} ${key.public.toString('base64')} sha256:${digestOf(key.private)}\n`;
    writeAtomically(`${path}.pub`, line);
  } catch {
    // Only the next start's haste depends on it.
  }
}

/** One in 300 keys that ssh2 makes can't be read by ssh2: it is looked at before it is kept. */
function makeKey(keys: typeof utils): ParsedHostKey {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const key = parse(keys.generateKeyPairSync('ed25519').private, keys);
    if (key) return key;
  }
  throw new LightdeckError('internal', 'No SFTP host key could be made');
}

/** Null if it is no private key. */
function parse(text: string, keys: typeof utils): ParsedHostKey | null {
  const parsed: ParsedKey | Error = keys.parseKey(text);
  if (parsed instanceof Error || !parsed.isPrivateKey()) return null;
  const key = parsed.getPublicSSH();
  return { private: text, fingerprint: keyFingerprint(key), type: parsed.type, public: key };
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
