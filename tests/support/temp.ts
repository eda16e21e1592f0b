import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OnEnd } from './cleanup.ts';

/** A fresh folder that is removed with all it holds at the end of the test (or of the suite, by `onEnd`). The path is real, without links. */
export function tempDir(onEnd: OnEnd = onTestFinished): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lightdeck-test-')));
  onEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}
