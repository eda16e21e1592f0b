import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { has } from '../../tests/support/requirements.ts';
import { smallDisk } from '../../tests/support/small-disk.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import { hashOf } from './block-codec.ts';
import { BlockIndex } from './block-index.ts';
import { FileFiller } from './file-filler.ts';
import { blockBytes, storePaths } from './format.ts';
import type { OpenLane } from './lane.ts';
import { laneSlots } from './lane-core.ts';
import { LanePool } from './lane-pool.ts';
import { readPackIndex } from './pack-format.ts';
import { about, freely, openLaneHere, packFiles, sourceOf, testStore } from './snapshots.test-helper.ts';

const MiB = 1024 * 1024;

function program(store: string, ...args: string[]): { status: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(store, 'restore.mjs'), ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout + stderr };
}

/** Spoils the blocks with so many bytes of content. */
function damageBlockOf(folder: string, raw: number): void {
  for (const [id, path] of packFiles(folder)) {
    const bytes = readFileSync(path);
    for (const entry of readPackIndex(path, id).entries)
      if (entry.raw === raw) bytes[entry.offset] = (bytes[entry.offset] ?? 0) ^ 4;
    writeFileSync(path, bytes);
  }
}

test('blocks of files are written by all threads at once, and so many at a time', async () => {
  const paths = storePaths(tempDir());
  const index = new BlockIndex();
  const hashes = Array.from({ length: 40 }, (_, number) => hashOf(Buffer.from([number])));
  const pack = index.addPack('p');
  for (const hash of hashes)
    index.add(pack, { hash, offset: 0, stored: blockBytes, raw: blockBytes, codec: 0 });
  let [now, most] = [0, 0];
  const openLane: OpenLane = (...values) => ({
    ...openLaneHere(...values),
    async copy() {
      now += 1;
      most = Math.max(most, now);
      await setImmediate();
      now -= 1;
    },
  });
  const filler = new FileFiller({ paths, index, pool: new LanePool({ paths, openLane, count: 2 }) });
  const blocks = hashes.map((hash) => hash.toString('hex'));
  const file = { path: 'f', kind: 'file', mode: 0, uid: 0, gid: 0, mtime_ns: 0n } as const;
  const one = { ...file, size: 40 * blockBytes, blocks };
  await filler.fill(0, one);
  expect(most).toBe(2 * laneSlots);
  most = 0;
  const [first = ''] = blocks;
  const small = { ...file, size: blockBytes, blocks: [first] };
  await Promise.all(Array.from({ length: 40 }, () => filler.fill(0, small)));
  expect(most).toBe(2 * laneSlots);
});

describe('the restore program', () => {
  test('takes the newest as the latest, also of several within a second', async () => {
    const [folder, source] = [join(tempDir(), 'store'), tempDir()];
    let now = Date.parse('2026-11-30T07:22:45.100Z');
    const store = await testStore({ folder, now: () => now });
    for (let number = 1; number <= 6; number += 1) {
      writeFileSync(join(source, 'number'), `${number}`);
      await store.create(sourceOf(source), about, freely());
      now += 100;
    }
    const back = join(tempDir(), 'back');
    expect(program(folder, 'restore', 'latest', back).status).toBe(0);
    expect(readFileSync(join(back, 'number'), 'utf8')).toBe('6');
  });

  test('leaves no half of a file that it can not have, and restores all others', async () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/big'), randomBytes(9 * MiB));
    // Its further names can't be had either.
    linkSync(join(folder, 'a/big'), join(folder, 'z same'));
    for (let file = 0; file < 100; file += 1) writeFileSync(join(folder, `a/${file}`), String(file));
    const store = await testStore({ openLane: openLaneHere });
    await store.create(sourceOf(folder), about, freely());
    const whole = treeOf(folder);
    damageBlockOf(store.folder, MiB);
    const back = join(tempDir(), 'back');
    expect(program(store.folder, 'check').out).toMatch(/a\/big: a block of it is damaged/);
    const { status, out } = program(store.folder, 'restore', 'latest', back);
    expect(status).toBe(1);
    expect(out).toMatch(/a\/big could not be restored.*\nz same could not.*\n100 files .* 2 could not be/);
    const restored = treeOf(back);
    expect(Object.keys(restored)).toHaveLength(101);
    for (const [path, is] of Object.entries(restored).filter(([path]) => path !== 'a'))
      expect(is).toEqual(whole[path]);
  });

  test.skipIf(!has('small-disk'))('says once that a disk is full, and what to do', async () => {
    const folder = tempDir();
    for (let file = 0; file < 40; file += 1) writeFileSync(join(folder, `${file}`), randomBytes(MiB));
    const store = await testStore({ openLane: openLaneHere });
    await store.create(sourceOf(folder), about, freely());
    const disk = smallDisk(16);
    const { status, out } = program(store.folder, 'restore', 'latest', join(disk.path, 'back'));
    expect(status).toBe(1);
    expect(out.trim().split('\n')).toEqual([
      expect.stringMatching(/is full after [0-9]+ files: remove what/),
    ]);
    const files = readdirSync(join(disk.path, 'back'));
    const is = treeOf(join(disk.path, 'back'));
    const was = treeOf(folder);
    for (const path of files) expect(is[path]).toEqual(was[path]);
  });
});
