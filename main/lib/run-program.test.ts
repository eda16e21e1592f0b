import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { runProgram } from './run-program.ts';

test.skipIf(process.platform === 'win32')(
  'B20 the system’s programs come first, whatever the caller’s PATH has of that name',
  async () => {
    const folder = tempDir();
    for (const name of ['uname', 'only-here']) {
      writeFileSync(join(folder, name), '#!/bin/sh\necho mine\n');
      chmodSync(join(folder, name), 0o755);
    }
    vi.stubEnv('PATH', [folder, process.env.PATH].join(delimiter));
    const run = async (program: string) => (await runProgram(program, [], { timeoutMs: 60_000 })).output;
    expect(await run('uname')).not.toBe('mine');
    expect(await run('only-here')).toBe('mine');
    vi.unstubAllEnvs();
  },
);
