import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './output.mjs';

const maxKept = 1024 * 1024;

/**
 * Runs a program to its end. `show` passes its output on to our standard error as it comes; both outputs are returned as
 * well (the last MiB of each). A program that can't be started has code 127; one that runs longer than `timeout` ms is
 * ended. Never rejects.
 */
export function run(
  command,
  args,
  { cwd, env = process.env, show = false, input, shell = false, timeout } = {},
) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      timeout,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const kept = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text) => {
        kept[name] = (kept[name] + text).slice(-maxKept);
        if (show) process.stderr.write(text);
      });
    }
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    child.on('error', (error) => resolve({ code: 127, ...kept, stderr: error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? 128, signal, ...kept }));
  });
}

/** Like `run`, but a failure throws a SetupError that begins with `what` and ends with the program's last lines. */
export async function mustRun(what, command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.code === 0) return result;
  const said = options.show
    ? ''
    : `\n${`${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-15).join('\n')}`;
  throw new SetupError(`${what} failed (exit code ${result.code}).${said}`);
}

/** npm as a command: the one that runs us if there is one, else the one on the PATH. */
export function npm(args) {
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.[cm]?js$/.test(cli))
    return { command: process.execPath, args: [cli, ...args], shell: false };
  return { command: 'npm', args, shell: process.platform === 'win32' };
}

/** Full path of a program on the PATH or in the system folders that a user's PATH often lacks; null if there is none. */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (process.platform !== 'win32') folders.push('/usr/sbin', '/sbin', '/usr/local/sbin');
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Whether a process of that id exists (also one that belongs to somebody else). */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

export const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
