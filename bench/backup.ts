import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Scenario } from './context.ts';
import type { Chapter, Figure } from './report.ts';

const run = promisify(execFile);
const fileBytes = 512 * 1024;
const counts = { full: 20_000, quick: 2_000 };
const perFolder = 500;
const runReply = z.object({ peakMb: z.number(), lateMs: z.number() });

/** A program that makes backups of a folder. */
interface Tool {
  name: string;
  /** Before the first one; no part of what is measured. */
  init: string[] | null;
  backUp(turn: number): string[];
  repository: string;
}

/** Seconds by the clock and of the processors, bytes that the repository has afterwards. */
interface Measured {
  seconds: number;
  cpu: number;
  bytes: number;
  out: string;
}

/** 10 GiB in 20,000 files, backed up by us, restic and borg, twice: the second time with one per cent of the files changed. */
export const backup: Scenario = async ({ quick, disposers, say }) => {
  const root = mkdtempSync(join(tmpdir(), 'lightdeck-bench-backup-'));
  disposers.add('folders of the backups', () => rmSync(root, { recursive: true, force: true }));
  const source = join(root, 'source');
  const count = quick ? counts.quick : counts.full;
  say(`writing ${count} files`);
  for (let file = 0; file < count; file += 1) writeOne(source, file);
  await run('sync');
  const tools = await toolsIn(root, source);
  const [first, second] = [new Map<string, Measured>(), new Map<string, Measured>()];
  for (const [turn, into] of [first, second].entries()) {
    for (const tool of tools) {
      say(`${tool.name}, backup ${turn + 1}`);
      into.set(tool.name, await measure(tool, turn, root));
      if (turn === 0) await run('sync');
    }
    for (let changed = 0; turn === 0 && changed < count / 100; changed += 1)
      writeOne(source, randomInt(count));
  }
  return chapterOf({ count, first, second, others: tools.slice(1).map(({ name }) => name) });
};

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
      repository: at('ours'),
    },
    {
      name: 'restic',
      init: [...restic, 'init'],
      backUp: () => [...restic, 'backup', source],
      repository: at('restic'),
    },
    {
      name: 'borg',
      init: ['borg', 'init', '-e', 'none', at('borg')],
      backUp: (turn) => ['borg', 'create', `${at('borg')}::${turn}`, source],
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

async function measure(tool: Tool, turn: number, root: string): Promise<Measured> {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@"';
  const { stdout, stderr } = await run('bash', ['-c', script, 'bash', ...lowRank, ...tool.backUp(turn)], {
    env: environment(root),
    maxBuffer: 64 * 1024 * 1024,
  });
  const [seconds = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  const { stdout: du } = await run('du', ['-sb', tool.repository]);
  return { seconds, cpu: user + system, bytes: Number(du.split('\t')[0]), out: stdout };
}

interface Results {
  count: number;
  first: Map<string, Measured>;
  second: Map<string, Measured>;
  others: string[];
}

function chapterOf({ count, first, second, others }: Results): Chapter {
  const megabytes = (count * fileBytes) / 1e6;
  const [one, two] = [first.get('Lightdeck'), second.get('Lightdeck')];
  if (!one || !two) throw new Error('our own backup is missing');
  const best = (of: Map<string, Measured>, field: 'seconds' | 'cpu' | 'bytes'): number =>
    Math.min(...others.map((name) => of.get(name)?.[field] ?? Number.POSITIVE_INFINITY));
  const own = runReply.parse(JSON.parse(one.out));
  const compared = (figure: Figure, raw: number): Figure => (others.length > 0 ? { ...figure, raw } : figure);
  return {
    title: `Backup: ${count} files of 512 KiB`,
    figures: [
      {
        ...compared(
          { key: 'backup.first', what: 'first backup', unit: 'MB/s', value: megabytes / one.seconds },
          megabytes / best(first, 'seconds'),
        ),
        ...(others.length > 0 && { target: { of: 'ratio', atLeast: 0.7 } as const }),
      },
      compared(
        { key: 'backup.second', what: 'second, 1 % changed', unit: 's', value: two.seconds },
        best(second, 'seconds'),
      ),
      {
        key: 'backup.part',
        what: "second's time of the first's",
        unit: '%',
        value: (100 * two.seconds) / one.seconds,
        target: { of: 'value', atMost: 10 },
      },
      {
        key: 'backup.growth',
        what: 'more room by the second',
        unit: '%',
        value: (100 * (two.bytes - one.bytes)) / one.bytes,
        target: { of: 'value', atMost: 2 },
      },
      compared(
        { key: 'backup.size', what: 'size', unit: 'MB', value: one.bytes / 1e6 },
        best(first, 'bytes') / 1e6,
      ),
      compared(
        { key: 'backup.cpu', what: 'processors, first', unit: 's', value: one.cpu },
        best(first, 'cpu'),
      ),
      {
        key: 'backup.memory',
        what: 'peak memory of the process',
        unit: 'MB',
        value: own.peakMb,
        target: { of: 'value', atMost: 250 },
      },
      {
        key: 'backup.late',
        what: 'longest hold-up of its main thread',
        unit: 'ms',
        value: own.lateMs,
        target: { of: 'value', atMost: 50 },
      },
    ],
    notes: [
      others.length > 0
        ? `The raw reader is the better of ${others.join(' and ')}: ${others.map((name) => `${name} ${first.get(name)?.seconds} s, then ${second.get(name)?.seconds} s`).join('; ')}.`
        : 'restic and borg are not installed: nothing to compare with.',
      'Ours reads back all that it wrote, and compares it; they do not. restic encrypts, which can not be switched off.',
    ],
  };
}
