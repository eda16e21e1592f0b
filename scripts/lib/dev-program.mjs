import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

const killAfterMs = 15_000;

/**
 * Keeps one program running: `restart` ends it orderly and starts it again, once for any number of calls meanwhile. It
 * has a process group of its own, so that Ctrl+C reaches it through us alone. `onEnd` gets the exit code when it ends by
 * itself. `start()` gives `{ command, args, env }`.
 */
export class DevProgram {
  #start;
  #onEnd;
  #child = null;
  /** The restart that runs, and whether another one was asked for since it began. */
  #work = null;
  #again = false;
  #closed = false;

  constructor({ start, onEnd }) {
    this.#start = start;
    this.#onEnd = onEnd;
  }

  restart() {
    this.#again = true;
    this.#work ??= this.#restartAll().finally(() => {
      this.#work = null;
    });
    return this.#work;
  }

  async #restartAll() {
    while (this.#again && !this.#closed) {
      this.#again = false;
      await this.#end();
      if (!this.#closed && !this.#again) this.#run();
    }
  }

  #run() {
    const { command, args, env } = this.#start();
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: 'inherit',
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    const gone = (code) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#onEnd(code);
    };
    child.once('error', () => gone(127));
    child.once('exit', (code) => gone(code ?? 128));
  }

  async #end() {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    await ended;
    clearTimeout(timer);
  }

  /** Ends it orderly, for good. */
  async close() {
    this.#closed = true;
    await this.#work;
    await this.#end();
  }

  /** Ends it at once. */
  kill() {
    this.#child?.kill('SIGKILL');
  }
}
