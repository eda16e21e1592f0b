import { inRoot, root } from './paths.mjs';
import { run } from './run.mjs';

const tsc = inRoot('node_modules/typescript/bin/tsc');
const checks = [
  { name: 'types of shared/', args: [tsc, '-p', 'shared'] },
  { name: 'types of renderer/', args: [tsc, '-p', 'renderer'] },
  { name: 'types of the tests of renderer/', args: [tsc, '-p', 'renderer/tsconfig.tests.json'] },
  { name: 'types of all else', args: [tsc, '-p', '.'] },
  { name: 'lint and format', args: [inRoot('node_modules/@biomejs/biome/bin/biome'), 'check', '.'] },
];

/**
 * Starts the checks of types and lint, one after the other: the tests that run meanwhile wait most of the time. `isOver` is
 * asked before each. Resolves to a function that adds the outcome to a report and prints what failed, to be called when
 * nothing else prints.
 */
export async function runChecks(isOver, list = checks) {
  const results = [];
  for (const { name, args } of list) {
    if (isOver()) break;
    results.push({ name, ...(await run(process.execPath, args, { cwd: root })) });
  }
  return (report) => {
    for (const { name, code, stdout, stderr } of results) {
      if (code === 0) report.passed += 1;
      else report.failed.push(name);
      if (code !== 0) process.stdout.write(`\nChecking ${name}:\n${stdout}${stderr}\n`);
    }
  };
}
