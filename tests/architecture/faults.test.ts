import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('docs/faults.md: what is mended there has a test with its number', async () => {
  const run = promisify(execFile)('node', ['scripts/list-untested-faults.mjs'], { cwd: root });
  const output = await run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
  );
  expect(output).toContain("Mended, and in no test's title: none\n");
});
