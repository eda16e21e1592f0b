import { posix } from 'node:path';
import { Client, type SFTPWrapper } from 'ssh2';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { keyFingerprint } from '../lib/key-fingerprint.ts';
import type { CopyPlace } from './contract.ts';
import { FarCalls } from './far-calls.ts';

export interface SftpPlaceOptions {
  host: string;
  /** Default 22. */
  port?: number;
  username: string;
  /** One of the two. Neither is ever logged. */
  password?: string;
  privateKey?: string;
  passphrase?: string;
  /** The server's key as people compare it: `SHA256:` and base64. */
  fingerprint: string;
  /** On the server; made if it is missing. */
  folder: string;
  /** How long it may take for one answer, in ms. For tests. */
  patienceMs?: number;
  /** Aborted: it is hung up, whatever is under way. */
  signal?: AbortSignal;
}

/** Bytes of one request, and requests that are under way: a far server takes its time for each. */
const requestBytes = 32 * 1024;
const atOnce = 32;
const connectMs = 20_000;
/** Codes of SFTP's answers. */
const [missingFile, notAllowed, failed] = [2, 3, 4];

/**
 * A folder on an SFTP server. Throws LightdeckError: `conflict` with the server's own fingerprint where it has another key, `unauthorized`,
 * `timeout` where it can't be reached. The opener closes it.
 */
export async function openSftpPlace(options: SftpPlaceOptions): Promise<CopyPlace> {
  const client = new Client();
  try {
    await connect(client, options);
    const calls = new FarCalls({ client, ...options });
    const sftp = await calls.ask<SFTPWrapper>((done) => client.sftp(done));
    const place = new SftpPlace({ client, sftp, calls, ...options });
    await place.makeFolders(options.folder);
    return place;
  } catch (error) {
    client.end();
    throw error;
  }
}

/** The key that a server shows, as people compare it; nobody logs in. Throws LightdeckError `timeout` where it can't be reached. */
export async function sftpFingerprint({ host, port }: { host: string; port: number }): Promise<string> {
  const client = new Client();
  try {
    let seen = '';
    await new Promise<void>((resolve, reject) => {
      const end = (error: Error): void =>
        seen === '' ? reject(refusal(error, { host, seen, fingerprint: '' })) : resolve();
      client.on('error', end);
      client.once('close', () => end(new Error('it hung up')));
      client.connect({
        host,
        port,
        username: 'lightdeck',
        readyTimeout: connectMs,
        hostVerifier: (key: Buffer) => {
          seen = keyFingerprint(key);
          return false;
        },
      });
    });
    return seen;
  } finally {
    client.end();
  }
}

async function connect(client: Client, options: SftpPlaceOptions): Promise<void> {
  const { host, port = 22, username, password, privateKey, passphrase, fingerprint, signal } = options;
  signal?.throwIfAborted();
  let seen = '';
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal?.reason);
      client.destroy();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    client.once('close', () => signal?.removeEventListener('abort', onAbort));
    client.once('ready', resolve);
    client.on('error', (error) => reject(refusal(error, { host, seen, fingerprint })));
    client.once('close', () => reject(refusal(new Error('it hung up'), { host, seen, fingerprint })));
    client.connect({
      host,
      port,
      username,
      readyTimeout: connectMs,
      keepaliveInterval: 15_000,
      hostVerifier: (key: Buffer) => {
        seen = keyFingerprint(key);
        return seen === fingerprint;
      },
      ...(password !== undefined && { password }),
      ...(privateKey !== undefined && { privateKey }),
      ...(passphrase !== undefined && { passphrase }),
    });
  });
  client.setNoDelay();
}

function refusal(
  error: Error & { level?: string },
  { host, seen, fingerprint }: { host: string; seen: string; fingerprint: string },
): LightdeckError {
  if (seen !== '' && seen !== fingerprint)
    return new LightdeckError(
      'conflict',
      `The key of ${host} is ${seen}, another one than was expected: ask whoever runs it`,
      { cause: error },
    );
  if (error.level === 'client-authentication')
    return new LightdeckError(
      'unauthorized',
      `${host} does not accept this user name with this password or key`,
      { cause: error },
    );
  return new LightdeckError('timeout', `The SFTP server ${host} can't be reached: ${errorText(error)}`, {
    cause: error,
  });
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === missingFile;

/** What a server says no to, in words: SFTP has one code for nearly everything. */
function told(error: unknown, what: string): unknown {
  if (error instanceof LightdeckError || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === notAllowed)
    return new LightdeckError('conflict', `its user may not ${what}`, { cause: error });
  if (error.code === failed)
    return new LightdeckError(
      'conflict',
      `it can't ${what} (${error.message}): its disk may be full, over a quota, or broken`,
      { cause: error },
    );
  return error;
}

interface SftpPlaceParts {
  client: Client;
  sftp: SFTPWrapper;
  calls: FarCalls;
  folder: string;
}

class SftpPlace implements CopyPlace {
  private readonly client: Client;
  private readonly sftp: SFTPWrapper;
  private readonly calls: FarCalls;
  private readonly folder: string;
  private readonly made = new Set<string>();

  constructor({ client, sftp, calls, folder }: SftpPlaceParts) {
    this.client = client;
    this.sftp = sftp;
    this.calls = calls;
    this.folder = folder;
  }

  async size(path: string): Promise<number | null> {
    try {
      const stats = await this.calls.ask<{ size: number }>((done) => this.sftp.stat(this.at(path), done));
      return stats.size;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async put(path: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const { calls, sftp } = this;
    const whole = this.at(path);
    const underWay: Promise<void>[] = [];
    let at = 0;
    try {
      await this.makeFolders(posix.dirname(whole));
      const handle = await calls.ask<Buffer>((done) => sftp.open(whole, 'w', done));
      try {
        for await (const chunk of content) {
          signal.throwIfAborted();
          for (let from = 0; from < chunk.length; from += requestBytes) {
            // The source may use its memory again before this is sent.
            const bytes = Buffer.from(chunk.subarray(from, from + requestBytes));
            const start = at;
            const write = calls.ask((done) => sftp.write(handle, bytes, 0, bytes.length, start, done));
            write.catch(() => {});
            at += bytes.length;
            underWay.push(write);
            if (underWay.length >= atOnce) await underWay.shift();
          }
        }
        await Promise.all(underWay);
      } catch (error) {
        await Promise.allSettled(underWay);
        await calls.ask((done) => sftp.close(handle, done)).catch(() => {});
        throw error;
      }
      // Some tell only now that the disk took less.
      await calls.ask((done) => sftp.close(handle, done));
    } catch (error) {
      throw told(error, `write ${whole}`);
    }
  }

  async *get(
    path: string,
    signal: AbortSignal,
    range?: { from: number; length: number },
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { calls, sftp } = this;
    const size = range ? range.from + range.length : ((await this.size(path)) ?? 0);
    const handle = await calls
      .ask<Buffer>((done) => sftp.open(this.at(path), 'r', done))
      .catch((error: unknown) => {
        // Removed since it was listed: no trouble of the place.
        throw isMissing(error) ? new LightdeckError('not_found', `${path} is not there any more`) : error;
      });
    const underWay: Promise<Buffer>[] = [];
    let at = range?.from ?? 0;
    try {
      while (at < size || underWay.length > 0) {
        signal.throwIfAborted();
        for (; at < size && underWay.length < atOnce; at += requestBytes) {
          const read = this.readPart(handle, at, Math.min(requestBytes, size - at));
          read.catch(() => {});
          underWay.push(read);
        }
        const next = await underWay.shift();
        if (next) yield next;
      }
    } catch (error) {
      throw told(error, `read ${this.at(path)}`);
    } finally {
      await Promise.allSettled(underWay);
      await calls.ask((done) => sftp.close(handle, done)).catch(() => {});
    }
  }

  async list(folder: string): Promise<string[]> {
    try {
      const found = await this.calls.ask<{ filename: string }[]>((done) =>
        this.sftp.readdir(this.at(folder), done),
      );
      return found.map(({ filename }) => filename);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    try {
      await this.calls.ask((done) => this.sftp.unlink(this.at(path), (error) => done(error, undefined)));
    } catch (error) {
      throw told(error, `remove ${this.at(path)}`);
    }
  }

  async move(from: string, to: string): Promise<void> {
    const [source, target] = [this.at(from), this.at(to)];
    const rename = () =>
      this.calls.ask((done) => this.sftp.rename(source, target, (error) => done(error, undefined)));
    try {
      await rename();
    } catch {
      // Plain SFTP renames over nothing.
      await this.calls
        .ask((done) => this.sftp.unlink(target, (error) => done(error, undefined)))
        .catch(() => {});
      await rename();
    }
  }

  async close(): Promise<void> {
    this.client.end();
  }

  async makeFolders(folder: string): Promise<void> {
    if (folder === '/' || folder === '.' || folder === '' || this.made.has(folder)) return;
    const isThere = await this.calls
      .ask((done) => this.sftp.stat(folder, (error) => done(error, undefined)))
      .then(
        () => true,
        () => false,
      );
    if (!isThere) {
      await this.makeFolders(posix.dirname(folder));
      await this.calls.ask((done) =>
        this.sftp.mkdir(folder, { mode: 0o700 }, (error) => done(error, undefined)),
      );
    }
    this.made.add(folder);
  }

  /** All of the part: servers may answer with less. */
  private async readPart(handle: Buffer, from: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const read = await this.calls.ask<number>((answer) =>
        this.sftp.read(handle, bytes, done, length - done, from + done, (error, count) =>
          answer(error, count),
        ),
      );
      if (read === 0) throw new LightdeckError('conflict', 'A copy became shorter while it was read');
      done += read;
    }
    return bytes;
  }

  private at(path: string): string {
    return posix.join(this.folder, path);
  }
}
