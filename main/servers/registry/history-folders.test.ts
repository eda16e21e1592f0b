import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../../tests/support/temp.ts';
import { HistoryFolders } from './history-folders.ts';

test('X1 a history that is taken away is gone for the next server of that id, and cleared by a later start', async () => {
  const dir = join(tempDir(), 'console');
  const folders = new HistoryFolders(dir);
  mkdirSync(folders.of('.a'), { recursive: true });
  writeFileSync(join(folders.of('.a'), '0'), 'old text');
  const clear = await folders.take('.a');
  expect(readdirSync(dir)).toEqual([]);
  mkdirSync(folders.of('.a'));
  writeFileSync(join(folders.of('.a'), '0'), 'new text');
  // As after a kill: nobody cleared.
  await new HistoryFolders(dir).sweep();
  expect(existsSync(`${dir}-gone`)).toBe(false);
  expect(readdirSync(folders.of('.a'))).toEqual(['0']);
  await clear();
  await (await folders.take('never was'))();
});
