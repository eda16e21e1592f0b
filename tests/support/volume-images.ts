import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { mountsUnder } from './remove-tree.ts';

const exec = promisify(execFile);

/** Runs a program of the system; rejects if it fails. Its output, trimmed. */
export async function system(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await exec(program, args, { timeout: 60_000, env: { ...process.env, LC_ALL: 'C' } });
  return stdout.trim();
}

/** The files below a folder that loop devices hold open, each as often as it is held. */
export async function loopFilesUnder(folder: string): Promise<string[]> {
  const found = await Promise.all(
    (await readdir('/sys/block'))
      .filter((name) => name.startsWith('loop'))
      .map((name) => readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')),
  );
  return found
    .map((text) => text.trim())
    .filter((path) => path.startsWith(`${folder}/`) && !path.includes('/.probe'));
}

/** What a host has mounted and attached below its data folder, sorted; without what it tries out just after its start. */
export async function traces(folder: string): Promise<{ mounts: string[]; loops: string[] }> {
  return {
    mounts: (await mountsUnder(folder)).filter((path) => !path.includes('/.probe')).sort(),
    loops: (await loopFilesUnder(folder)).sort(),
  };
}

/** Linux lets a mounted file system grow only with CAP_SYS_RESOURCE, which some machines take from root. */
export async function canGrowMounted(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> 24n) & 1n) === 1n;
}

/** `df` of a path, in bytes. */
export async function df(path: string): Promise<{ used: number; available: number }> {
  const lines = (await system('df', '--block-size=1', '--output=used,avail', path)).split('\n');
  const [used = 0, available = 0] = (lines[1] ?? '').trim().split(/\s+/).map(Number);
  return { used, available };
}
