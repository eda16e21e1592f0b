import { z } from 'zod';
import type { Chapter, Figure } from './report.ts';

const runReply = z.object({ peakMb: z.number(), lateMs: z.number() });

/** Seconds by the clock and of the processors, bytes that the repository has afterwards, what was printed. */
export interface Measured {
  seconds: number;
  cpu: number;
  bytes: number;
  out: string;
}

/** By the names of the programs; ours is `Lightdeck`. */
export interface BackupResults {
  count: number;
  megabytes: number;
  first: Map<string, Measured>;
  second: Map<string, Measured>;
  restored: Map<string, Measured>;
  /** Paths that did not come back as they were. */
  differences: string[];
  others: string[];
}

type Field = 'seconds' | 'cpu' | 'bytes';

export function backupChapter(results: BackupResults): Chapter {
  return {
    title: `Backup: ${results.count} files of 512 KiB`,
    figures: [...speedFigures(results), ...costFigures(results)],
    notes: notesOf(results),
  };
}

/** The better one of the others. */
const best = ({ others }: BackupResults, of: Map<string, Measured>, field: Field): number =>
  Math.min(...others.map((name) => of.get(name)?.[field] ?? Number.POSITIVE_INFINITY));

function own(of: Map<string, Measured>): Measured {
  const found = of.get('Lightdeck');
  if (!found) throw new Error('our own backup is missing');
  return found;
}

function compared({ others }: BackupResults, figure: Figure, raw: number): Figure {
  return others.length > 0 ? { ...figure, raw } : figure;
}

function speedFigures(results: BackupResults): Figure[] {
  const { megabytes, first, second, restored, others, differences } = results;
  const goal = others.length > 0 ? { target: { of: 'ratio', atLeast: 0.7 } as const } : {};
  const rate = (key: string, what: string, of: Map<string, Measured>): Figure => ({
    ...compared(
      results,
      { key, what, unit: 'MB/s', value: megabytes / own(of).seconds },
      megabytes / best(results, of, 'seconds'),
    ),
    ...goal,
  });
  return [
    rate('backup.first', 'first backup', first),
    compared(
      results,
      { key: 'backup.second', what: 'second, 1 % changed', unit: 's', value: own(second).seconds },
      best(results, second, 'seconds'),
    ),
    {
      key: 'backup.part',
      what: "second's time of the first's",
      unit: '%',
      value: (100 * own(second).seconds) / own(first).seconds,
      target: { of: 'value', atMost: 10 },
    },
    rate('backup.restore', 'restore by restore.mjs alone', restored),
    {
      key: 'backup.different',
      what: 'paths that came back differently',
      unit: '',
      value: differences.length,
      target: { of: 'value', atMost: 0 },
    },
  ];
}

function costFigures(results: BackupResults): Figure[] {
  const { first, second, restored } = results;
  const [one, two] = [own(first), own(second)];
  const [reply, later] = [one, two].map(({ out }) => runReply.parse(JSON.parse(out)));
  const cpu = (key: string, what: string, of: Map<string, Measured>): Figure =>
    compared(results, { key, what, unit: 's', value: own(of).cpu }, best(results, of, 'cpu'));
  return [
    compared(
      results,
      { key: 'backup.size', what: 'size', unit: 'MB', value: one.bytes / 1e6 },
      best(results, first, 'bytes') / 1e6,
    ),
    {
      key: 'backup.growth',
      what: 'more room by the second',
      unit: '%',
      value: (100 * (two.bytes - one.bytes)) / one.bytes,
      target: { of: 'value', atMost: 2 },
    },
    cpu('backup.cpu', 'processors, first', first),
    cpu('backup.restore-cpu', 'processors, restore', restored),
    {
      key: 'backup.memory',
      what: 'peak memory of the process',
      unit: 'MB',
      value: Math.max(reply?.peakMb ?? 0, later?.peakMb ?? 0),
      target: { of: 'value', atMost: 250 },
    },
    {
      key: 'backup.late',
      what: 'longest hold-up of its main thread',
      unit: 'ms',
      value: Math.max(reply?.lateMs ?? 0, later?.lateMs ?? 0),
      target: { of: 'value', atMost: 50 },
    },
  ];
}

function notesOf({ others, first, second, restored, differences }: BackupResults): string[] {
  const seconds = (name: string): string =>
    [first, second, restored].map((of) => `${of.get(name)?.seconds ?? '?'} s`).join(', ');
  return [
    others.length > 0
      ? `The raw reader is the better of ${others.join(' and ')}. First, second, restore: ${['Lightdeck', ...others].map((name) => `${name} ${seconds(name)}`).join('; ')}.`
      : 'restic and borg are not installed: nothing to compare with.',
    'Ours reads back all that it wrote, and compares it; they do not. restic encrypts, which can not be switched off.',
    ...(differences.length > 0 ? [`Came back differently: ${differences.slice(0, 10).join(', ')}`] : []),
  ];
}
