import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ApiClient } from './api-client.ts';

const entry = join(import.meta.dirname, '../../dist/main/headless.js');
const readyTimeoutMs = 120_000;
const exitTimeoutMs = 120_000;
const keptStderr = 256 * 1024;

/** The line that `--json` prints when the host listens; other keys are welcome. */
const readyLineSchema = z.object({ url: z.string(), sftp_port: z.number().nullish() });
type ReadyLine = z.infer<typeof readyLineSchema>;
const configSchema = z.object({ authorization: z.object({ token: z.string() }) });

export interface HostOptions {
  /** The host's data folder; it is the caller's, and stays. */
  dataDir: string;
  /** Added to our environment; undefined removes a variable. `DOCKER_HOST` chooses the engine. */
  env?: Record<string, string | undefined>;
  /** Further command-line arguments. */
  args?: string[];
  /** Whom it runs as; the data folder must be that one's. Default: as the tests do. */
  user?: { uid: number; gid: number };
  /** Where it listens, also after a restart; from `freePorts`. Default 0: a free one, another one after each start. */
  port?: number;
}

export interface HostExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A real host in a process of its own, listening on a free loopback port, as built in dist/. */
export class HostProcess {
  private readonly options: HostOptions;
  private child: ChildProcess | null = null;
  private exited: Promise<HostExit> = Promise.resolve({ code: null, signal: null });
  private address = '';
  private sftp: number | null = null;
  private secret = '';
  private errors = '';

  constructor(options: HostOptions) {
    this.options = options;
  }

  /** `http://127.0.0.1:PORT`, without a slash at the end. Another one after each start, unless `port` was given. */
  get url(): string {
    return this.address;
  }

  /** Where its SFTP listens: a free port, unless the data folder's config.json says another. Throws if it doesn't listen. */
  get sftpPort(): number {
    if (this.sftp === null) throw new Error(`The host has no SFTP.\n${this.errors}`);
    return this.sftp;
  }

  /** The master token out of the data folder's config.json. */
  get token(): string {
    return this.secret;
  }

  get dataDir(): string {
    return this.options.dataDir;
  }

  /** Throws while it doesn't run. */
  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error('The host is not running.');
    return pid;
  }

  /** The last 256 KiB of what it wrote to standard error, over all its starts. */
  get stderr(): string {
    return this.errors;
  }

  /** A client of its HTTP API with the master token. Ask again after a restart: the port changes. */
  get api(): ApiClient {
    return new ApiClient({ url: this.url, token: this.token });
  }

  /** Resolves when it listens. Rejects, with its standard error, if it ends before or stays silent for a minute. */
  async start(): Promise<void> {
    if (this.child) throw new Error('The host is running already.');
    const { dataDir, args = [], env = {}, port = 0, user } = this.options;
    const config = join(dataDir, 'config.json');
    // Hosts of tests run beside each other: the usual port would go to one of them.
    await writeFile(config, '{"sftp":{"port":0}}', { flag: 'wx', mode: 0o600 }).catch(() => {});
    if (user) await chown(config, user.uid, user.gid);
    const child = spawn(
      process.execPath,
      [entry, '--port', String(port), '--host', '127.0.0.1', '--data', dataDir, '--json', ...args],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, ...user },
    );
    this.child = child;
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      this.errors = (this.errors + text).slice(-keptStderr);
    });
    this.exited = once(child, 'exit').then(([code, signal]) => {
      if (this.child === child) this.child = null;
      return { code, signal };
    });
    try {
      const ready = await this.readyLine(child);
      this.address = ready.url.replace(/\/$/, '');
      this.sftp = ready.sftp_port ?? null;
      const written: unknown = JSON.parse(await readFile(config, 'utf8'));
      this.secret = configSchema.parse(written).authorization.token;
    } catch (error) {
      await this.stop('SIGKILL');
      throw error;
    }
  }

  /** Sends the signal and resolves with how it ended; not running: with how it ended last. After a minute it is killed, which rejects. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<HostExit> {
    this.child?.kill(signal);
    let late = false;
    const force = setTimeout(() => {
      late = true;
      this.child?.kill('SIGKILL');
    }, exitTimeoutMs);
    const exit = await this.exited;
    clearTimeout(force);
    if (late)
      throw new Error(`The host did not end within ${exitTimeoutMs / 1000} s of ${signal}.\n${this.errors}`);
    return exit;
  }

  /** SIGKILL: as after a power cut. */
  kill(): Promise<HostExit> {
    return this.stop('SIGKILL');
  }

  /** Stops it by `signal` and starts it again on the same data folder. */
  async restart(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.stop(signal);
    await this.start();
  }

  /** Resolves when it has ended, for whatever reason. */
  ended(): Promise<HostExit> {
    return this.exited;
  }

  async close(): Promise<void> {
    if (this.child) await this.stop();
  }

  private readyLine(child: ChildProcess): Promise<ReadyLine> {
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        clearTimeout(timer);
        reject(new Error(`The host ${what}.\n${this.errors}`));
      };
      const timer = setTimeout(() => fail(`was not ready after ${readyTimeoutMs / 1000} s`), readyTimeoutMs);
      child.once('error', (error) => fail(`could not be started: ${error.message}`));
      child.once('close', (code, signal) =>
        fail(`ended while starting (exit code ${code}, signal ${signal})`),
      );
      if (!child.stdout) return;
      // Reading goes on after the line: a full pipe would stop the host.
      createInterface({ input: child.stdout }).on('line', (line) => {
        const ready = readyLineSchema.safeParse(parseJson(line));
        if (!ready.success) return;
        clearTimeout(timer);
        resolve(ready.data);
      });
    });
  }
}

/** A running host. It must be closed: `own(await startHost({ dataDir: tempDir() }))`. */
export async function startHost(options: HostOptions): Promise<HostProcess> {
  const host = new HostProcess(options);
  await host.start();
  return host;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
