import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamName } from '../docker/contract.ts';
import { PlaceFinder } from './log-place.ts';

type Line = [StreamName, string];

function find(tail: string, log: Line[], options: { isWhole: boolean; isMixed: boolean }) {
  const finder = new PlaceFinder(Buffer.from(tail), options);
  for (const [stream, text] of log) finder.push(stream, Buffer.from(text));
  return finder.result()?.place ?? null;
}
const numbered = (from: number, to: number): Line[] =>
  Array.from({ length: to - from }, (_, index) => ['stdout', `line number ${from + index}\n`]);
const textOf = (lines: Line[]): string => lines.map(([, text]) => text).join('');
const one = { isWhole: false, isMixed: false };

describe("G8 a history's end in a log", () => {
  it('is found wherever it is, also in a log that is longer than what is searched at once', () => {
    const log = numbered(0, 150_000);
    for (const to of [10, 3_000, 70_000, 150_000]) {
      const tail = textOf(log.slice(Math.max(0, to - 2_000), to));
      expect(find(tail, log, one)).toEqual({ stdout: textOf(log.slice(0, to)).length, stderr: 0 });
    }
  });

  it('begins before the log, of which it has the beginning', () => {
    const log = numbered(0, 20);
    const tail = `other text of an earlier run\n${textOf(log.slice(0, 12))}`;
    expect(find(tail, log, one)).toEqual({ stdout: textOf(log.slice(0, 12)).length, stderr: 0 });
  });

  it('is that of another container, or of an empty log: there is no place', () => {
    expect(find(textOf(numbered(0, 20)), numbered(500, 600), one)).toBeNull();
    expect(find(textOf(numbered(0, 20)), [], one)).toBeNull();
  });

  it('where all lines are alike is that of all that it has, from the first line on', () => {
    const ticks = (count: number): Line[] => Array.from({ length: count }, () => ['stdout', 'tick\n']);
    const place = find(textOf(ticks(100)), ticks(130), { isWhole: true, isMixed: false });
    expect(place).toEqual({ stdout: 500, stderr: 0 });
  });

  it('of a line or two is at the beginning of the log, not where a later line ends with the same text', () => {
    const log: Line[] = Array.from({ length: 11 }, (_, index) => ['stdout', `${index} \n`]);
    expect(find('0 \n', log, { isWhole: true, isMixed: true })).toEqual({ stdout: 3, stderr: 0 });
    expect(find('0 \n1 \n', log, { isWhole: true, isMixed: false })).toEqual({ stdout: 6, stderr: 0 });
  });

  it('property: of two streams has the counts of both, wherever it was cut at a line', () => {
    const lines = fc.array(fc.tuple(fc.constantFrom<StreamName>('stdout', 'stderr'), fc.nat(3)), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(lines, fc.nat(60), fc.nat(10), (kinds, cut, older) => {
        const log = kinds.map(([stream, size], index): Line => [stream, `${index} ${'x'.repeat(size)}\n`]);
        const taken = log.slice(0, Math.max(1, cut % (log.length + 1)));
        const tail =
          Array.from({ length: older }, (_, index) => `before ${index}\n`).join('') + textOf(taken);
        const count = (name: StreamName): number =>
          textOf(taken.filter(([stream]) => stream === name)).length;
        const place = find(tail, log, { isWhole: older === 0, isMixed: true });
        const isLittle = textOf(taken).length < 64 && taken.length < log.length && older > 0;
        if (!isLittle) expect(place).toEqual({ stdout: count('stdout'), stderr: count('stderr') });
      }),
    );
  });
});
