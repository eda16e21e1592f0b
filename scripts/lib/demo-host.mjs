// A host on a folder of its own, for pictures: started as users start it, spoken to as clients speak, removed with all it made.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './output.mjs';
import { inRoot } from './paths.mjs';
import { findProgram, run } from './run.mjs';

const vendorType = 'Application/vnd.pkglatv1+json';
const startLimitMs = 30_000;
const stopLimitMs = 15_000;
/** What the machine is called in the pictures, where a name can be given. */
const machineName = 'living-room';

/** The command that runs `args` with the demo's host name; as it is where that needs rights that we don't have. */
function withMachineName(args) {
  const mayRename = process.platform === 'linux' && process.getuid?.() === 0;
  if (!mayRename || !findProgram('unshare') || !findProgram('hostname')) return args;
  return ['unshare', '--uts', 'sh', '-c', `hostname ${machineName} && exec "$@"`, 'sh', ...args];
}

export class DemoHost {
  #child = null;
  #ids = [];
  folder = '';
  url = '';
  token = '';

  /** `env` is added to ours: DOCKER_HOST chooses the engine. */
  static async start(env = {}) {
    const host = new DemoHost();
    host.folder = await mkdtemp(join(tmpdir(), 'lightdeck-demo-'));
    try {
      await writeFile(join(host.folder, 'config.json'), '{"sftp":{"port":0}}', { mode: 0o600 });
      await host.#run(env);
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  async #run(env) {
    const entry = inRoot('dist/main/headless.js');
    const flags = ['--port', '0', '--host', '127.0.0.1', '--data', this.folder, '--json'];
    const [command, ...args] = withMachineName([process.execPath, entry, ...flags]);
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#child = child;
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors = (errors + text).slice(-10_000);
    });
    const lines = createInterface({ input: child.stdout });
    const ready = new Promise((resolve) => {
      lines.on('line', (line) => {
        if (line.startsWith('{') && JSON.parse(line).url) resolve(JSON.parse(line).url);
      });
    });
    const url = await Promise.race([ready, once(child, 'exit'), pause(startLimitMs, null, { ref: false })]);
    if (typeof url !== 'string') throw new SetupError(`The demo's host did not start.\n${errors}`);
    this.url = url.replace(/\/$/, '');
    const config = JSON.parse(await readFile(join(this.folder, 'config.json'), 'utf8'));
    this.token = config.authorization.token;
  }

  /** Asks the HTTP API; the answer's JSON, or null. Throws unless it succeeds. */
  async ask(method, path, body) {
    const reply = await fetch(this.url + path, {
      method,
      headers: {
        accept: vendorType,
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await reply.text();
    if (!reply.ok) throw new SetupError(`${method} ${path} was answered with ${reply.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** Makes a volume and a server on it, without waiting for its install. */
  async create(server) {
    const { volume_id } = await this.ask('POST', '/volumes');
    await this.ask('POST', '/containers', { ...server, volume_id });
    this.#ids.push(server.internal_id);
    return volume_id;
  }

  /** Waits until the server is in one of the states. */
  async reach(id, ...states) {
    const end = Date.now() + 60_000;
    for (;;) {
      const { state } = await this.ask('GET', `/containers/${id}`);
      if (states.includes(state)) return;
      if (Date.now() > end)
        throw new SetupError(`The server ${id} is ${state} instead of ${states.join(' or ')}.`);
      await pause(200);
    }
  }

  /** Ends the host, which shows as "out of reach" in a page. */
  async stop(signal = 'SIGTERM') {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await ended;
    clearTimeout(force);
  }

  /** Removes its servers, the host and its folder; goes on whatever fails. */
  async close() {
    for (const id of this.#ids) {
      if (this.#child) await this.ask('DELETE', `/containers/${id}`).catch(() => {});
      for (const name of [`lightd-${id}`, `lightd-${id}-install`])
        await run('docker', ['rm', '-f', '-v', name]);
      await run('docker', ['network', 'rm', `lightd-${id}`]);
    }
    await this.stop().catch(() => {});
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
