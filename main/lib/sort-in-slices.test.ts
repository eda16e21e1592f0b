import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortInSlices } from './sort-in-slices.ts';

test('B6 in slices sorts as at once does, equals in their order', async () => {
  const many = fc.array(fc.record({ key: fc.nat(50), at: fc.nat() }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(many, async (few) => {
      const items = Array.from({ length: 200 }, () => few).flat();
      const compare = (a: { key: number }, b: { key: number }): number => a.key - b.key;
      expect(await sortInSlices(items, compare)).toEqual(items.toSorted(compare));
    }),
    { numRuns: 20 },
  );
});
