import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import { openFsRoot } from '../files/fs-node.ts';
import type { SnapshotSource, SourceEntry } from './contract.ts';
import { folderSource } from './folder-source.ts';
import {
  about,
  damageBlocks,
  freely,
  openLaneHere,
  packFiles,
  sourceOf,
  targetOf,
  testStore,
} from './snapshots.test-helper.ts';

const MiB = 1024 * 1024;
const later = (): number => Date.now() + 3600_000;

/** A source that does something with each file before it is opened. */
function watched(
  source: SnapshotSource,
  opening: (entry: SourceEntry) => void | Promise<void>,
): SnapshotSource {
  const open = async (entry: SourceEntry): Promise<FileHandle | null> => {
    await opening(entry);
    return entry.open();
  };
  return {
    ...source,
    async *walk(options) {
      for await (const entry of source.walk(options)) yield { ...entry, open: () => open(entry) };
    },
  };
}

describe('a snapshot that is made', () => {
  test('reads a file again that is written to meanwhile, and names one that never holds still', async () => {
    const folder = tempDir();
    for (const name of ['once', 'always']) writeFileSync(join(folder, name), 'x');
    const writes = { once: 0, always: 0 };
    const source = sourceOf(folder);
    const restless: SnapshotSource = {
      ...source,
      async *walk(options) {
        for await (const entry of source.walk(options)) {
          const { path } = entry;
          const open = async () => {
            const file = await entry.open();
            if (file && (path === 'once' || path === 'always')) {
              const stat = file.stat.bind(file);
              // Between a look before, and the one after.
              Object.assign(file, {
                stat: async (...values: Parameters<typeof stat>) => {
                  const found = await stat(...values);
                  if (path === 'always' || writes.once === 0) appendFileSync(join(folder, path), 'more');
                  writes[path] += 1;
                  return found;
                },
              });
            }
            return file;
          };
          yield { ...entry, open };
        }
      },
    };
    const store = await testStore({ openLane: openLaneHere });
    const info = await store.create(restless, about, freely());
    expect(info.unsteady).toEqual({ paths: [{ path: 'always', why: expect.any(String) }], count: 1 });
    expect(info.files).toBe(2);
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(info.id, 'once')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('xmore');
  });

  test('names what it leaves out, and passes over what goes away meanwhile', async () => {
    const folder = tempDir();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const name of ['here', 'refused', 'goes']) writeFileSync(join(folder, name), name);
    const source = watched(sourceOf(folder), ({ path }) => {
      if (path === 'goes') renameSync(join(folder, 'goes'), join(tempDir(), 'gone'));
      if (path === 'refused') throw Object.assign(new Error('EACCES: not for you'), { code: 'EACCES' });
    });
    const store = await testStore({ openLane: openLaneHere });
    const { id, left_out } = await store.create(source, about, freely());
    expect(left_out.paths.map(({ path }) => path).sort()).toEqual(['pipe', 'refused']);
    expect((await store.entries(id, '')).map(({ path }) => path)).toEqual(['here']);
  });

  test('that is cancelled is none, and what it stored serves the next one', async () => {
    const folder = tempDir();
    for (let file = 0; file < 8; file += 1) writeFileSync(join(folder, `${file}`), randomBytes(5 * MiB));
    const store = await testStore({ now: later });
    const cancel = new AbortController();
    const source = watched(sourceOf(folder), ({ path }) => {
      if (path === '6') cancel.abort(new Error('enough'));
    });
    await expect(store.create(source, about, { signal: cancel.signal })).rejects.toThrow('enough');
    expect(await store.list()).toEqual([]);
    expect(packFiles(store.folder).size).toBeGreaterThan(0);
    const { new_bytes, id } = await store.create(sourceOf(folder), about, freely());
    expect(new_bytes).toBeLessThan(25 * MiB);
    const back = tempDir();
    await store.restore(id, targetOf(back), {}, freely());
    expect(treeOf(back)).toEqual(treeOf(folder));
  });

  test('reads older blocks that it needs again after two weeks, and stores what is damaged anew', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'file'), randomBytes(MiB));
    let now = later();
    const store = await testStore({ openLane: openLaneHere, now: () => now });
    const first = await store.create(sourceOf(folder), about, freely());
    damageBlocks(store.folder, { known: true });
    now += 13 * 24 * 3600_000;
    expect((await store.create(sourceOf(folder), about, freely())).new_bytes).toBeLessThan(2000);
    now += 2 * 24 * 3600_000;
    const healed = await store.create(sourceOf(folder), about, freely());
    expect(healed.new_bytes).toBeGreaterThan(MiB);
    const { damaged, snapshots } = await store.check(null, freely());
    expect(damaged).toEqual([]);
    expect(snapshots.map(({ damaged_files }) => damaged_files)).toEqual([0, 0, 0]);
    await store.restore(first.id, targetOf(tempDir()), {}, freely());
  });

  test('two at once in one store are made one after the other; a second host is told who is at work', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'file'), randomBytes(6 * MiB));
    const store = await testStore({ now: later });
    const other = await testStore({ folder: store.folder, hostId: 'other' });
    let refused: unknown;
    const source = watched(sourceOf(folder), async () => {
      refused ??= await other.remove([], freely()).catch((error: unknown) => error);
    });
    const two = await Promise.all([1, 2].map(() => store.create(source, about, freely())));
    expect(two.map(({ new_bytes }) => new_bytes > MiB).sort()).toEqual([false, true]);
    expect(refused).toMatchObject({ code: 'busy' });
    await other.remove([], freely());
  });
});

describe('files of others', () => {
  test('A19: are opened by root, and tried again', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'mine'), 'mine');
    writeFileSync(join(folder, 'theirs'), 'theirs');
    const fsRoot = openFsRoot(folder);
    let isOpen = false;
    const asked: string[] = [];
    const guarded: typeof fsRoot = {
      ...fsRoot,
      open: async (file, flags) => {
        if (!isOpen && Number(file.stats.size) === 6)
          throw Object.assign(new Error('no'), { code: 'EACCES' });
        return fsRoot.open(file, flags);
      },
    };
    const rootFiles = {
      uid: process.geteuid?.() ?? 0,
      open: async (access: { path: string }[]) => {
        asked.push(...access.map(({ path }) => path));
        isOpen = true;
      },
      take: async () => {},
      give: async () => {},
    };
    const store = await testStore({ openLane: openLaneHere });
    const { left_out, files } = await store.create(
      folderSource({ fsRoot: guarded, rootFiles }),
      about,
      freely(),
    );
    expect({ left_out: left_out.count, files }).toEqual({ left_out: 0, files: 2 });
    expect(asked).toContain('theirs');
  });
});
