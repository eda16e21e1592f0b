import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { tempDir } from '../../tests/support/temp.ts';
import { silentLog } from '../lib/log.ts';
import { Blocks } from './blocks.ts';
import { storePaths } from './format.ts';
import { LanePool } from './lane-pool.ts';
import { decodeEntry, encodeEntry } from './pack-format.ts';
import { openLaneHere } from './snapshots.test-helper.ts';

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
const written = z.object({ packs: z.record(z.string(), z.object({ checked_at: z.number() })) });

test('what is known of a large store is written in small pieces, and read as it was', async () => {
  const paths = storePaths(join(tempDir(), 'store'));
  mkdirSync(paths.packs, { recursive: true });
  const pool = new LanePool({ paths, openLane: openLaneHere, count: 1 });
  const blocks = new Blocks({ paths, pool, log: silentLog });
  const count = 20_000;
  for (let pack = 0; pack < count; pack += 1) {
    const id = hash(`pack ${pack}`).toString('hex');
    const entry = { hash: hash(`block ${pack}`), offset: 56, stored: 10, raw: 10, codec: 0 };
    blocks.add({ id, size: 1000, index: encodeEntry(entry) });
    blocks.markChecked(id, pack + 1);
  }
  const stringify = vi.spyOn(JSON, 'stringify');
  await blocks.saveHealth();
  const longest = Math.max(...stringify.mock.results.map(({ value }) => String(value).length));
  stringify.mockRestore();
  expect(longest).toBeLessThan(1024 * 1024);
  const { packs } = written.parse(JSON.parse(readFileSync(paths.health, 'utf8')));
  expect(Object.keys(packs)).toHaveLength(count);

  const again = new Blocks({ paths, pool, log: silentLog });
  await again.refresh();
  expect(again.checkedAt(hash('pack 19999').toString('hex'))).toBe(20_000);
  writeFileSync(paths.health, '{"packs":{"no hash":{"checked_at":1}}}');
  await again.refresh();
  expect(again.checkedAt(hash('pack 19999').toString('hex'))).toBe(0);
  expect(existsSync(paths.health)).toBe(true);
});

test('an entry of a pack is read without memory of its own: a pack of small files has thousands', () => {
  const bytes = encodeEntry({ hash: hash('x'), offset: 56, stored: 10, raw: 10, codec: 0 });
  const decoded = decodeEntry(bytes, 0);
  expect(decoded.hash.buffer).toBe(bytes.buffer);
  expect(decoded.hash).toEqual(hash('x'));
  expect(() => decodeEntry(bytes.subarray(0, 47), 0)).toThrow('cut');
});
