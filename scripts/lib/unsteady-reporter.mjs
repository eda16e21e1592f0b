import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './paths.mjs';

/** A vitest reporter: writes the names of the tests that passed only at a further try to the file that UNSTEADY_FILE names. */
export default class UnsteadyReporter {
  names = [];

  onTestCaseResult(test) {
    if (test.result().state !== 'passed' || !test.diagnostic()?.retryCount) return;
    this.names.push(`${relative(root, test.module.moduleId)} > ${test.fullName}`);
  }

  onTestRunEnd() {
    if (process.env.UNSTEADY_FILE) writeFileSync(process.env.UNSTEADY_FILE, JSON.stringify(this.names));
  }
}
