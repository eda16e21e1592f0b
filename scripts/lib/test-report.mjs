import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { root } from './paths.mjs';

/** Counts and names of a test run, summed up over its steps. */
export function emptyReport() {
  return { passed: 0, failed: [], skipped: [], unsteady: [] };
}

/** Adds what vitest's JSON report says, and the names in the file of the unsteady ones. A file that failed without a failing test, and an error outside of any test, count as failures. */
export async function addVitestReport(report, { file, unsteadyFile, exitCode }) {
  const failedBefore = report.failed.length;
  const json = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => null);
  for (const { name, status, assertionResults } of json?.testResults ?? []) {
    const path = relative(root, name);
    for (const test of assertionResults) {
      const title = `${path} > ${[...test.ancestorTitles, test.title].join(' > ')}`;
      if (test.status === 'passed') report.passed += 1;
      else if (test.status === 'failed') report.failed.push(title);
      else report.skipped.push(title);
    }
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed'))
      report.failed.push(path);
  }
  const unsteady = await readFile(unsteadyFile, 'utf8').catch(() => '[]');
  report.unsteady.push(...JSON.parse(unsteady));
  const hasNewFailure = report.failed.length > failedBefore;
  if (exitCode !== 0 && !hasNewFailure) report.failed.push(`vitest ended with exit code ${exitCode}`);
}

/** The names of what failed and what was skipped, then the line with the counts, which must be the last one. */
export function reportLines(report) {
  return [
    ...report.unsteady.map((title) => `unsteady, passed at a second try: ${title}`),
    ...report.skipped.map((title) => `skipped: ${title}`),
    ...report.failed.map((title) => `failed: ${title}`),
    `${report.passed} passed, ${report.failed.length} failed, ${report.skipped.length} skipped`,
  ];
}
