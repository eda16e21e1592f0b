import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import {
  about,
  folderPlace,
  freely,
  openLaneHere,
  packFiles,
  sourceOf,
  testStore,
} from './snapshots.test-helper.ts';

/** Another byte, and the same size. */
function damage(path: string, at = 200): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** A snapshot with several packs here, and its copy in a place. */
async function copied() {
  const files = tempDir();
  for (const name of ['a', 'b']) writeFileSync(join(files, name), randomBytes(40_000));
  const here = join(tempDir(), 'store');
  const store = await testStore({ folder: here, openLane: openLaneHere });
  const first = await store.create(sourceOf(files), about, freely());
  writeFileSync(join(files, 'c'), randomBytes(50_000));
  const { id } = await store.create(sourceOf(files), about, freely());
  const there = tempDir();
  const place = folderPlace(there);
  await store.copy(id, place, freely());
  const packs = [...packFiles(there).values()];
  expect(packs.length).toBeGreaterThan(1);
  const other = await testStore({ openLane: openLaneHere });
  const isWhole = async (): Promise<boolean> => {
    const whole = await testStore({ openLane: openLaneHere });
    await whole.fetch(id, place, freely());
    return (await whole.check(null, freely())).damaged_count === 0;
  };
  return { store, other, first: first.id, id, here, there, place, packs, isWhole };
}

describe('A37 a copy that is checked where its snapshot is whole', () => {
  test('and has nothing wrong is read, and nothing is sent', async () => {
    const { store, id, place } = await copied();
    expect(await store.checkCopy(id, place, freely())).toMatchObject({ mended: 0 });
  });

  test.each([
    [
      'a byte of each pack',
      ({ packs }: Awaited<ReturnType<typeof copied>>) => {
        for (const path of packs) damage(path);
      },
    ],
    ['the index of a pack', ({ packs }) => damage(packs[0] ?? '', readFileSync(packs[0] ?? '').length - 60)],
    ['a pack that is gone', ({ packs }) => rmSync(packs[0] ?? '')],
    ['a pack that is cut', ({ packs }) => writeFileSync(packs[0] ?? '', 'x')],
    ['its list of files', ({ there, id }) => damage(join(there, `snapshots/${id}.manifest.gz`), 30)],
    ['its record', ({ there, id }) => writeFileSync(join(there, `snapshots/${id}.json`), '{')],
  ] as [string, (made: Awaited<ReturnType<typeof copied>>) => void][])(
    'and has lost %s is whole again, and can be had back elsewhere',
    async (_what, break_) => {
      const made = await copied();
      const { store, other, id, place, isWhole } = made;
      break_(made);
      // Who hasn't got it can only tell.
      await expect(other.checkCopy(id, place, freely())).rejects.toMatchObject({ code: 'invalid' });
      await expect(isWhole()).rejects.toMatchObject({ code: 'invalid' });
      const { mended } = await store.checkCopy(id, place, freely());
      expect(mended).toBeGreaterThan(0);
      expect(await isWhole()).toBe(true);
      expect(await store.checkCopy(id, place, freely())).toMatchObject({ mended: 0 });
    },
  );

  test('stays as it is where the snapshot here is damaged at the same place, or is gone, and that is told', async () => {
    const { store, id, first, here, there, place, packs } = await copied();
    for (const path of packs) damage(path);
    const before = [...packFiles(there).values()].map((path) => readFileSync(path, 'hex'));
    for (const path of packFiles(here).values()) damage(path);
    await expect(store.checkCopy(id, place, freely())).rejects.toThrow(/damaged/);
    await store.remove([id, first], freely());
    await expect(store.checkCopy(id, place, freely())).rejects.toThrow(/damaged/);
    expect([...packFiles(there).values()].map((path) => readFileSync(path, 'hex'))).toEqual(before);
  });

  test('can be cancelled while it is mended', async () => {
    const { store, id, place, packs } = await copied();
    for (const path of packs) damage(path);
    const cancel = new AbortController();
    const put: typeof place.put = async (name, content, signal) => {
      cancel.abort(new Error('cancelled'));
      await place.put(name, content, signal);
    };
    const asked = store.checkCopy(id, { ...place, put }, { signal: cancel.signal });
    await expect(asked).rejects.toThrow('cancelled');
    expect((await store.checkCopy(id, place, freely())).mended).toBeGreaterThan(0);
  });
});
