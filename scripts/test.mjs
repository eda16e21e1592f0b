// `npm test`: prepares everything from a bare clone, checks types and lint, runs all tests, cleans up, and ends with one
// line of counts. With arguments (they go to vitest) it runs those tests alone.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopEngine } from './lib/engine-setup.mjs';
import { withLock } from './lib/lock.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runMain, SetupError, say } from './lib/output.mjs';
import { inRoot, root, setupLock } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { addVitestReport, emptyReport, reportLines } from './lib/test-report.mjs';
import { prepareTests } from './lib/test-setup.mjs';

const tsc = inRoot('node_modules/typescript/bin/tsc');
const checks = [
  { name: 'types of shared/', args: [tsc, '-p', 'shared'] },
  { name: 'types of renderer/', args: [tsc, '-p', 'renderer'] },
  { name: 'types of the tests of renderer/', args: [tsc, '-p', 'renderer/tsconfig.tests.json'] },
  { name: 'types of all else', args: [tsc, '-p', '.'] },
  { name: 'lint and format', args: [inRoot('node_modules/@biomejs/biome/bin/biome'), 'check', '.'] },
];
let interrupted = null;

async function runChecks(report) {
  for (const { name, args } of checks) {
    if (interrupted) return;
    say(`Checking ${name}…`);
    const { code, stdout, stderr } = await run(process.execPath, args, { cwd: root });
    if (code === 0) report.passed += 1;
    else report.failed.push(name);
    if (code !== 0) process.stdout.write(`${stdout}${stderr}\n`);
  }
}

/** Runs vitest with our terminal, and these environment variables more; its exit code. A signal that we get ends it. */
function runVitest(args, env) {
  return new Promise((resolve) => {
    const vitest = inRoot('node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [vitest, 'run', ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    const end = (signal) => child.kill(signal);
    process.on('SIGINT', end).on('SIGTERM', end);
    child.once('error', () => resolve(127));
    child.once('exit', (code) => {
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve(code ?? 128);
    });
  });
}

async function runTests(report, args) {
  const folder = await mkdtemp(join(tmpdir(), 'lightdeck-test-report-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['default', 'json', inRoot('scripts/lib/unsteady-reporter.mjs')].map(
      (name) => `--reporter=${name}`,
    );
    const unsteadyFile = join(folder, 'unsteady.json');
    const exitCode = await runVitest([...reporters, `--outputFile.json=${file}`, ...args], {
      UNSTEADY_FILE: unsteadyFile,
    });
    await addVitestReport(report, { file, unsteadyFile, exitCode });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAll(report, args) {
  checkNodeVersion();
  const { enginePid, failure } = await withLock(setupLock, prepareTests);
  try {
    if (failure) throw failure;
    if (args.length === 0) await runChecks(report);
    if (!interrupted) await runTests(report, args);
    if (interrupted) report.failed.push(`ended by ${interrupted}`);
  } finally {
    if (enginePid) {
      say('Stopping the Docker engine that was started for the tests…');
      await stopEngine(enginePid);
    }
  }
}

async function main() {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      interrupted = signal;
    });
  }
  const report = emptyReport();
  try {
    await runAll(report, process.argv.slice(2));
  } catch (error) {
    say(error instanceof SetupError ? error.message : error.stack);
    report.failed.push('set-up');
  }
  if (report.passed + report.failed.length === 0) report.failed.push('no test ran');
  for (const line of reportLines(report)) process.stdout.write(`${line}\n`);
  return report.failed.length === 0 ? 0 : 1;
}

runMain(main);
