import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './paths.mjs';

/** One file's outcome, as test-report.mjs reads it. `ms` is all that the file cost: loading it, its hooks, its tests. */
function outcomeOf(module) {
  const titles = { passed: [], failed: [], skipped: [], pending: [] };
  for (const test of module.children.allTests()) titles[test.result().state].push(test.fullName);
  const { collectDuration, duration, environmentSetupDuration, prepareDuration, setupDuration } =
    module.diagnostic();
  return {
    path: relative(root, module.moduleId),
    ms: Math.round(collectDuration + duration + environmentSetupDuration + prepareDuration + setupDuration),
    passed: titles.passed.length,
    failed: titles.failed,
    // A test that never ran to its end, as when the run was interrupted, has proved nothing.
    skipped: [...titles.skipped, ...titles.pending],
    // Failed outside of its tests: while it was loaded, or in a hook.
    // Passed at a further try only.
    unsteady: [...module.children.allTests()]
      .filter((test) => test.diagnostic()?.flaky)
      .map((test) => test.fullName),
    isBroken: module.state() === 'failed',
  };
}

/** A vitest reporter: writes what became of each file, and how long it took, to the file that RUN_FILE names. */
export default class RunReporter {
  onTestRunEnd(modules) {
    if (process.env.RUN_FILE) writeFileSync(process.env.RUN_FILE, JSON.stringify(modules.map(outcomeOf)));
  }
}
