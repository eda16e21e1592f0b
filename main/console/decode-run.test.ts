import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LogEntry } from '../docker/contract.ts';
import { decodeRun } from './decode-run.ts';
import { LogWindow } from './log-window.ts';
import { ConsoleDecoder } from './text-decoder.ts';

const timeOf = (index: number): string => `2026-01-01T00:00:00.${String(index).padStart(9, '0')}Z`;
const entriesOf = (texts: readonly Uint8Array[]): LogEntry[] =>
  texts.map((text, index) => ({ stream: 'stdout', time: timeOf(index), data: Buffer.from(text) }));

/** Whole lines of a pipe or a terminal, pieces of long ones, characters that were cut, and what is no text. */
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('line\n', 'ünd\r\n', '', '\r\n', '\n', 'a\rb\r\n', 'half a li') },
  { weight: 1, arbitrary: fc.constantFrom('\r', 'x\r', '\r\r\n', 'a\rb', '€') },
);
const anyBytes = fc.oneof(
  { weight: 12, arbitrary: anyText.map((text) => Buffer.from(text)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom([0xe2], [0x82, 0xac], [0xff], [0xc3, 0x0d]).map((bytes) => Buffer.from(bytes)),
  },
);

it('S8 S14 entries decoded together are the same as one by one, each with its time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(anyBytes, { minLength: 1, maxLength: 12 }), { maxLength: 6 }),
      (batches) => {
        const together = new ConsoleDecoder();
        const single = new ConsoleDecoder();
        const window = new LogWindow(0);
        let expected = Buffer.alloc(0);
        for (const batch of batches) {
          const entries = entriesOf(batch);
          const run = decodeRun(together, entries, 0, entries.length);
          window.push(run);
          const texts = entries.map(({ data }) => single.push(data));
          expected = Buffer.concat([expected, ...texts]);
          expect(run.ends.at(-1)).toBe(run.text.length);
          expect(run.times).toEqual(entries.map(({ time }) => time));
          expect(together.held).toBe(single.held);
        }
        expect(window.textFrom(0).toString('latin1')).toBe(expected.toString('latin1'));
      },
    ),
    { numRuns: 2000 },
  );
});

it('each byte of whole lines has the time of its line, wherever the lines were read together', () => {
  const lines = Array.from({ length: 40 }, (_, n) => `line ${n}\r\n`);
  const entries = entriesOf(lines.map((line) => Buffer.from(line)));
  const decoder = new ConsoleDecoder();
  const window = new LogWindow(100);
  for (const [from, to] of [
    [0, 1],
    [1, 7],
    [7, 30],
    [30, 40],
  ] as const)
    window.push(decodeRun(decoder, entries, from, to));
  let at = 100;
  for (const [n, line] of lines.entries()) {
    const { length } = line.replace('\r', '');
    expect([window.timeAt(at), window.timeAt(at + length - 1)]).toEqual([timeOf(n), timeOf(n)]);
    at += length;
  }
  expect(window.timeAt(at)).toBeNull();
  expect(window.timeAt(99)).toBeNull();
});
