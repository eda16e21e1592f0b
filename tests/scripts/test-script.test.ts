import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { longTest } from '../support/lane.ts';
import { tempDir } from '../support/temp.ts';

const root = join(import.meta.dirname, '../..');

interface Ended {
  code: number | null;
  /** Of standard output. */
  lines: string[];
}

const runNode = (args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: root }, (_error, stdout) =>
      resolve({ code: child.exitCode, lines: stdout.trimEnd().split('\n') }),
    );
  });

/** Runs `npm test`'s script on a folder with these test files alone. */
function run(files: Record<string, string>, ...more: string[]): Promise<Ended> {
  const folder = tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.test.js`), text);
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: { globals: true } };');
  return runNode(['scripts/test.mjs', '--no-setup', '--root', folder, ...more]);
}

const fine = "test('fine', () => expect(1).toBe(1));";
const lane = JSON.stringify(join(root, 'tests/support/lane.ts'));
const repeats = `import { rounds } from ${lane}; test('x', () => { rounds('kills', 12, 100); });`;

describe('npm test', () => {
  test('ends with exit code 0 and the counts when all is well, and tells what the files cost', async () => {
    const { code, lines } = await run({ one: fine, two: `${fine} test.skip('later', () => {});`, repeats });
    expect(lines.slice(-2)).toEqual([
      'kills: 12 of 100 rounds (all with npm test -- --long)',
      '3 passed, 0 failed, 1 skipped',
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^skipped: .*two\.test\.js > later$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +\d+\.\d s .*one\.test\.js$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +\d+\.\d s +by the clock$/));
    expect(code).toBe(0);
  });

  test('ends with exit code 1 when one test of many fails, and names it', async () => {
    const wrong = "describe('deep', () => test('wrong', () => expect(1).toBe(2)));";
    const { code, lines } = await run({ one: fine, two: `${fine} ${wrong}` });
    expect(lines.at(-1)).toBe('2 passed, 1 failed, 0 skipped');
    expect(lines).toContainEqual(expect.stringMatching(/^failed: .*two\.test\.js > deep > wrong$/));
    expect(code).toBe(1);
  });

  test('ends with exit code 1 when a file can’t be loaded or a hook fails, and names them', async () => {
    const hook = `afterAll(() => { throw new Error("no"); }); ${fine}`;
    const { code, lines } = await run({ broken: 'throw new Error("no");', hook });
    expect(lines.at(-1)).toBe('1 passed, 2 failed, 0 skipped');
    for (const name of ['broken', 'hook'])
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^failed: .*${name}\\.test\\.js$`)));
    expect(code).toBe(1);
  });

  longTest('ends with exit code 1 at an error that belongs to no test', async () => {
    const lost = "test('fine', () => void Promise.reject(new Error('lost')));";
    const { code, lines } = await run({ lost });
    expect(lines.slice(-2)).toEqual([
      'failed: vitest ended with exit code 1',
      '1 passed, 1 failed, 0 skipped',
    ]);
    expect(code).toBe(1);
  });

  longTest('ends with exit code 1 when nothing ran', async () => {
    const { code, lines } = await run({ one: "test.skip('later', () => {});" });
    expect(lines.slice(-2)).toEqual(['failed: no test ran', '0 passed, 1 failed, 1 skipped']);
    expect(code).toBe(1);
  });

  test('says above the counts how much ran of proofs that repeat: all with --long', async () => {
    const { lines } = await run({ repeats }, '--long');
    expect(lines.at(-2)).toBe('kills: 100 of 100 rounds');
  });

  // As the packager does, which a run from a bare clone loads.
  test.each([
    ['sets its code when the process ends', "process.on('exit', () => { process.exitCode = 0; })"],
    ['ends the process when nothing is left to do', "process.on('beforeExit', () => process.exit(0))"],
  ])('ends with its own exit code, also when a library %s', async (_what, library) => {
    const script = `import { runMain } from './scripts/lib/output.mjs';
      await runMain(async () => { ${library}; return 1; });`;
    expect((await runNode(['--input-type=module', '-e', script])).code).toBe(1);
  });

  test('a check of types or lint that fails counts, and its words are shown', async () => {
    const script = `
      import { runChecks } from './scripts/lib/test-checks.mjs';
      import { emptyReport, exitCodeOf, reportLines } from './scripts/lib/test-report.mjs';
      const report = emptyReport();
      const wrong = ['-e', 'console.log("a wrong type"); process.exit(2)'];
      const add = await runChecks(() => false, [{ name: 'fine', args: ['-e', ''] }, { name: 'types', args: wrong }]);
      add(report);
      console.log(reportLines(report).join('\\n'));
      process.exitCode = exitCodeOf(report);`;
    const { code, lines } = await runNode(['--input-type=module', '-e', script]);
    expect(lines).toContain('a wrong type');
    expect(lines.slice(-2)).toEqual(['failed: types', '1 passed, 1 failed, 0 skipped']);
    expect(code).toBe(1);
  });
});
