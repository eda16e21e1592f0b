import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { treeOf } from '../tests/support/tree-of.ts';
import { backupChapter, type Measured } from './backup-chapter.ts';
import type { Scenario } from './context.ts';

const run = promisify(execFile);
const fileBytes = 512 * 1024;
const counts = { full: 20_000, quick: 2_000 };
const perFolder = 500;
/** Of the source's size: itself, three repositories at most, one that was brought back. */
const copies = 5;

/** A program that makes backups of a folder. */
interface Tool {
  name: string;
  /** Before the first one; no part of what is measured. */
  init: string[] | null;
  backUp(turn: number): string[];
  /** Brings the last backup back into a folder, which is the working one; `there` is where the source's files are then. */
  restore(into: string): { command: string[]; there: string };
  repository: string;
}

/**
 * 10 GiB in 20,000 files, backed up by us, restic and borg, twice: the second time with one per cent of the files changed. Then each brings
 * back what it has, ours by the restore program alone, and that is compared with the source.
 */
export const backup: Scenario = async ({ quick, files, disposers, say }) => {
  const root = mkdtempSync(join(tmpdir(), 'lightdeck-bench-backup-'));
  disposers.add('folders of the backups', () => rmSync(root, { recursive: true, force: true }));
  const source = join(root, 'source');
  const count = files ?? (quick ? counts.quick : counts.full);
  const needed = count * fileBytes * copies;
  if (statfsSync(root).bavail * statfsSync(root).bsize < needed)
    throw new Error(`${root} has no room for ${Math.ceil(needed / 1e9)} GB: take fewer files (--files)`);
  say(`writing ${count} files`);
  for (let file = 0; file < count; file += 1) writeOne(source, file);
  writeOdd(source);
  await run('sync');
  const tools = await toolsIn(root, source);
  const [first, second] = [new Map<string, Measured>(), new Map<string, Measured>()];
  for (const [turn, into] of [first, second].entries()) {
    for (const tool of tools) {
      say(`${tool.name}, backup ${turn + 1}`);
      into.set(tool.name, await measure(tool.backUp(turn), { root, repository: tool.repository, cwd: root }));
      await run('sync');
    }
    for (let changed = 0; turn === 0 && changed < count / 100; changed += 1)
      writeOne(source, randomInt(count));
  }
  const restored = new Map<string, Measured>();
  let differences: string[] = [];
  for (const tool of tools) {
    say(`${tool.name}, restore`);
    const into = join(root, 'restored');
    mkdirSync(into);
    const { command, there } = tool.restore(into);
    restored.set(tool.name, await measure(command, { root, repository: tool.repository, cwd: into }));
    if (tool.name === 'Lightdeck') differences = differencesOf(source, there);
    rmSync(into, { recursive: true });
    await run('sync');
  }
  const others = tools.slice(1).map(({ name }) => name);
  return backupChapter({
    megabytes: (count * fileBytes) / 1e6,
    count,
    first,
    second,
    restored,
    differences,
    others,
  });
};

/** What is easily lost: a name that is no UTF-8, holes, a second name, a link that leads nowhere. */
function writeOdd(source: string): void {
  const odd = join(source, 'odd');
  mkdirSync(odd);
  writeFileSync(Buffer.concat([Buffer.from(`${odd}/caf`), Buffer.from([0xe9])]), 'by its bytes');
  writeFileSync(join(odd, 'holes'), 'begins');
  truncateSync(join(odd, 'holes'), 64 * 1024 * 1024);
  linkSync(join(odd, 'holes'), join(odd, 'holes too'));
  symlinkSync('../nowhere', join(odd, 'link'));
}

/** Paths that are not what they were, with mode, owner, time, holes, names and links. */
function differencesOf(source: string, there: string): string[] {
  const [was, is] = [treeOf(source), treeOf(there)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (path) => !isDeepStrictEqual(was[path], is[path]),
  );
}

/** Two of three files are compressed already, as worlds and archives are; the others are text. */
function writeOne(source: string, file: number): void {
  const folder = join(source, String(Math.floor(file / perFolder)));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${file}.dat`), file % 3 === 0 ? someText() : randomBytes(fileBytes));
}

function someText(): string {
  const lines: string[] = [];
  for (let length = 0; length < fileBytes; length += lines.at(-1)?.length ?? 0)
    lines.push(
      `[12:${randomInt(60)}:${randomInt(60)}] [Server thread/INFO]: Player${randomInt(1000)} moved to ${randomInt(1e6)}\n`,
    );
  return lines.join('').slice(0, fileBytes);
}

async function toolsIn(root: string, source: string): Promise<Tool[]> {
  const at = (name: string): string => join(root, name);
  writeFileSync(at('password'), 'bench\n', { mode: 0o600 });
  const restic = ['restic', '-q', '--no-cache', '-r', at('restic'), '--password-file', at('password')];
  const all: Tool[] = [
    {
      name: 'Lightdeck',
      init: null,
      backUp: () => [process.execPath, join(import.meta.dirname, 'backup-run.js'), at('ours'), source],
      restore: (into) => ({
        command: [process.execPath, join(at('ours'), 'restore.mjs'), 'restore', 'latest', join(into, 'back')],
        there: join(into, 'back'),
      }),
      repository: at('ours'),
    },
    {
      name: 'restic',
      init: [...restic, 'init'],
      backUp: () => [...restic, 'backup', source],
      restore: (into) => ({
        command: [...restic, 'restore', 'latest', '--target', into],
        there: join(into, source),
      }),
      repository: at('restic'),
    },
    {
      name: 'borg',
      init: ['borg', 'init', '-e', 'none', at('borg')],
      backUp: (turn) => ['borg', 'create', `${at('borg')}::${turn}`, source],
      restore: (into) => ({ command: ['borg', 'extract', `${at('borg')}::1`], there: join(into, source) }),
      repository: at('borg'),
    },
  ];
  const there: Tool[] = [];
  for (const tool of all) {
    const [program, ...args] = tool.init ?? [process.execPath, '--version'];
    try {
      await run(program ?? '', args, { env: environment(root) });
      there.push(tool);
    } catch {
      // It is not installed: the chapter says so.
    }
  }
  return there;
}

const environment = (root: string): NodeJS.ProcessEnv => ({
  ...process.env,
  BORG_BASE_DIR: root,
  HOME: root,
  LC_ALL: 'C.UTF-8',
});

/** All at the rank that our threads give themselves, so that what else runs on the machine holds each of them up alike. */
const lowRank = ['nice', '-n', '10', 'ionice', '-c', '3'];

async function measure(
  command: string[],
  { root, repository, cwd }: { root: string; repository: string; cwd: string },
): Promise<Measured> {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@"';
  const { stdout, stderr } = await run('bash', ['-c', script, 'bash', ...lowRank, ...command], {
    cwd,
    env: environment(root),
    maxBuffer: 64 * 1024 * 1024,
  });
  const [seconds = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  const { stdout: du } = await run('du', ['-sb', repository]);
  return { seconds, cpu: user + system, bytes: Number(du.split('\t')[0]), out: stdout };
}
