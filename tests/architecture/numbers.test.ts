import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const outputOf = (script: string): Promise<string> =>
  promisify(execFile)('node', [script], { cwd: root }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
  );

test('docs/faults.md: what is mended there has a test with its number', async () => {
  expect(await outputOf('scripts/list-untested-faults.mjs')).toContain(
    "Mended, and in no test's title: none\n",
  );
});

test('every numbered rule has a test of its own in npm test, not in the long lane alone', async () => {
  expect(await outputOf('scripts/list-rules.mjs')).toBe('Every rule has a test.\n');
});
