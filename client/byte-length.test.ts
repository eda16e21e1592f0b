import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyCharacter } from '../tests/support/any-character.ts';
import { byteLength } from './byte-length.ts';

it('X1 counts as UTF-8 does', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});
