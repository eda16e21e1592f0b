import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import {
  chmod,
  chown,
  type FileHandle,
  open,
  readdir,
  readFile,
  readlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Docker, dockerAt, runDocker } from './docker-cli.ts';
import { hasEnded } from './has-ended.ts';
import { busyboxName } from './images.ts';
import { removeTree } from './remove-tree.ts';
import { until } from './until.ts';

const exec = promisify(execFile);
const cache = join(import.meta.dirname, '../../.cache');
const stopTimeoutMs = 20_000;
/** In the engine's own network, where nobody else is. */
const registryPort = 5551;

/** Made by the set-up, with a range of subordinate ids. */
const rootlessUser = 'lightdeck-test';
/** Nobody is behind the way out, but engines want to see one. All of it goes with the network. */
const network =
  'ip link set lo up; ip link add up0 type veth peer name up1; ip addr add 10.231.7.2/24 dev up0; ip link set up1 up; ip link set up0 up; ip route add default via 10.231.7.1';

/** The trees that `scripts/lib/engine-trees.mjs` makes. */
export const engineTrees = ['docker-28', 'docker-26', 'podman-5'] as const;
export type EngineTree = (typeof engineTrees)[number];

export const treePath = (tree: EngineTree): string => join(cache, 'engines', tree);

export interface NewerEngineOptions {
  tree: EngineTree;
  /** More options of dockerd, or of `podman system service`'s environment as `NAME=VALUE`. */
  dockerd?: string[];
  env?: Record<string, string>;
  /** Podman only: as the user that the set-up makes, without root. The host must be that user, too. */
  isRootless?: boolean;
}

/** Who runs a rootless engine. */
export interface EngineUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * A newer engine than the machine's, for one test: the tree's programs stand in the place of the machine's in a mount namespace of their
 * own; its network is its own, too, its data are in a temporary folder. What is mounted in `folder` afterwards is seen by it, so
 * a host's data folder belongs there. Needs root and Linux. With it runs a registry that it can be asked to pull from.
 */
export class NewerEngine {
  /** A short path: the names of sockets in it must fit 107 bytes. */
  readonly folder: string;
  readonly docker: Docker;
  private readonly options: NewerEngineOptions;
  private readonly children: ChildProcess[] = [];
  /** Its mount namespace, which all its helpers are in; '' before the start. */
  private namespace = '';
  private held: FileHandle | null = null;
  /** Null: root. */
  user: EngineUser | null = null;

  constructor(folder: string, options: NewerEngineOptions) {
    this.folder = folder;
    this.options = options;
    this.docker = (...args) => runDocker(args, { host: this.host, timeoutMs: 30_000 });
  }

  /** For DOCKER_HOST. */
  get host(): string {
    return `unix://${this.at('engine.sock')}`;
  }

  get isPodman(): boolean {
    return this.options.tree.startsWith('podman');
  }

  /** What the registry has: an image of the small one and `megabytes` more, under this name. It is not on the engine. */
  async pushImage(megabytes: number): Promise<string> {
    const image = `127.0.0.1:${registryPort}/lightdeck-test/story:1`;
    const script = `head -c ${megabytes * 1_000_000} /dev/urandom > /more`;
    const id = await this.docker('run', '-d', busyboxName, 'sh', '-c', script);
    await this.docker('wait', id);
    await this.docker('commit', id, image);
    await this.docker('rm', id);
    await this.docker('push', image);
    await this.docker('rmi', image);
    return image;
  }

  async start(): Promise<void> {
    // What a host mounts in here later has to be seen in there: only a shared mount passes that on.
    await exec('mount', ['--bind', this.folder, this.folder]);
    await exec('mount', ['--make-private', this.folder]);
    await exec('mount', ['--make-shared', this.folder]);
    await writeFile(this.at('net'), '');
    await exec('unshare', [`--net=${this.at('net')}`, 'sh', '-ec', network]);
    if (this.options.isRootless) await this.chooseUser();
    await this.writeSettings();
    const engine = this.launch('unshare', ['--mount', 'sh', '-e', this.at('inside.sh')], 'engine.log');
    this.launch('docker-registry', ['serve', this.at('registry.yml')], 'registry.log');
    await until(() => this.answers(engine), { timeoutMs: 30_000, what: 'the newer engine to answer' });
    // Held until the end: the number of one that is gone is soon another's.
    this.held = await open(`/proc/${engine.pid}/ns/mnt`);
    const namespace = await readlink(`/proc/${engine.pid}/ns/mnt`);
    if (namespace === (await readlink('/proc/self/ns/mnt')))
      throw new Error('The engine is in our own mounts.');
    this.namespace = namespace;
    const tar = join(cache, 'busybox.tar');
    await this.docker('import', '--change', 'CMD ["/bin/sh"]', tar, busyboxName);
  }

  /** Ends the engine with all its containers and mounts, and removes its folder. */
  async close(): Promise<void> {
    const ids = await this.docker('ps', '-aq').catch(() => '');
    if (ids !== '') await this.docker('rm', '-f', ...ids.split('\n')).catch(() => '');
    await Promise.all(this.children.map((child) => this.end(child)));
    await until(
      async () => {
        const left = await this.processes();
        for (const pid of left) killQuietly(pid);
        return left.length === 0;
      },
      { timeoutMs: stopTimeoutMs, what: 'the newer engine’s processes to end' },
    );
    await this.held?.close();
    await removeTree(this.folder);
  }

  /** Everything that runs for it and on it. */
  processes(): Promise<number[]> {
    return processesOf({ namespace: this.namespace, home: this.at('home') });
  }

  private at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  private async chooseUser(): Promise<void> {
    const id = async (flag: string): Promise<number> =>
      Number((await exec('id', [flag, rootlessUser])).stdout.trim());
    const user = { name: rootlessUser, uid: await id('-u'), gid: await id('-g') };
    this.user = user;
    await chmod(this.folder, 0o755);
    for (const name of ['home', 'xdg', 'data', 'host']) {
      mkdirSync(this.at(name));
      await chown(this.at(name), user.uid, user.gid);
    }
    // Where a newer engine has its socket only its user may make one.
    await chown(this.folder, user.uid, user.gid);
  }

  private async writeSettings(): Promise<void> {
    const tree = treePath(this.options.tree);
    for (const name of ['etc/containers/registries.conf.d', 'home', 'registry'])
      mkdirSync(this.at(name), { recursive: true });
    await writeFile(this.at('daemon.json'), JSON.stringify({ 'shutdown-timeout': 5 }));
    await writeFile(
      this.at('etc/containers/registries.conf.d/story.conf'),
      `[[registry]]\nlocation = "127.0.0.1:${registryPort}"\ninsecure = true\n`,
    );
    const storage = `storage: {filesystem: {rootdirectory: ${this.at('registry')}}}`;
    await writeFile(
      this.at('registry.yml'),
      `version: 0.1\n${storage}\nhttp: {addr: 127.0.0.1:${registryPort}}\n`,
    );
    const runFolder = this.user ? this.at('xdg', 'run') : '/run/containers';
    const engine = this.isPodman
      ? `exec ${this.asUser()} podman --cgroup-manager=cgroupfs --root=${this.at('data')} --runroot=${runFolder} system service --time=0 ${this.host}`
      : `exec dockerd --config-file=${this.at('daemon.json')} --data-root=${this.at('data')} --exec-root=${this.at('run')} --pidfile=${this.at('pid')} --host=${this.host} ${(this.options.dockerd ?? []).join(' ')}`;
    const lines = [
      'mount --make-rslave /',
      // crun refuses a machine that has both kinds.
      this.isPodman ? 'umount -l /sys/fs/cgroup/unified 2>/dev/null || true' : '',
      this.user ? 'chmod 666 /dev/net/tun /dev/fuse' : '',
      'mount -t tmpfs tmpfs /run',
      `[ ! -d ${tree}/etc ] || mount -t overlay overlay -o lowerdir=${this.at('etc')}:${tree}/etc:/etc /etc`,
      `mount -o bind,ro ${tree}/usr /usr`,
      `export HOME=${this.at('home')}`,
      this.user ? `export XDG_RUNTIME_DIR=${this.at('xdg')} USER=${this.user.name}` : '',
      'cd "$HOME"',
      engine,
    ];
    await writeFile(this.at('inside.sh'), `${lines.join('\n')}\n`);
  }

  private asUser(): string {
    const { user } = this;
    return user === null ? '' : `setpriv --reuid ${user.uid} --regid ${user.gid} --init-groups`;
  }

  private launch(program: string, args: string[], log: string): ChildProcess {
    const child = spawn('nsenter', [`--net=${this.at('net')}`, program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.options.env },
    });
    const file = createWriteStream(this.at(log), { flags: 'a' });
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    child.once('close', () => file.end());
    child.once('error', () => {});
    this.children.push(child);
    return child;
  }

  private async answers(engine: ChildProcess): Promise<boolean> {
    if (hasEnded(engine)) {
      const log = await readFile(this.at('engine.log'), 'utf8').catch(() => '');
      throw new Error(`The engine ended while starting.\n${log.slice(-4000)}`);
    }
    if (!existsSync(this.at('engine.sock'))) return false;
    return dockerAt(this.host)('version').then(
      () => true,
      () => false,
    );
  }

  private async end(child: ChildProcess): Promise<void> {
    if (hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill();
    const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(force);
  }
}

/** A running newer engine with the small test image in it. It must be closed. */
export async function startNewerEngine(options: NewerEngineOptions): Promise<NewerEngine> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lightdeck-engine-')));
  const engine = new NewerEngine(folder, options);
  try {
    await engine.start();
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/**
 * Processes in a mount namespace, with their children: a container's first process has left it for one of its own. And what has this
 * home: an engine without root keeps a process in a namespace of the user's, which outlives it.
 */
async function processesOf({ namespace, home }: { namespace: string; home: string }): Promise<number[]> {
  const found: number[] = [];
  for (const entry of namespace === '' ? [] : await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const isInside = (await readlink(`/proc/${pid}/ns/mnt`).catch(() => '')) === namespace;
    if (!isInside && !(await isAtHome(pid, home))) continue;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    found.push(pid, ...children.split(' ').filter(Boolean).map(Number));
  }
  return found;
}

async function isAtHome(pid: number, home: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(`HOME=${home}`);
}
