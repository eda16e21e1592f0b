import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { Client, type SFTPWrapper } from 'ssh2';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { CopyPlace } from './contract.ts';

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
}

/** Bytes of one request, and requests that are under way: a far server takes its time for each. */
const requestBytes = 32 * 1024;
const atOnce = 32;
const connectMs = 20_000;
const missingFile = 2;

/**
 * A folder on an SFTP server. Throws LightdeckError: `conflict` with the server's own fingerprint where it has another key, `unauthorized`,
 * `timeout` where it can't be reached. The opener closes it.
 */
export async function openSftpPlace(options: SftpPlaceOptions): Promise<CopyPlace> {
  const client = new Client();
  try {
    await connect(client, options);
    const sftp = await asked<SFTPWrapper>((done) => client.sftp(done));
    const place = new SftpPlace(client, sftp, options.folder);
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
          seen = fingerprintOf(key);
          return false;
        },
      });
    });
    return seen;
  } finally {
    client.end();
  }
}

const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

async function connect(client: Client, options: SftpPlaceOptions): Promise<void> {
  const { host, port = 22, username, password, privateKey, passphrase, fingerprint } = options;
  let seen = '';
  await new Promise<void>((resolve, reject) => {
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
        seen = fingerprintOf(key);
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

/** One of ssh2's calls as a promise. */
function asked<T = void>(
  call: (done: (error: Error | null | undefined, result: T) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result)));
  });
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === missingFile;

class SftpPlace implements CopyPlace {
  private readonly client: Client;
  private readonly sftp: SFTPWrapper;
  private readonly folder: string;
  private readonly made = new Set<string>();

  constructor(client: Client, sftp: SFTPWrapper, folder: string) {
    this.client = client;
    this.sftp = sftp;
    this.folder = folder;
  }

  async size(path: string): Promise<number | null> {
    try {
      const stats = await asked<{ size: number }>((done) => this.sftp.stat(this.at(path), done));
      return stats.size;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async put(path: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const whole = this.at(path);
    await this.makeFolders(posix.dirname(whole));
    const handle = await asked<Buffer>((done) => this.sftp.open(whole, 'w', done));
    const underWay: Promise<void>[] = [];
    let at = 0;
    try {
      for await (const chunk of content) {
        signal.throwIfAborted();
        for (let from = 0; from < chunk.length; from += requestBytes) {
          // The source may use its memory again before this is sent.
          const bytes = Buffer.from(chunk.subarray(from, from + requestBytes));
          const write = asked((done) => this.sftp.write(handle, bytes, 0, bytes.length, at, done));
          write.catch(() => {});
          at += bytes.length;
          underWay.push(write);
          if (underWay.length >= atOnce) await underWay.shift();
        }
      }
      await Promise.all(underWay);
    } finally {
      await Promise.allSettled(underWay);
      await asked((done) => this.sftp.close(handle, done));
    }
  }

  async *get(
    path: string,
    signal: AbortSignal,
    range?: { from: number; length: number },
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const size = range ? range.from + range.length : ((await this.size(path)) ?? 0);
    const handle = await asked<Buffer>((done) => this.sftp.open(this.at(path), 'r', done));
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
    } finally {
      await Promise.allSettled(underWay);
      await asked((done) => this.sftp.close(handle, done));
    }
  }

  async list(folder: string): Promise<string[]> {
    try {
      const found = await asked<{ filename: string }[]>((done) => this.sftp.readdir(this.at(folder), done));
      return found.map(({ filename }) => filename);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    await asked((done) => this.sftp.unlink(this.at(path), (error) => done(error, undefined)));
  }

  async move(from: string, to: string): Promise<void> {
    const [source, target] = [this.at(from), this.at(to)];
    const rename = () => asked((done) => this.sftp.rename(source, target, (error) => done(error, undefined)));
    try {
      await rename();
    } catch {
      // Plain SFTP renames over nothing.
      await asked((done) => this.sftp.unlink(target, (error) => done(error, undefined))).catch(() => {});
      await rename();
    }
  }

  async close(): Promise<void> {
    this.client.end();
  }

  async makeFolders(folder: string): Promise<void> {
    if (folder === '/' || folder === '.' || folder === '' || this.made.has(folder)) return;
    const isThere = await asked((done) => this.sftp.stat(folder, (error) => done(error, undefined))).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      await this.makeFolders(posix.dirname(folder));
      await asked((done) => this.sftp.mkdir(folder, { mode: 0o700 }, (error) => done(error, undefined)));
    }
    this.made.add(folder);
  }

  /** All of the part: servers may answer with less. */
  private async readPart(handle: Buffer, from: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const read = await asked<number>((answer) =>
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
