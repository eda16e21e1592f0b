import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import type { CopyPlace, SnapshotInfo, SnapshotStore } from './contract.ts';
import {
  about,
  folderPlace,
  freely,
  openLaneHere,
  packFiles,
  sourceOf,
  targetOf,
  testStore,
} from './snapshots.test-helper.ts';

const MiB = 1024 * 1024;

/** A store with one snapshot that was copied to a folder. */
async function copied() {
  const [folder, there] = [tempDir(), join(tempDir(), 'there')];
  writeFileSync(join(folder, 'big'), randomBytes(5 * MiB));
  const store = await testStore({ openLane: openLaneHere, now: later() });
  const info = await store.create(sourceOf(folder), about, freely());
  await store.copy(info.id, folderPlace(there), freely());
  return { folder, there, store, info };
}

/** So that what was just made counts as old enough to be trusted, and no two snapshots are of one moment. */
function later(): () => number {
  let more = 3600_000;
  return () => {
    more += 1;
    return Date.now() + more;
  };
}

/** A place whose packs can't be had until `open` is called; `asked` resolves when the first one is wanted as a whole. */
function slowPlace(folder: string) {
  let ask = (): void => {};
  let open = (): void => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const place = folderPlace(folder);
  const slow: CopyPlace = {
    ...place,
    async *get(path, signal, range) {
      if (path.endsWith('.pack') && !range) {
        ask();
        await opened;
      }
      yield* place.get(path, signal, range);
    },
  };
  return { place: slow, asked, open };
}

const another = async (store: SnapshotStore): Promise<SnapshotInfo> => {
  const folder = tempDir();
  writeFileSync(join(folder, 'other'), randomBytes(1000));
  return store.create(sourceOf(folder), { ...about, source: 'two' }, freely());
};

describe('while a copy is on its way', () => {
  test.each(['fetch', 'checkCopy'] as const)(
    '(%s) a backup is made, and the next one removes it',
    async (work) => {
      const { there, info, folder } = await copied();
      const store = await testStore({ openLane: openLaneHere, now: later() });
      const { place, asked, open } = slowPlace(there);
      const end = store[work](info.id, place, freely());
      await asked;
      const other = await another(store);
      expect(await store.list()).toMatchObject([{ id: other.id }]);
      const removed = store.remove([other.id], freely(), { thorough: true });
      open();
      await Promise.all([end, removed]);
      if (work === 'checkCopy') {
        expect(await store.list()).toEqual([]);
        return;
      }
      expect(await store.list()).toMatchObject([{ id: info.id, damaged: 0 }]);
      expect(await store.check(null, freely())).toMatchObject({ damaged: [], problems: [] });
      const back = tempDir();
      await store.restore(info.id, targetOf(back), {}, freely());
      expect(treeOf(back)).toEqual(treeOf(folder));
    },
  );

  test('what it has here already may go: then that is fetched, too', async () => {
    const { store, info, folder, there } = await copied();
    writeFileSync(join(folder, 'small'), 'new');
    const second = await store.create(sourceOf(folder), about, freely());
    await store.copy(second.id, folderPlace(there), freely());
    await store.remove([second.id], freely(), { thorough: true });
    const { place, asked, open } = slowPlace(there);
    const end = store.fetch(second.id, place, freely());
    await asked;
    // All that is left of the big file here.
    const removed = store.remove([info.id], freely(), { thorough: true });
    open();
    await Promise.all([end, removed]);
    expect(await store.list()).toMatchObject([{ id: second.id }]);
    expect(await store.check(null, freely())).toMatchObject({ damaged: [], problems: [] });
  });
});

describe('copies that are removed', () => {
  test('take what no other one needs with them; what is left is whole, also after packs were written anew here', async () => {
    const { store, info, folder, there } = await copied();
    const place = folderPlace(there);
    writeFileSync(join(folder, 'second'), randomBytes(MiB));
    const second = await store.create(sourceOf(folder), about, freely());
    await store.copy(second.id, place, freely());
    // Only `second` needs the pack with the big one by now, and that is written anew.
    writeFileSync(join(folder, 'big'), 'small now');
    const third = await store.create(sourceOf(folder), about, freely());
    await store.remove([info.id, second.id], freely(), { thorough: true });
    await store.copy(third.id, place, freely());
    writeFileSync(join(there, 'snapshots', '20200101t000000-00000000.manifest.gz.part'), 'left over');
    const [[, path] = ['', '']] = packFiles(there);
    for (const cut of [
      `${path}.part`,
      join(there, 'restore.mjs.part'),
      join(there, `lightdeck-test-${'a'.repeat(12)}`),
    ])
      writeFileSync(cut, 'of a copy that was cut off');
    writeFileSync(join(there, 'notes.txt'), 'somebody else wrote this');
    const { freed } = await store.removeCopies([info.id, second.id], place, freely());
    expect(freed).toBeGreaterThan(5 * MiB);
    expect(readdirSync(join(there, 'snapshots')).sort()).toEqual([
      `${third.id}.json`,
      `${third.id}.manifest.gz`,
    ]);
    expect([...packFiles(there).keys()].sort()).toEqual([...packFiles(store.folder).keys()].sort());
    const left = readdirSync(there, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => /part$|test|notes/.test(name))).toEqual(['notes.txt']);
    await store.checkCopy(third.id, place, freely());
    expect(await store.removeCopies([], place, freely())).toEqual({ freed: 0 });
  });

  test('are none where it can not be told what the others need, or where they are of another store', async () => {
    const { store, info, folder, there } = await copied();
    const place = folderPlace(there);
    writeFileSync(join(folder, 'second'), 'x');
    const second = await store.create(sourceOf(folder), about, freely());
    await store.copy(second.id, place, freely());
    const before = treeOf(there);
    const other = await testStore({ openLane: openLaneHere });
    await expect(other.removeCopies([info.id], place, freely())).rejects.toMatchObject({ code: 'conflict' });
    expect(treeOf(there)).toEqual(before);
    writeFileSync(join(there, `snapshots/${second.id}.manifest.gz`), 'nonsense');
    const spoilt = treeOf(there);
    // One that can't be asked just now says nothing of a copy.
    const away = new LightdeckError('timeout', 'The connection was lost');
    const lost = folderPlace(there, {
      before: async (name) => {
        if (name.endsWith('.manifest.gz')) throw away;
      },
    });
    await expect(store.removeCopies([info.id], lost, freely())).rejects.toBe(away);
    await expect(store.removeCopies([info.id], place, freely())).rejects.toMatchObject({ code: 'invalid' });
    expect(treeOf(there)).toEqual(spoilt);
    // A damaged one can go itself.
    await store.removeCopies([second.id], place, freely());
    await store.checkCopy(info.id, place, freely());
  });
});
