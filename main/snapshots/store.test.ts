import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import type { SourceEntry } from './contract.ts';
import { about, damageBlocks, freely, sourceOf, targetOf, testStore } from './snapshots.test-helper.ts';

const MiB = 1024 * 1024;

/** A folder with files that were not changed for an hour. */
function oldFolder(files: Record<string, Buffer | string>): string {
  const folder = tempDir();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The store's time is an hour later: so no file is too new to be trusted. */
const later = (): number => Date.now() + 3600_000;

describe('a snapshot store', () => {
  test('what did not change is not read again, and what is the same is stored once', async () => {
    const same = randomBytes(5 * MiB);
    const folder = oldFolder({ 'a/one': same, 'a/two': same, three: randomBytes(MiB) });
    const store = await testStore({ now: later });
    const first = await store.create(sourceOf(folder), about, freely());
    expect(first.bytes).toBe(11 * MiB);
    expect(first.new_bytes).toBeLessThan(6.1 * MiB);
    appendFileSync(join(folder, 'three'), 'more');
    const opened: string[] = [];
    const source = sourceOf(folder);
    const note = (entry: SourceEntry) => {
      opened.push(entry.path);
      return entry.open();
    };
    const watched: typeof source = {
      ...source,
      async *walk(options) {
        for await (const entry of source.walk(options)) yield { ...entry, open: () => note(entry) };
      },
    };
    const second = await store.create(watched, about, freely());
    expect(opened).toEqual(['three']);
    expect(second.new_bytes).toBeLessThan(1.1 * MiB);
    const other = await store.create(sourceOf(folder), { ...about, source: 'other' }, freely());
    expect(other.new_bytes).toBeLessThan(5000);
    expect((await store.list()).map(({ id }) => id)).toEqual([other.id, second.id, first.id]);
  });

  test('a file whose time was put back is read again', async () => {
    const folder = oldFolder({ file: 'before' });
    const store = await testStore({ now: later });
    utimesSync(join(folder, 'file'), 1000, 1000);
    await store.create(sourceOf(folder), about, freely());
    writeFileSync(join(folder, 'file'), 'behind');
    utimesSync(join(folder, 'file'), 1000, 1000);
    const { id } = await store.create(sourceOf(folder), about, freely());
    expect(await text(store.read(id, 'file'))).toBe('behind');
  });

  test('lists folders, reads files and restores chosen ones', async () => {
    const folder = oldFolder({ 'a/b/c': 'deep', 'a/d': 'd', 'a!/x': 'x', top: 'top' });
    const store = await testStore();
    const { id } = await store.create(sourceOf(folder), about, freely());
    const names = async (path: string) => (await store.entries(id, path)).map((entry) => entry.path);
    expect(await names('')).toEqual(['a', 'a!', 'top']);
    expect(await names('a')).toEqual(['a/b', 'a/d']);
    await expect(names('nothing')).rejects.toMatchObject({ code: 'not_found' });
    expect(await text(store.read(id, 'a/b/c'))).toBe('deep');
    const back = oldFolder({ 'a/other': 'stays', top: 'stays, too' });
    const done = await store.restore(id, targetOf(back), { paths: ['a/b'] }, freely());
    expect(done).toEqual({ files: 1, bytes: 4 });
    expect(Object.keys(treeOf(back))).toEqual(['a', 'a/b', 'a/b/c', 'a/other', 'top']);
    expect(readFileSync(join(back, 'top'), 'utf8')).toBe('stays, too');
    const wrong = store.restore(id, targetOf(back), { paths: ['a/z'] }, freely());
    await expect(wrong).rejects.toMatchObject({ code: 'not_found' });
    const none = store.restore('20260101t000000-00000000', targetOf(back), {}, freely());
    await expect(none).rejects.toMatchObject({ code: 'not_found' });
  });

  test('what no snapshot needs is freed, and nothing else', async () => {
    const folder = oldFolder({ stays: randomBytes(2 * MiB), goes: randomBytes(3 * MiB) });
    const store = await testStore({ now: later });
    const first = await store.create(sourceOf(folder), about, freely());
    rmSync(join(folder, 'goes'));
    const second = await store.create(sourceOf(folder), about, freely());
    const { freed } = await store.remove([first.id], freely());
    expect(freed).toBeGreaterThan(3 * MiB);
    expect(await store.size()).toBeLessThan(2.1 * MiB);
    expect((await store.check(null, freely())).damaged).toEqual([]);
    await store.remove([second.id], freely());
    expect(await store.list()).toEqual([]);
    expect(await store.size()).toBe(0);
    expect(readdirSync(join(store.folder, 'unfinished'))).toEqual([]);
  });

  test('blocks that were changed by hand are found, named, and made good from living files', async () => {
    const folder = oldFolder({
      'world/r.mca': randomBytes(6 * MiB),
      changed: randomBytes(MiB),
      fine: 'fine',
    });
    const store = await testStore({ now: later });
    const { id } = await store.create(sourceOf(folder), about, freely());
    damageBlocks(store.folder);
    writeFileSync(join(folder, 'changed'), randomBytes(MiB));
    const found = await store.check([id], freely());
    expect(found.damaged_count).toBe(4);
    const named = new Set(found.damaged.flatMap(({ files }) => files.map(({ path }) => path)));
    expect([...named].sort()).toEqual(['changed', 'fine', 'world/r.mca']);
    expect(found.snapshots).toEqual([{ id, damaged_files: 3 }]);
    expect((await store.list())[0]?.damaged).toBe(3);
    await expect(store.restore(id, targetOf(tempDir()), {}, freely())).rejects.toMatchObject({
      code: 'invalid',
    });
    const mended = await store.check([id], freely(), () => sourceOf(folder));
    expect(mended.snapshots).toEqual([{ id, damaged_files: 1 }]);
    expect(mended.damaged.filter(({ repaired }) => !repaired)).toMatchObject([
      { files: [{ path: 'changed' }] },
    ]);
    const back = tempDir();
    await expect(store.restore(id, targetOf(back), {}, freely())).rejects.toThrow(
      /1 file of the snapshot .*changed/,
    );
    const [old, restored] = [folder, back].map((root) => readFileSync(join(root, 'world/r.mca')));
    expect(old?.equals(restored ?? Buffer.alloc(0))).toBe(true);
  });
});

async function text(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
