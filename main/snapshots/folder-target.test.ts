import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import { openFsRoot } from '../files/fs-node.ts';
import { newMark, Staging } from '../files/staging.ts';
import { folderTarget } from './folder-target.ts';
import { about, freely, openLaneHere, sourceOf, targetOf, testStore } from './snapshots.test-helper.ts';

/** A store with a snapshot of `a/b/file`, `a/link` (to a/b) and `top`. */
async function snapshotOfSome() {
  const folder = tempDir();
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  writeFileSync(join(folder, 'a/b/file'), 'content');
  writeFileSync(join(folder, 'top'), 'top');
  symlinkSync('b', join(folder, 'a/link'));
  const store = await testStore({ openLane: openLaneHere });
  const { id } = await store.create(sourceOf(folder), about, freely());
  return { store, id, folder };
}

describe('restoring into a folder', () => {
  test('A9: follows no link out of it, and puts what the snapshot has in the place of what is there', async () => {
    const { store, id, folder } = await snapshotOfSome();
    const [back, outside] = [tempDir(), tempDir()];
    writeFileSync(join(outside, 'file'), 'not ours');
    symlinkSync(outside, join(back, 'a'));
    mkdirSync(join(back, 'top/full'), { recursive: true });
    await store.restore(id, targetOf(back), {}, freely());
    expect(treeOf(back)).toEqual(treeOf(folder));
    expect(readdirSync(outside)).toEqual(['file']);
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('not ours');
  });

  test('one chosen file leaves the folders around it as they are', async () => {
    const { store, id } = await snapshotOfSome();
    const back = tempDir();
    mkdirSync(join(back, 'a'), { mode: 0o710 });
    const before = statSync(join(back, 'a')).mode;
    await store.restore(id, targetOf(back), { paths: ['a/b/file'] }, freely());
    expect(statSync(join(back, 'a')).mode).toBe(before);
    expect(readFileSync(join(back, 'a/b/file'), 'utf8')).toBe('content');
  });

  test.skipIf(process.geteuid?.() !== 0)(
    "what was the old root's owner's goes to the owner of this one",
    async () => {
      const { store, id } = await snapshotOfSome();
      const back = tempDir();
      chownSync(back, 1234, 2345);
      await store.restore(id, targetOf(back), {}, freely());
      for (const name of ['a', 'a/b', 'a/b/file', 'top'])
        expect(statSync(join(back, name))).toMatchObject({ uid: 1234, gid: 2345 });
    },
  );

  test('A10: counts what it writes, and nothing of it is left when there is no room', async () => {
    const { store, id } = await snapshotOfSome();
    const back = tempDir();
    const fsRoot = openFsRoot(back);
    let taken = 0;
    const room = () => ({
      take(bytes: number) {
        if (taken + bytes > 8) throw new Error('no room');
        taken += bytes;
      },
      left: () => 8 - taken,
    });
    const target = folderTarget({ fsRoot, staging: new Staging(fsRoot, newMark()), room });
    await expect(store.restore(id, target, {}, freely())).rejects.toThrow('no room');
    expect(taken).toBe(7);
    expect(Object.keys(treeOf(back))).toEqual(['a', 'a/b', 'a/b/file', 'a/link']);
  });
});
