import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ApiClient } from '../tests/support/api-client.ts';
import { removeTree } from '../tests/support/remove-tree.ts';
import type { Disposers } from './disposers.ts';
import type { Engine } from './engine.ts';
import { delay } from './meter.ts';
import { SocketReader } from './socket-reader.ts';

const readyTimeoutMs = 30_000;
const stateTimeoutMs = 120_000;
const keptStderr = 64 * 1024;

const readyLine = z.object({ event: z.literal('ready'), url: z.string() });
const config = z.object({ authorization: z.object({ token: z.string() }) });
const volumeReply = z.object({ volume_id: z.string() });
const containerReply = z.object({ state: z.string(), container_id: z.string().nullable() });

export interface HostSetup {
  engine: Engine;
  /** The built `headless.js`. */
  entry: string;
  image: string;
  /** Folder for CPU profiles of the host's process; null: none are made. */
  profileDir: string | null;
}

/** Milliseconds from the start of the process. */
export interface StartTimes {
  ready: number;
  /** The first socket was accepted. */
  socket: number;
}

/** A real host in a process of its own with a data folder of its own, and the servers made on it. */
export class BenchHost {
  readonly dataDir: string;
  private readonly setup: HostSetup;
  private readonly ids: string[] = [];
  private child: ChildProcess | null = null;
  private address = '';
  private secret = '';
  private stderr = '';

  private constructor(setup: HostSetup, dataDir: string) {
    this.setup = setup;
    this.dataDir = dataDir;
  }

  /** With an empty data folder; not started. All that it will have made goes with `disposers`. */
  static async prepare(setup: HostSetup, disposers: Disposers): Promise<BenchHost> {
    const dataDir = await mkdtemp(join(tmpdir(), 'lightdeck-bench-'));
    const host = new BenchHost(setup, dataDir);
    disposers.add('host', () => host.remove());
    return host;
  }

  static async start(setup: HostSetup, disposers: Disposers): Promise<BenchHost> {
    const host = await BenchHost.prepare(setup, disposers);
    await host.start();
    return host;
  }

  get url(): string {
    return this.address;
  }

  get token(): string {
    return this.secret;
  }

  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error('The host is not running.');
    return pid;
  }

  get api(): ApiClient {
    return new ApiClient({ url: this.url, token: this.token });
  }

  /** Resolves when it listens and one socket was accepted (and closed again). */
  async start(): Promise<StartTimes> {
    const { entry, profileDir } = this.setup;
    const flags = profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
    const began = performance.now();
    const child = spawn(
      process.execPath,
      [...flags, entry, '--port', '0', '--host', '127.0.0.1', '--data', this.dataDir, '--json'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child = child;
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-keptStderr);
    });
    this.address = await this.listening(child);
    const ready = performance.now() - began;
    const file: unknown = JSON.parse(await readFile(join(this.dataDir, 'config.json'), 'utf8'));
    this.secret = config.parse(file).authorization.token;
    const first = await this.connect('/ws', () => {});
    const socket = performance.now() - began;
    first.close();
    return { ready, socket };
  }

  /** In order, or with SIGKILL. What `start` makes afterwards is the same host with the same servers. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(force);
  }

  /** A path like `/ws/ID?duplicate=false`. */
  connect(path: string, onFrame: (payload: Buffer) => void): Promise<SocketReader> {
    return SocketReader.open({ url: this.url, token: this.token, path }, onFrame);
  }

  /** Makes a server without a terminal and waits until it is installed. */
  async install(id: string, startupCommand: string): Promise<void> {
    const { api } = this;
    this.ids.push(id);
    const { volume_id } = (await api.post('/volumes')).parse(volumeReply, 201);
    const body = {
      internal_id: id,
      image: this.setup.image,
      volume_id,
      startup_command: startupCommand,
      tty: false,
      restart_policy: 'no',
    };
    (await api.post('/containers', body)).expect(200);
    await this.reach(id, 'installed');
  }

  /** Starts it and waits until it runs; the engine's name of its container. */
  async run(id: string): Promise<string> {
    (await this.api.post(`/containers/${id}/start`)).expect(200);
    await this.reach(id, 'running');
    return `lightd-${id}`;
  }

  async reach(id: string, state: string): Promise<void> {
    const deadline = performance.now() + stateTimeoutMs;
    for (;;) {
      const now = (await this.api.get(`/containers/${id}`)).parse(containerReply).state;
      if (now === state) return;
      if (performance.now() > deadline || now === 'failed')
        throw new Error(`${id} is ${now} instead of ${state}.\n${this.stderr}`);
      await delay(100);
    }
  }

  private async remove(): Promise<void> {
    await this.stop();
    try {
      await this.removeContainers();
    } finally {
      await removeTree(this.dataDir);
    }
  }

  private async removeContainers(): Promise<void> {
    const { engine } = this.setup;
    for (const id of this.ids) {
      await engine.remove(`lightd-${id}`);
      await engine.removeNetwork(`lightd-${id}`);
    }
  }

  private listening(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        clearTimeout(timer);
        reject(new Error(`The host ${what}.\n${this.stderr}`));
      };
      const timer = setTimeout(() => fail(`was not ready after ${readyTimeoutMs / 1000} s`), readyTimeoutMs);
      child.once('error', (error) => fail(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => fail(`ended while starting (code ${code}, signal ${signal})`));
      if (!child.stdout) return;
      createInterface({ input: child.stdout }).on('line', (line) => {
        const ready = readyLine.safeParse(parseJson(line));
        if (!ready.success) return;
        clearTimeout(timer);
        resolve(ready.data.url.replace(/\/$/, ''));
      });
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
