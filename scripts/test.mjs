// `npm test`: prepares everything from a bare clone, runs all tests with the checks of types and lint beside them, cleans
// up, and ends with one line of counts. `--all` also runs the tests of the long lane, `--long` those and proofs that repeat as often as they
// can be; `--no-setup` prepares nothing, `--save-durations` keeps what the files cost for the order of later runs. With other arguments (they go to vitest) it runs those tests alone, without the checks.
import { stopEngine } from './lib/engine-setup.mjs';
import { withLock } from './lib/lock.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runMain, SetupError, say } from './lib/output.mjs';
import { setupLock } from './lib/paths.mjs';
import { runChecks } from './lib/test-checks.mjs';
import { durationLines, emptyReport, exitCodeOf, reportLines, saveDurations } from './lib/test-report.mjs';
import { runTests } from './lib/test-run.mjs';
import { prepareTests } from './lib/test-setup.mjs';

const nothingPrepared = { enginePid: null, failure: null };
let interrupted = null;

function readArgs(all) {
  const own = ['--all', '--long', '--no-setup', '--save-durations'];
  const args = all.filter((arg) => !own.includes(arg));
  return {
    args,
    lane: all.includes('--long') ? 'long' : all.includes('--all') ? 'all' : 'short',
    isLong: all.includes('--long') || all.includes('--all'),
    isPrepared: all.includes('--no-setup'),
    isSaving: all.includes('--save-durations'),
  };
}

async function testsAndChecks(report, { args, lane }) {
  const checks = args.length === 0 ? runChecks(() => interrupted !== null) : null;
  await runTests(report, { args, lane });
  if (checks) (await checks)(report);
}

async function runAll(report, wish) {
  checkNodeVersion();
  const { enginePid, failure } = wish.isPrepared
    ? nothingPrepared
    : await withLock(setupLock, () => prepareTests(wish));
  try {
    if (failure) throw failure;
    const begun = performance.now();
    if (!interrupted) await testsAndChecks(report, wish);
    for (const line of durationLines(report, performance.now() - begun)) process.stdout.write(`${line}\n`);
    if (wish.isSaving) await saveDurations(report);
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
    await runAll(report, readArgs(process.argv.slice(2)));
  } catch (error) {
    say(error instanceof SetupError ? error.message : error.stack);
    report.failed.push('set-up');
  }
  for (const line of reportLines(report)) process.stdout.write(`${line}\n`);
  return exitCodeOf(report);
}

runMain(main);
