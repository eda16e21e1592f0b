import {
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { carefulFlags, checkedRoot } from './fs-node.ts';
import { moveFileToFree, moveInto } from './move-into.ts';

/** A volume with a file and a folder that was found, and then was swapped for a link that leads out. */
async function swapped() {
  const top = tempDir();
  const [root, outside] = [join(top, 'volume'), join(top, 'outside')];
  for (const folder of [join(root, 'd'), outside]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, 'f'), 'text');
  const fsRoot = checkedRoot(root);
  const rootNode = await fsRoot.root();
  const folder = await fsRoot.openNode(rootNode, 'd');
  if (!folder) throw new Error('there is no folder');
  await folder.confirm();
  renameSync(join(root, 'd'), join(root, 'aside'));
  symlinkSync(outside, join(root, 'd'));
  return { root, outside, from: { folder: rootNode, name: 'f' }, to: { folder, name: 'g' } };
}

describe('B14 where folders can’t be held, one that became a link between look and write', () => {
  test.each([
    ['a rename', moveInto],
    ['a move to a free name', moveFileToFree],
  ])('%s is taken back', async (_what, move) => {
    const { root, outside, from, to } = await swapped();
    await expect(move(from, to)).rejects.toThrow('path traversal');
    expect([readdirSync(outside), existsSync(join(root, 'f'))]).toEqual([[], true]);
  });

  test('on macOS the system itself opens nothing through a link, wherever it stands in the path', () => {
    const { O_NOFOLLOW, O_NONBLOCK } = constants;
    expect(carefulFlags('linux')).toBe(O_NOFOLLOW | O_NONBLOCK);
    expect(carefulFlags('darwin')).toBe(O_NOFOLLOW | O_NONBLOCK | 0x20000000);
  });
});
