import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot, root } from './paths.mjs';
import { addRun } from './test-report.mjs';

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

/** Runs the tests of a lane (`short`, `all`, `long`) that `args` choose (vitest's own; none: all of it) and adds to the report what became of them. */
export async function runTests(report, { args, lane }) {
  const folder = await mkdtemp(join(tmpdir(), 'lightdeck-test-report-'));
  const [runFile, roundsFile] = [join(folder, 'run.json'), join(folder, 'rounds.json')];
  try {
    const reporters = ['default', inRoot('scripts/lib/run-reporter.mjs')].map((name) => `--reporter=${name}`);
    const exitCode = await runVitest([...reporters, ...args], {
      RUN_FILE: runFile,
      LIGHTDECK_TEST_ROUNDS: roundsFile,
      LIGHTDECK_TEST_LANE: lane,
    });
    await addRun(report, { runFile, roundsFile, exitCode });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
