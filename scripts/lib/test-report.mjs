import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { inRoot } from './paths.mjs';

const shownFiles = 15;
/** Files that take fewer seconds may run in any order. */
const worthSaving = 2;

/** Counts and names of a test run, summed up over its steps. */
export function emptyReport() {
  return { passed: 0, failed: [], skipped: [], unsteady: [], files: [], rounds: [] };
}

/** The JSON values of a file's lines; none if there is no such file. */
async function linesOf(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(JSON.parse);
}

/**
 * Adds what run-reporter.mjs wrote to `runFile` and tests/support/lane.ts to `roundsFile`. A file that failed without a
 * failing test, and an exit code that nothing explains (an error outside of any test), count as failures.
 */
export async function addRun(report, { runFile, roundsFile, exitCode }) {
  const failedBefore = report.failed.length;
  const [files = []] = await linesOf(runFile);
  for (const { path, passed, failed, skipped, unsteady = [], isBroken } of files) {
    report.unsteady.push(...unsteady.map((title) => `${path} > ${title}`));
    report.passed += passed;
    report.failed.push(...failed.map((title) => `${path} > ${title}`));
    report.skipped.push(...skipped.map((title) => `${path} > ${title}`));
    if (isBroken && failed.length === 0) report.failed.push(path);
  }
  report.files.push(...files);
  report.rounds.push(...summedUp(await linesOf(roundsFile)));
  const hasNewFailure = report.failed.length > failedBefore;
  if (exitCode !== 0 && !hasNewFailure) report.failed.push(`vitest ended with exit code ${exitCode}`);
}

/** One entry for all that have a name and a unit: what ran of each test that only the long lane has. */
function summedUp(rounds) {
  const sums = new Map();
  for (const { name, ran, whole, unit } of rounds) {
    const key = unit === 'tests' ? name : sums.size;
    const sum = sums.get(key) ?? { ran: 0, whole: 0 };
    sums.set(key, { name, unit, ran: sum.ran + ran, whole: sum.whole + whole });
  }
  return [...sums.values()];
}

/** The kind of a test file, as docs/contributing.md lists them: its folder in tests/, or what it stands beside. */
function kindOf(path) {
  const [first, second] = path.split('/');
  return first === 'tests' ? `tests/${second}` : `${first}/`;
}

const seconds = (ms) => `${(ms / 1000).toFixed(1).padStart(7)} s`;

/** Which files cost the most, what each kind of tests cost in all, and how long it took by the clock. */
export function durationLines({ files }, wallMs) {
  if (files.length === 0) return [];
  const slowest = [...files].sort((a, b) => b.ms - a.ms).slice(0, shownFiles);
  const kinds = new Map();
  for (const { path, ms } of files) {
    const kind = kinds.get(kindOf(path)) ?? { ms: 0, files: 0 };
    kinds.set(kindOf(path), { ms: kind.ms + ms, files: kind.files + 1 });
  }
  return [
    'The slowest files:',
    ...slowest.map(({ path, ms }) => `${seconds(ms)}  ${path}`),
    'All files of a kind, one after the other:',
    ...[...kinds]
      .sort(([, a], [, b]) => b.ms - a.ms)
      .map(([kind, sum]) => `${seconds(sum.ms)}  ${kind} (${sum.files} files)`),
    `${seconds(wallMs)}  by the clock`,
  ];
}

/** Writes tests/durations.json, by which tests/support/longest-first.ts orders later runs: seconds of each
 * file that is not quick. Files that did not run keep theirs. */
export async function saveDurations({ files }) {
  const file = inRoot('tests/durations.json');
  const before = Object.entries(JSON.parse(await readFile(file, 'utf8')));
  const measured = new Map(files.map(({ path, ms }) => [path, Math.round(ms / 1000)]));
  const seconds = [...before.filter(([path]) => !measured.has(path)), ...measured]
    .filter(([path, value]) => value >= worthSaving && existsSync(inRoot(path)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(file, `${JSON.stringify(Object.fromEntries(seconds), null, 2)}\n`);
}

/** How much ran of the proofs that repeat. */
const roundsLine = ({ name, ran, whole, unit }) =>
  `${name}: ${ran} of ${whole} ${unit}${ran < whole ? ' (all with npm test -- --long)' : ''}`;

/**
 * The names of what was skipped and failed, what ran of repeated proofs, then the line with the counts, which must be the last
 * one. A run in which nothing passed and nothing failed proves nothing: that is a failure, too.
 */
export function reportLines(report) {
  if (report.passed + report.failed.length === 0) report.failed.push('no test ran');
  return [
    ...report.unsteady.map((title) => `unsteady, passed at a further try: ${title}`),
    ...report.skipped.map((title) => `skipped: ${title}`),
    ...report.failed.map((title) => `failed: ${title}`),
    ...report.rounds.map(roundsLine).sort(),
    `${report.passed} passed, ${report.failed.length} failed, ${report.skipped.length} skipped`,
  ];
}

/** What the whole script ends with, to be asked after its lines. */
export const exitCodeOf = (report) => (report.failed.length === 0 ? 0 : 1);
