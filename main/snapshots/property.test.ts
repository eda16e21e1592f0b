import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../tests/support/lane.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import { about, freely, openLaneHere, sourceOf, targetOf, testStore } from './snapshots.test-helper.ts';

/** Any bytes that a name can have. */
const name = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x5f : byte))))
  .filter((bytes) => !['.', '..'].includes(bytes.toString('latin1')));

const item = fc.record({
  name,
  inFolder: fc.boolean(),
  kind: fc.constantFrom('file', 'file', 'file', 'holes', 'folder', 'link', 'hard link'),
  size: fc.oneof(
    fc.nat(20),
    fc.nat(100_000),
    fc.constantFrom(4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 9_000_000),
  ),
  byte: fc.nat(255),
  mode: fc.nat(0o7777),
  time: fc.integer({ min: -1000, max: 2_000_000_000_000_000 }),
});
type Item = typeof item extends fc.Arbitrary<infer T> ? T : never;

/** Makes things as far as that goes: names that are taken are passed over. */
function makeTree(root: string, items: Item[]): void {
  let folder = Buffer.from(root);
  let file: Buffer | null = null;
  const touched: [Buffer, Item][] = [];
  for (const one of items) {
    const path = Buffer.concat([one.inFolder ? folder : Buffer.from(root), Buffer.from('/'), one.name]);
    try {
      if (one.kind === 'folder') {
        mkdirSync(path);
        folder = path;
      } else if (one.kind === 'link') symlinkSync(one.name, path);
      else if (one.kind === 'hard link') linkSync(file ?? path, path);
      else {
        file = path;
        if (one.kind === 'holes') makeHoles(path, one);
        else writeFileSync(path, Buffer.alloc(one.size, one.byte), { flag: 'wx' });
      }
      if (one.kind !== 'link') touched.push([path, one]);
    } catch {
      // The name is taken, or there is nothing to link to.
    }
  }
  for (const [path, { mode, time }] of touched.reverse()) {
    chmodSync(path, mode);
    utimesSync(path, time / 1e6, time / 1e6);
  }
}

function makeHoles(path: Buffer, { size, byte }: Item): void {
  const fd = openSync(path, 'wx');
  writeSync(fd, Buffer.alloc(5000, byte), 0, 5000, size);
  ftruncateSync(fd, 2 * size + 100_000);
  closeSync(fd);
}

describe('whatever a folder holds', () => {
  test('a snapshot gives back, also after changes, and when other snapshots are gone', async () => {
    const store = await testStore({ openLane: openLaneHere, now: () => Date.now() + 3600_000 });
    const numRuns = rounds('snapshot-property', 4, 60);
    const trees = fc.array(fc.array(item, { maxLength: 14 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(trees, async (steps) => {
        const [source, back] = [tempDir(), join(tempDir(), 'back')];
        let before: string | null = null;
        for (const step of steps) {
          makeTree(source, step);
          const { id } = await store.create(sourceOf(source), about, freely());
          if (before) await store.remove([before], freely(), { thorough: true });
          before = id;
        }
        await store.restore(before ?? '', targetOf(back), {}, freely());
        expect(treeOf(back)).toEqual(treeOf(source));
        rmSync(source, { recursive: true });
        rmSync(back, { recursive: true });
      }),
      { numRuns },
    );
    expect(await store.check(null, freely())).toMatchObject({ damaged: [], problems: [] });
  }, 900_000);
});
