import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { engineText } from '../../tests/support/engine-text.ts';
import { ConsoleDecoder } from './text-decoder.ts';

function expected(all: Buffer): string {
  return engineText(all).toString().replace(/\r\n/g, '\n');
}

function decode(chunks: Buffer[]): Buffer {
  const decoder = new ConsoleDecoder();
  const out = chunks.map((chunk) => decoder.push(chunk));
  return Buffer.concat([...out, decoder.end()]);
}

/** Bytes that are often interesting: ends of lines, leads, continuations, borders of the valid ranges, real characters. */
const bytes = fc
  .array(
    fc.oneof(
      fc
        .constantFrom('\r', '\n', '\r\n', '\r\r\n', 'é', '€', '😀', '\ufeff', '\u001b[0m', 'text')
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ minLength: 1, maxLength: 4 }).map((some) => Buffer.from(some)),
      fc
        .constantFrom(
          0xc1,
          0xc2,
          0xe0,
          0xed,
          0xef,
          0xf0,
          0xf4,
          0xf5,
          0xff,
          0x80,
          0x8f,
          0x90,
          0x9f,
          0xa0,
          0xbf,
        )
        .map((byte) => Buffer.from([byte])),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts));

describe('ConsoleDecoder', () => {
  test("F7 S8: what an attachment brings and what the engine's log has of it decode alike, however both are cut", () => {
    fc.assert(
      fc.property(bytes, fc.nat(40), (all, cut) => {
        const live = decode([all.subarray(0, cut), all.subarray(cut)]);
        const log = engineText(all);
        expect(decode([log.subarray(0, cut), log.subarray(cut)]).equals(live)).toBe(true);
      }),
    );
  });

  test('S8: any bytes in any chunks decode as the whole stream would, in whole characters', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(12), { minLength: 1 }), (all, sizes) => {
        const decoder = new ConsoleDecoder();
        const out: Buffer[] = [];
        let at = 0;
        for (let turn = 0; at < all.length; turn += 1) {
          const size = turn > 200 ? all.length : (sizes[turn % sizes.length] ?? 1);
          const text = decoder.push(all.subarray(at, at + size));
          at += size;
          expect(decoder.held).toBeLessThanOrEqual(3);
          expect(Buffer.from(text.toString('utf8')).equals(text)).toBe(true);
          out.push(text);
        }
        out.push(decoder.end());
        expect(Buffer.concat(out).toString('utf8')).toBe(expected(all));
        expect(decoder.held).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('S8: byte by byte gives the same as at once', () => {
    fc.assert(
      fc.property(bytes, (all) => {
        expect(decode([...all].map((byte) => Buffer.from([byte]))).toString('utf8')).toBe(expected(all));
      }),
      { numRuns: 500 },
    );
  });

  test('S8: a character cut in two comes when it is whole', () => {
    const decoder = new ConsoleDecoder();
    const euro = Buffer.from('€');
    expect(decoder.push(Buffer.concat([Buffer.from('a'), euro.subarray(0, 2)])).toString()).toBe('a');
    expect(decoder.held).toBe(2);
    expect(decoder.push(euro.subarray(2)).toString()).toBe('€');
  });

  test('S8: a return at the end waits for the next byte', () => {
    const decoder = new ConsoleDecoder();
    expect(decoder.push(Buffer.from('one\r')).toString()).toBe('one');
    expect(decoder.held).toBe(1);
    expect(decoder.push(Buffer.from('\ntwo\r')).toString()).toBe('\ntwo');
    expect(decoder.push(Buffer.from('50 %')).toString()).toBe('\r50 %');
    expect(decoder.push(Buffer.from('\r')).toString()).toBe('');
    expect(decoder.end().toString()).toBe('\r');
  });

  test('S8: after end() nothing of the last run is left', () => {
    const decoder = new ConsoleDecoder();
    decoder.push(Buffer.from([0xe2, 0x82]));
    expect(decoder.end().toString()).toBe('\ufffd\ufffd');
    expect(decoder.end()).toHaveLength(0);
    expect(decoder.push(Buffer.from([0xac, 0x41])).toString()).toBe('\ufffdA');
  });

  test('S8: a byte order mark, a lone return and ANSI stay', () => {
    const text = '\ufeff\u001b[2K\r10 %\r20 %\u001b]0;title\u0007\n';
    expect(decode([Buffer.from(text)]).toString('utf8')).toBe(text);
  });

  test('plain valid text is handed on without a copy', () => {
    const chunk = Buffer.from('a line\nand ünïcode\n');
    expect(new ConsoleDecoder().push(chunk)).toBe(chunk);
  });
});
