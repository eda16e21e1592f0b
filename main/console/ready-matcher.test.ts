import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReadyMatcher, describePattern } from './ready-matcher.ts';

/** Index of the push that matched, or -1. */
function matchedAt(pattern: string, ...pushes: string[]): number {
  const matcher = createReadyMatcher(pattern);
  return pushes.findIndex((text) => matcher.push(Buffer.from(text)));
}

/** How often the work can be done in a while of CPU time; only for ratios within one test. */
function millis(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1000;
}

describe('createReadyMatcher', () => {
  test.each([
    ['Done', ['nothing\n', 'Done\n'], 1],
    ['Done (', ['Done (5.2 s)\n'], 0],
    [')! For help, type ', ['Done (1.2s)! For help, type "help"\n'], 0],
    ['Done \\(\\d+', ['Done (x\n', 'Done (12\n'], 1],
    ['^ready$', ['not ready\n', 'ready now\n', 'ready\n'], 2],
    ['(?i)server started', ['SERVER Started\n'], 0],
    ['(?<=: )ready', ['ready\n', 'state: ready\n'], 1],
    ['\\u0052eady', ['Ready\n'], 0],
    ['a.c', ['a\nc\n', 'abc\n'], 1],
    ['größer €😀', ['größer €😀\n'], 0],
    ['/plugins/', ['plugins\n', 'loading /plugins/a.jar\n'], 1],
  ])('S10: %s', (pattern, pushes, index) => {
    expect(matchedAt(pattern, ...pushes)).toBe(index);
  });

  test('S10: a line is put together from frames, and told before its newline comes', () => {
    expect(matchedAt('^Server started', 'Ser', 'ver sta', 'rted')).toBe(2);
    expect(matchedAt('Server started', 'Ser', 'ver sta', 'rted')).toBe(2);
  });

  test('S10: the first part of a line does not match what the whole line does not', () => {
    expect(matchedAt('^Server$', 'Server', ' stopping\n')).toBe(-1);
    expect(matchedAt('\\bstart\\b', 'start', 'ing\n')).toBe(-1);
    expect(matchedAt('^Server$', 'Server', '\n')).toBe(1);
  });

  test('S10: two lines are never taken for one', () => {
    expect(matchedAt('ab', 'a\nb\n')).toBe(-1);
    expect(matchedAt('a\\s?b', 'a\n', 'b\n', 'a\rb')).toBe(-1);
  });

  test('S10: a lone return ends a line', () => {
    expect(matchedAt('^100 %$', ' 50 %\r', '100 %\r', 'x')).toBe(1);
    expect(matchedAt('^> Done', '> \r> Done')).toBe(0);
  });

  test.each([
    ['colours', '\u001b[1;32mServer\u001b[0m star\u001b[mted'],
    ['a title ended by BEL', 'Server\u001b]0;Server x\u0007 started'],
    ['a title ended by ST', 'Server\u001b]0;my; title\u001b\\ started'],
    ['short sequences', '\u001b7Server\u001b8\u001b(B\u001b= started'],
    ['private modes and cursor moves', '\u001b[?25l\u001b[2KServer\u001b[10G started'],
    ['a device control string', 'Ser\u001bPq#0\u001b\\ver started'],
  ])('S10: ANSI is stripped: %s, also cut anywhere', (_name, text) => {
    expect(matchedAt('^Server started', text)).toBe(0);
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(matchedAt('^Server started', text.slice(0, cut), text.slice(cut), '\n')).toBeGreaterThanOrEqual(
        0,
      );
    }
    expect(matchedAt('^Server started', ...text)).toBeGreaterThanOrEqual(0);
  });

  test('S10: an introducer that is never ended does not swallow the next lines', () => {
    expect(matchedAt('^Server started', '\u001b]0;oops\nServer started\n')).toBe(0);
    expect(matchedAt('^Server started', '\u001b[12\nServer started\n')).toBe(0);
    expect(matchedAt('^Server started', '\u001b\nServer started\n')).toBe(0);
  });

  test('S10: frames never change the answer', () => {
    const patterns = ['b', 'ab', '^ab$', 'a+b$', '\\bab\\b', '[^a]b', '(a|b){3}'];
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\r', '\u001b[m'), maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(...patterns), text, (pattern, all) => {
        const whole = `${all}\n`;
        const lines = whole.replaceAll('\u001b[m', '').split(/[\n\r]/);
        const expected = lines.slice(0, -1).some((line) => new RegExp(pattern).test(line));
        expect(matchedAt(pattern, whole) >= 0).toBe(expected);
        expect(matchedAt(pattern, ...whole) >= 0).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('S10: a match across the place where a long line is cut is found', () => {
    for (const before of [15_000, 16_380, 16_384, 20_000, 32_700, 40_000]) {
      const line = `${'x'.repeat(before)}Server ${'-'.repeat(900)} started`;
      for (const pattern of [
        `Server ${'-'.repeat(900)} started`,
        'Server -+ started$',
        'x\\bServer|Server -+ st',
      ]) {
        expect(matchedAt(pattern, `${line}\n`)).toBe(0);
        expect(
          matchedAt(pattern, line.slice(0, before + 300), line.slice(before + 300), '\n'),
        ).toBeGreaterThan(0);
      }
    }
  });

  test('S10: the place where a long line is cut is not the beginning of a line', () => {
    expect(matchedAt('^x', `y${'x'.repeat(100_000)}\n`)).toBe(-1);
    expect(matchedAt('^y$', `${'y'.repeat(100_000)}\n`)).toBe(-1);
  });

  test('S10: catastrophic patterns cost about what a harmless one does', () => {
    const line = Buffer.from(`${'a'.repeat(16 * 1024 - 1)}!\n`.repeat(20));
    const harmless = millis(() => createReadyMatcher('[b-d]+$').push(line));
    for (const pattern of ['(a+)+$', '(a|a)+$', '(a*)*b$', '(\\w+\\s?)+$', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      expect(millis(() => expect(createReadyMatcher(pattern).push(line)).toBe(false))).toBeLessThan(
        harmless * 50 + 1000,
      );
    }
  });

  test('S10: 5 MB through a regular expression take a small multiple of plain text', () => {
    const chunk = Buffer.from(
      '[12:34:56 INFO]: somebody joined the game with a few more words to say.\n'.repeat(900),
    );
    const feed = (pattern: string) => () => {
      const matcher = createReadyMatcher(pattern);
      for (let at = 0; at < 5_000_000; at += chunk.length) expect(matcher.push(chunk)).toBe(false);
    };
    feed('server started')();
    const text = millis(feed('server started'));
    expect(millis(feed('(?i)server (started|listening)'))).toBeLessThan(text * 40 + 200);
  });

  test('S10: an unfinished line that grows bit by bit is not tested anew from its beginning', () => {
    const dots = (count: number) => () => {
      const matcher = createReadyMatcher('(?i)server (started|listening)');
      for (let at = 0; at < count; at += 1) expect(matcher.push(Buffer.from('.'))).toBe(false);
    };
    dots(2000)();
    const few = millis(dots(2000));
    expect(millis(dots(16_000))).toBeLessThan(few * 8 * 4 + 200);
  });
});

describe('describePattern', () => {
  test.each([
    ['Server started', 'text', false],
    ['Done (', 'text', false],
    ['Done \\(\\d', 'regexp', false],
    ['(?i)done', 'regexp', false],
    ['(?<=x)done', 'regexp', false],
    ['done(?=!)', 'text', true],
    ['(a)\\1', 'text', true],
    ['(a{1,100}){9}b', 'text', true],
  ])('S10: %s is %s', (pattern, kind, noted) => {
    const description = describePattern(pattern);
    expect(description.kind).toBe(kind);
    expect(description.note !== undefined).toBe(noted);
  });

  test('S10: a very long expression is taken as text', () => {
    expect(describePattern(`.*${'x'.repeat(1024)}`)).toMatchObject({
      kind: 'text',
      note: expect.any(String),
    });
  });

  test('S10: what is taken as plain text matches as such', () => {
    expect(matchedAt('done(?=!)', 'done!\n', 'say done(?=!)\n')).toBe(1);
  });
});
