import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteLength } from './byte-length.ts';

it('X1 counts as UTF-8 does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});
