import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWellSpelled, nameBytes, spellName } from './byte-name.ts';
import { parseUserPath } from './user-path.ts';

test.each([
  ['plain', Buffer.from('a b.txt'), 'a b.txt'],
  ['UTF-8', Buffer.from('ünï 世界 🎲'), 'ünï 世界 🎲'],
  ['Latin-1', Buffer.from('café.txt', 'latin1'), 'caf\\xe9.txt'],
  ['GBK', Buffer.from([0xce, 0xc4, 0xbc, 0xfe]), '\\xce\\u013c\\xfe'.replace('\\u013c', 'ļ')],
  ['a cut character', Buffer.from([0xe4, 0xb8]), '\\xe4\\xb8'],
  ['a surrogate', Buffer.from([0xed, 0xa0, 0x80]), '\\xed\\xa0\\x80'],
  ['an overlong slash', Buffer.from([0xc0, 0xaf]), '\\xc0\\xaf'],
  ['what looks spelled', Buffer.from('caf\\xe9'), 'caf\\x5cxe9'],
  ['a drive', Buffer.from('C:x'), 'C\\x3ax'],
])('F10 %s', (_what, bytes, spelled) => {
  // Of GBK's bytes two are valid UTF-8 by chance.
  expect(spellName(bytes)).toBe(spelled);
  expect(nameBytes(spelled).equals(bytes)).toBe(true);
});

const nameOf = fc
  .uint8Array({ minLength: 1, maxLength: 60 })
  .map((bytes) => bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x5c : byte)))
  .filter((bytes) => !['.', '..'].includes(Buffer.from(bytes).toString('latin1')));

test('F10 whatever the bytes: one spelling, back again, and a path that is taken', () => {
  const seen = new Map<string, string>();
  fc.assert(
    fc.property(nameOf, (bytes) => {
      const spelled = spellName(bytes);
      expect(nameBytes(spelled).equals(bytes)).toBe(true);
      expect(isWellSpelled(spelled)).toBe(true);
      expect(spelled).not.toMatch(/\p{Surrogate}/u);
      expect(parseUserPath(spelled, false)).toEqual([spelled]);
      expect(parseUserPath(`a/${spelled}`, false)).toEqual(['a', spelled]);
      const hex = Buffer.from(bytes).toString('hex');
      expect(seen.get(spelled) ?? hex).toBe(hex);
      seen.set(spelled, hex);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  '\\x2e\\x2e',
  '..\\x2fetc',
  'a\\x00',
  '\\x2f',
  '\\x61',
  '\\xc3\\xa9',
  'a\\xE9',
  'a\\xe',
  'a\\\\xe9',
  'ab\\x3ac',
  '\\xe9\\',
])('F10 A9 %j is no spelling of anything', (path) => {
  expect(() => parseUserPath(path, false)).toThrow('Invalid path: path traversal detected');
});

test('F10 on Windows no backslash spells anything', () => {
  expect(() => parseUserPath('caf\\xe9', true)).toThrow('Invalid path');
});
