import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readText, writeText } from './text-file.ts';

describe('text', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test.each(['a\r\nb\r\n', '\ufeffa\r\nb'])('%j is edited with plain line ends', (text) => {
    expect(readText(bytes(text))?.text).not.toContain('\r');
  });

  test('whatever is in it comes back byte by byte, mixed line ends too', () => {
    const piece = fc.constantFrom('a', '\r\n', '\n', '\r', '\ufeff', 'é 🔥');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const file = readText(bytes(text));
        expect(file && writeText(file)).toBe(text);
      }),
    );
  });

  test('binary and other encodings are refused', () => {
    expect(readText(new Uint8Array([65, 0, 66]))).toBeNull();
    expect(readText(new Uint8Array([0xff, 0xfe, 0x41]))).toBeNull();
  });
});
