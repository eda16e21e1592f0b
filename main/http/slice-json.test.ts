import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeInSlices, isLong } from './slice-json.ts';

test('B6 in slices comes the same text as at once', async () => {
  const long = Array.from({ length: 4001 }, (_none, index) => ({ name: `ä${index}`, size: index }));
  for (const answer of [
    {},
    { files: [] },
    { files: long, left: undefined, more: { a: [1] } },
    { a: 1, b: long, c: 'x' },
  ])
    expect(Buffer.concat(await encodeInSlices(answer)).toString()).toBe(JSON.stringify(answer));
  const answers = fc.dictionary(fc.string(), fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      expect(Buffer.concat(await encodeInSlices(answer)).toString()).toBe(JSON.stringify(answer));
    }),
    { numRuns: 50 },
  );
  expect([isLong({ files: long }), isLong({ files: [1] }), isLong(null), isLong('x')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
