import type { CrashFigure, CrashReport } from '../../shared/model/crash.ts';
import { MiB } from '../../shared/units.ts';
import { roughly } from './compare.ts';

/** Lines of figures in the text. */
const shownFigures = 15;

const time = (at: number): string => new Date(at).toISOString();
const mebibytes = (size: number): string => `${Math.round(size / MiB)} MiB`;

/** A report as text to pass on; the caller takes secrets out. Pure. */
export function reportText(report: CrashReport, { name }: { name: string }): string {
  const { cause, versions } = report;
  const ran = report.started_at === null ? null : report.at - report.started_at;
  return [
    `Crash report of ${name} (${report.server})`,
    line('When', time(report.at)),
    line('What', report.reason),
    report.exit_words && line('Exit', `the program ${report.exit_words}`),
    line('Memory', memoryWords(report.oom)),
    line('Ran', ran === null ? null : `${roughly(ran)}${report.was_ready ? '' : ', and was not up yet'}`),
    line('Likely cause', cause === null ? null : `${cause.title}. ${cause.text}`),
    line('Given away by', cause?.line ?? null),
    line('Before', report.compared),
    line('After', afterWords(report)),
    line('Image', [report.image, report.image_version].filter(Boolean).join(' = ') || null),
    line(
      'Versions',
      `Lightdeck ${versions.lightdeck}, engine ${versions.engine ?? 'not known'}, ${versions.system}`,
    ),
    ...part(
      'What happened on the machine',
      report.host.map(({ at, text }) => `${time(at)} ${text}`),
    ),
    ...part(
      'What was done before',
      report.changes.map(({ at, actor, action, detail }) =>
        `${time(at)} ${actor}: ${action} ${detail}`.trimEnd(),
      ),
    ),
    ...part(
      `Figures (memory limit ${report.memory_limit === null ? 'none' : mebibytes(report.memory_limit)})`,
      figureLines(report.figures),
    ),
    ...part('Last lines', report.tail === '' ? [] : report.tail.split('\n')),
    '',
  ]
    .filter((text) => text !== null)
    .join('\n');
}

const line = (what: string, text: string | null): string | null =>
  text === null ? null : `${what}: ${text}`;

const part = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `== ${title} ==`, ...lines];

function memoryWords(oom: CrashReport['oom']): string | null {
  if (oom === null) return null;
  return oom === 'game'
    ? 'the system ended it at its memory limit'
    : 'the system ended a child process of it at its memory limit shortly before';
}

function afterWords({ after }: CrashReport): string | null {
  if (after.next === 'nothing') return null;
  return after.next === 'given_up'
    ? `not started again after ${after.of} tries`
    : `started again (try ${after.attempt} of ${after.of})`;
}

/** The last ones, and of those before as many as fit, evenly. */
function figureLines(figures: readonly CrashFigure[]): string[] {
  const step = Math.max(1, Math.ceil(figures.length / shownFigures));
  return figures
    .filter((_, index) => (figures.length - 1 - index) % step === 0)
    .map(({ at, cpu, memory }) => `${time(at)} CPU ${cpu.toFixed(0)} %, memory ${mebibytes(memory)}`);
}
