import { spawn } from 'node:child_process';

export interface ProgramOptions {
  /** Milliseconds until it is ended with all that it started. */
  timeoutMs: number;
}

/** How a program ended. `output` is the end of what it wrote, both streams in one, at most 4,096 characters. */
export interface ProgramEnd {
  /** Null: it was ended by a signal, by us after the time limit, or could not be started at all. */
  code: number | null;
  output: string;
}

/** Characters of output that are kept; the oldest go. */
const keptOutput = 4096;
/** The system's own programs, administration first, which the PATH of a user often lacks. Before that PATH: as root nobody else may say what `mount` is. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];
/** How long an ended program may take to be gone, in ms: one that hangs in the kernel can't be waited for. */
const graceMs = 2000;

export type RunProgram = (program: string, args: string[], options: ProgramOptions) => Promise<ProgramEnd>;

/**
 * Runs a program of the system with exactly these arguments, without a shell, in a process group of its own: what a user
 * types into our terminal (Ctrl-C) doesn't reach it, and it goes on to its end if we are killed. Its language is
 * English. Never rejects.
 */
export const runProgram: RunProgram = (program, args, { timeoutMs }) =>
  new Promise((resolve) => {
    const { PATH } = process.env;
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: [...systemFolders, ...(PATH ? [PATH] : [])].join(':'), LC_ALL: 'C' },
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-keptOutput);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    let late: NodeJS.Timeout | undefined;
    const end = (code: number | null, words = output): void => {
      clearTimeout(limit);
      clearTimeout(late);
      resolve({ code, output: words.trim() });
    };
    const limit = setTimeout(() => {
      endGroup(child.pid);
      const words = `it took longer than ${timeoutMs / 1000} s\n${output}`;
      late = setTimeout(() => end(null, words), graceMs);
    }, timeoutMs);
    child.once('error', (error) => end(null, `${program} can't be started: ${error.message}`));
    child.once('close', (code) => end(code));
  });

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
