import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonEscaper } from './json-escaper.ts';

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

test('S8 what it writes is what JSON.stringify writes, whatever the text and however it is cut', () => {
  const escaper = new JsonEscaper(4096);
  const anyText = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 9 })),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(anyText, (pieces) => {
      escaper.reset();
      for (const piece of pieces) escaper.add(Buffer.from(piece));
      const text = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
      expect(escaper.taken).toBe(text.length);
      expect(escaper.bytes().toString()).toBe(escaped(text.toString()));
    }),
  );
});

test('S8 each byte that needs an escape gets it at every place of a word, and its neighbours stay', () => {
  const escaper = new JsonEscaper(4096);
  for (let byte = 0; byte < 0x80; byte += 1) {
    for (let place = 0; place < 8; place += 1) {
      for (const neighbour of [' ', '!', '#', '[', ']', '\u007f', '\u001f', 'é']) {
        const text = `${neighbour.repeat(place)}${String.fromCharCode(byte)}${neighbour.repeat(7)}`;
        escaper.reset();
        escaper.add(Buffer.from(text));
        expect(escaper.bytes().toString()).toBe(escaped(text));
      }
    }
  }
});
