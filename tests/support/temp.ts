import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OnEnd } from './cleanup.ts';
import { removeTree } from './remove-tree.ts';

/** A fresh folder that is removed with all it holds at the end of the test (or of the suite, by `onEnd`), mounts included. The path is real, without links. */
export function tempDir(onEnd: OnEnd = onTestFinished): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lightdeck-test-')));
  onEnd(() => removeTree(folder));
  return folder;
}
