import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locate, matchesAt } from './locate.ts';

const text = (value: string): Buffer => Buffer.from(value);

describe('locate', () => {
  it('trusts the count when the text agrees', () => {
    expect(locate(text('a\na\na\na\n'), 100, text('a\na\n'), 104)).toBe(104);
  });
  it('finds the place when the engine lost a line', () => {
    expect(locate(text('one\nthree\nfour\n'), 0, text('one\ntwo\nthree\n'), 14)).toBe(10);
  });
  it('finds the last line that both have when the newest ones were never logged', () => {
    expect(locate(text('one\ntwo\nfive\n'), 0, text('one\ntwo\nthree\nfour\n'), 19)).toBe(8);
  });
  it('steps over the beginning of a line that we have', () => {
    expect(locate(text('one\nxx\n> help\n'), 0, text('one\nlost line\nxx\n> '), 19)).toBe(9);
  });
  it('says so when there is no trace', () => {
    expect(locate(text('completely\ndifferent\n'), 0, text('one\ntwo\n'), 8)).toBeNull();
  });
  it('chooses the occurrence nearest to the counted place', () => {
    const window = text('tick\ntock\n'.repeat(10));
    expect(locate(window, 0, text('lost\ntock\n'), 52)).toBe(50);
  });
  it('any lost lines: what follows the found place is new', () => {
    const numbered = fc.tuple(
      fc.integer({ min: 5, max: 60 }),
      fc.nat(),
      fc.array(fc.nat(), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(numbered, ([count, cut, lost]) => {
        const lines = Array.from({ length: count }, (_, n) => `line number ${n}\n`);
        const have = 1 + (cut % (count - 1));
        // The engine may lose any lines but the last one that we have, by which the place is known.
        const gone = new Set(lost.map((n) => n % have).filter((n) => n !== have - 1));
        const window = lines.filter((_, n) => !gone.has(n)).join('');
        const tail = lines.slice(0, have).join('');
        const at = locate(text(window), 0, text(tail), tail.length);
        expect(window.slice(at ?? 0)).toBe(lines.slice(have).join(''));
      }),
    );
  });
});

describe('matchesAt', () => {
  it('compares as far as both reach', () => {
    expect(matchesAt(text('abc\n'), 10, text('zzabc\n'), 14)).toBe(true);
    expect(matchesAt(text('abc\n'), 10, text('zzabd\n'), 14)).toBe(false);
    expect(matchesAt(text('abc\n'), 10, text('abc\n'), 15)).toBe(false);
  });
});
