import { expect, test } from 'vitest';
import { BlockPool } from './block-pool.ts';

test('a block that was given back is the next one taken; no more than the bound are kept', () => {
  const pool = new BlockPool({ blockSize: 16, most: 2 });
  const blocks = [pool.take(), pool.take(), pool.take()];
  expect(new Set(blocks).size).toBe(3);
  for (const block of blocks) pool.give(block);
  const again = [pool.take(), pool.take(), pool.take()];
  expect(again.filter((block) => blocks.includes(block))).toHaveLength(2);
  expect(new Set(again).size).toBe(3);
  for (const block of again) expect(block).toHaveLength(16);
});
