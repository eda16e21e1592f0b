import { expect, it } from 'vitest';
import type { FileEntry } from '../../../../shared/http/files.ts';
import { filesFrom } from './find-files.ts';

const entry = (name: string, type: FileEntry['type'], link = false): FileEntry => ({
  name,
  type,
  size: 0,
  modified_at: 0,
  link,
});

it('the open folder, the root and what is below them, each once; links are not gone into', async () => {
  const asked: string[] = [];
  const tree: Record<string, FileEntry[]> = {
    '': [entry('world', 'directory'), entry('a.txt', 'file'), entry('loop', 'directory', true)],
    world: [entry('level.dat', 'file')],
  };
  const found = await filesFrom('world', async (folder) => {
    asked.push(folder);
    return tree[folder] ?? [];
  });
  expect(asked).toEqual(['world', '']);
  expect(found.map(({ path }) => path).sort()).toEqual(['a.txt', 'loop', 'world', 'world/level.dat']);
});

it('a deep or huge volume costs ten requests at most', async () => {
  let asked = 0;
  const found = await filesFrom('', async () => {
    asked += 1;
    return Array.from({ length: 300 }, (_, index) => entry(`d${index}`, 'directory'));
  });
  expect(asked).toBeLessThanOrEqual(10);
  expect(found.length).toBe(1000);
});
