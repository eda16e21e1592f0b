import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { keepPrivate } from './keep-private.ts';

test.skipIf(process.platform === 'win32')(
  'B13 the folder is its owner’s alone, made anew or there already, and what was open is told',
  () => {
    const folder = join(tempDir(), 'base', 'volumes');
    const mode = (): number => statSync(folder).mode & 0o777;
    expect([keepPrivate(folder), mode()]).toEqual([null, 0o700]);
    expect(keepPrivate(folder)).toBeNull();
    chmodSync(folder, 0o755);
    expect([keepPrivate(folder), mode()]).toEqual([expect.stringContaining('is closed to them now'), 0o700]);
  },
);
