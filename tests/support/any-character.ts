import fc from 'fast-check';

const codePoint = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((code) => String.fromCodePoint(code));

/**
 * Any character, those of one to four bytes equally often, and those that mean something in addresses, headers and JSON. For
 * `fc.string({ unit })`: its own `binary` takes a second to make.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...'/\\?#%&+=.:" \0\n\r\u007f\u0080\u07ff\u0800\ud7ff\ue000\ufeff\ufffd\uffff\u{10000}\u{10ffff}',
  ),
  codePoint(0x20, 0x7e),
  codePoint(0x80, 0x7ff),
  codePoint(0x800, 0xd7ff),
  codePoint(0x10000, 0x10ffff),
);
