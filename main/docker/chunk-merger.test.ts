import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChunkMerger } from './chunk-merger.ts';
import { cut } from './cut.test-helper.ts';

const head =
  'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const end = '0\r\n\r\n';
const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** What comes out, in the pieces in which `bytes` is read. */
function merged(bytes: string, places: number[] = []): string {
  const merger = new ChunkMerger();
  // Copies, since it works in what it is given.
  const parts = cut(Buffer.from(bytes, 'latin1'), places).map((part) => merger.push(Buffer.from(part)));
  return Buffer.concat(parts).toString('latin1');
}

/** Takes an answer in chunks apart: its body, and how many chunks it was. */
function read(answer: string): { body: string; count: number; rest: string } {
  let rest = answer.slice(head.length);
  let body = '';
  let count = 0;
  for (;;) {
    const line = /^([0-9a-f]+)\r\n/.exec(rest);
    const size = Number.parseInt(line?.[1] ?? '', 16);
    if (!line || !(size > 0)) return { body, count, rest };
    body += rest.slice(line[0].length, line[0].length + size);
    expect(rest.slice(line[0].length + size, line[0].length + size + 2)).toBe('\r\n');
    rest = rest.slice(line[0].length + size + 2);
    count += 1;
  }
}

it('what is read at once is one chunk', () => {
  const answer = merged(`${head}${['one\n', 'two\n', 'three\n'].map(chunkOf).join('')}${end}`);
  expect(read(answer)).toEqual({ body: 'one\ntwo\nthree\n', count: 1, rest: end });
});

it('S14 the body stays the same, wherever the answer is cut, and so does an end before its time', () => {
  const texts = fc.string({
    unit: fc.constantFrom('a', '\r', '\n', '0', ';', '\r\n0\r\n'),
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.array(texts), fc.array(fc.nat()), fc.nat(), fc.boolean(), (all, places, short, isCut) => {
      const whole = `${head}${all.map(chunkOf).join('')}${end}`;
      const length = Math.max(head.length, whole.length - (isCut ? short % whole.length : 0));
      const answer = merged(whole.slice(0, length), places);
      expect(answer.startsWith(head)).toBe(true);
      const { body, count, rest } = read(answer);
      const text = all.join('');
      expect(text.startsWith(body)).toBe(true);
      expect(count).toBeLessThanOrEqual(places.length + 1);
      if (length === whole.length) expect([body, rest]).toEqual([text, end]);
      // Only what ended in order looks like it.
      else expect(rest.startsWith(end)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['a refusal', 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsorry\r\n0\r\n\r\n'],
  ['an answer without chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n3\r\none\r\n'],
  ['an older one', 'HTTP/1.0 200 OK\r\n\r\n3\r\none\r\n'],
  ['what is no HTTP', 'hello\r\n\r\n3\r\none\r\n'],
  ['chunks with more than their size', `${head}3;a=b\r\none\r\n${end}`],
  ['chunks of no size', `${head}x\r\none\r\n${end}`],
  ['a size that is absurd', `${head}${'f'.repeat(40)}\r\none\r\n${end}`],
  ['a line that ends otherwise', `${head}3\none\n${end}`],
])('goes through as it is: %s', (_what, answer) => {
  fc.assert(
    fc.property(fc.array(fc.nat()), (places) => {
      expect(merged(answer, places)).toBe(answer);
    }),
  );
});

it('what comes after the body goes through', () => {
  const answer = `${head}${chunkOf('one')}0\r\nA: b\r\n\r\n`;
  expect(merged(answer)).toBe(answer);
});
