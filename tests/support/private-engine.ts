import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Docker, dockerAt } from './docker-cli.ts';
import { hasEnded } from './has-ended.ts';
import { busyboxName } from './images.ts';
import { removeTree } from './remove-tree.ts';
import { until } from './until.ts';

const exec = promisify(execFile);
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

export interface PrivateEngineOptions {
  /** Containers survive `stop` and `kill` (the engine's live-restore). Default false. */
  liveRestore?: boolean;
}

/**
 * A Docker engine for one test: its own dockerd with data, sockets and network in a temporary folder, so that it can be
 * stopped and killed without hurting anybody. Needs root and Linux: `has('private-engine')`. The small test image is in it.
 * Ports published by its containers are not reachable: it lives in a network of its own.
 */
export class PrivateEngine {
  /** Path of the engine's socket. */
  readonly socket: string;
  /** The docker command bound to this engine. */
  readonly docker: Docker;
  private readonly folder: string;
  private readonly liveRestore: boolean;
  private containerd: ChildProcess | null = null;
  private daemon: ChildProcess | null = null;

  constructor(folder: string, options: PrivateEngineOptions) {
    this.folder = folder;
    this.socket = join(folder, 'docker.sock');
    this.docker = dockerAt(this.host);
    this.liveRestore = options.liveRestore ?? false;
  }

  /** For DOCKER_HOST. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /** Its network, for `nsenter --net`. */
  get network(): string {
    return this.at('net');
  }

  /** The engine's process, or null while it is stopped. */
  get pid(): number | null {
    return this.daemon?.pid ?? null;
  }

  /**
   * Makes the network and starts containerd, which (as under a service manager) lives on while dockerd is stopped or
   * killed. Once, before the first `start`.
   */
  async prepare(): Promise<void> {
    // dockerd without a default bridge deletes the machine's docker0: it must not see the machine's network.
    await writeFile(this.at('net'), '');
    await exec('unshare', [`--net=${this.at('net')}`, 'true']);
    await writeFile(
      this.at('daemon.json'),
      JSON.stringify({ 'live-restore': this.liveRestore, 'shutdown-timeout': 5 }),
    );
    const toml = `version = 2\nroot = "${this.at('containerd')}"\nstate = "${this.at('state')}"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n`;
    await writeFile(this.at('containerd.toml'), `${toml}[grpc]\naddress = "${this.at('containerd.sock')}"\n`);
    this.containerd = this.launch('containerd', [`--config=${this.at('containerd.toml')}`]);
    await this.whenUp(this.containerd, async () => existsSync(this.at('containerd.sock')));
  }

  /** Starts the engine on the data that is there and resolves when it answers. Running already: fine. */
  async start(): Promise<void> {
    if (this.daemon) return;
    this.daemon = this.launch('dockerd', [
      `--config-file=${this.at('daemon.json')}`,
      `--data-root=${this.at('data')}`,
      `--exec-root=${this.at('run')}`,
      `--pidfile=${this.at('dockerd.pid')}`,
      `--containerd=${this.at('containerd.sock')}`,
      `--host=${this.host}`,
      '--bridge=none',
      '--iptables=false',
    ]);
    try {
      await this.whenUp(this.daemon, async () => existsSync(this.socket) && (await this.answers()));
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Ends the engine (SIGTERM by default) and resolves when it is gone. Its containers stop too unless `liveRestore`. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const daemon = this.daemon;
    if (!daemon) return;
    this.daemon = null;
    if (hasEnded(daemon)) return;
    const ended = once(daemon, 'exit');
    daemon.kill(signal);
    const force = setTimeout(() => daemon.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(force);
    if (signal === 'SIGKILL') {
      // What a killed engine leaves behind would keep the next start from listening.
      await rm(this.socket, { force: true });
      await rm(this.at('dockerd.pid'), { force: true });
    }
  }

  /** SIGKILL: the engine is gone at once and cleans nothing up. */
  kill(): Promise<void> {
    return this.stop('SIGKILL');
  }

  /** Ends the engine with all its containers, helpers and mounts, and removes its folder. */
  async close(): Promise<void> {
    await this.kill();
    await until(
      async () => {
        const left = await processesMentioning(this.folder);
        for (const pid of left) signalQuietly(pid);
        return left.length === 0;
      },
      { timeoutMs: stopTimeoutMs, what: 'the private Docker engine’s processes to end' },
    );
    await removeTree(this.folder);
  }

  private at(name: string): string {
    return join(this.folder, name);
  }

  private launch(program: string, args: string[]): ChildProcess {
    const child = spawn('nsenter', [`--net=${this.at('net')}`, program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(this.at('log'), { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('close', () => log.end());
    // A program that can't be started emits no exit; its pid stays undefined then.
    child.once('error', () => {});
    return child;
  }

  private async whenUp(child: ChildProcess, isUp: () => Promise<boolean>): Promise<void> {
    const check = async (): Promise<boolean> => {
      if (!hasEnded(child)) return isUp();
      const log = await readFile(this.at('log'), 'utf8').catch(() => '');
      throw new Error(`The private Docker engine ended while starting.\n${log.slice(-4000)}`);
    };
    await until(check, { timeoutMs: startTimeoutMs, what: 'the private Docker engine to answer' });
  }

  private async answers(): Promise<boolean> {
    return this.docker('version').then(
      () => true,
      () => false,
    );
  }
}

/** A running private engine with the small test image in it. It must be closed: `own(await startPrivateEngine())`. */
export async function startPrivateEngine(options: PrivateEngineOptions = {}): Promise<PrivateEngine> {
  // A short path: the names of sockets in it must fit 107 bytes.
  const engine = new PrivateEngine(mkdtempSync(join(tmpdir(), 'lightdeck-engine-')), options);
  try {
    await engine.prepare();
    await engine.start();
    await engine.docker('import', '--change', 'CMD ["/bin/sh"]', await busyboxTar(), busyboxName);
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function busyboxTar(): Promise<string> {
  const path = join(import.meta.dirname, '../../.cache/busybox.tar');
  if (!existsSync(path))
    throw new Error('The test images are missing. Make them with: node scripts/setup-tests.mjs');
  return path;
}

/** Processes of this engine: dockerd, containerd and one shim a container all carry the folder in their arguments. */
async function processesMentioning(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const commandLine = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const isEngine = /^[^\0]*(dockerd|containerd|docker-proxy|nsenter)/.test(commandLine);
    if (isEngine && commandLine.includes(`${folder}/`)) found.push(pid, ...(await childrenOf(pid)));
  }
  return found;
}

/** A shim's children are the containers' first processes. */
async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return list
    .split(' ')
    .filter((entry) => entry !== '')
    .map(Number);
}

function signalQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
