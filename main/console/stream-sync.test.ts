import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamSync } from './stream-sync.ts';

interface Step {
  /** Who brings the next piece. */
  from: 'log' | 'live' | 'time';
  size: number;
}

/** Lines from a tiny alphabet, so that repetitions that could deceive an aligner are the rule. */
const linesArbitrary = fc.array(fc.constantFrom('list\n', 'a\n', '\n', 'players: 3\n', '> ok\n'), {
  minLength: 1,
  maxLength: 60,
});
const stepsArbitrary = fc.array(
  fc.record<Step>({ from: fc.constantFrom('log', 'live', 'time'), size: fc.integer({ min: 1, max: 6 }) }),
  { maxLength: 120 },
);

const timeOf = (index: number): string => `2026-01-01T00:00:00.${String(index).padStart(9, '0')}Z`;

/**
 * A program printed `lines`. The history has the first `consumed` bytes; the log has whole lines; the attachment is
 * opened when `attachLine` lines were logged and brings everything from there on. Both then deliver in any interleaving,
 * and at the end both deliver what is left and fall silent.
 */
function play(
  lines: string[],
  consumed: number,
  attachLine: number,
  steps: Step[],
  tailKnown: boolean,
): string {
  const all = Buffer.from(lines.join(''));
  const ends: number[] = [];
  lines.reduce((sum, line) => {
    ends.push(sum + line.length);
    return sum + line.length;
  }, 0);
  let delivered = '';
  const sync = new StreamSync({
    logStart: 0,
    consumed,
    tail: tailKnown ? all.subarray(0, consumed) : null,
    deliver: (text) => {
      delivered += text.toString();
    },
  });
  let logged = 0;
  let now = 1000;
  const log = (count: number): void => {
    for (let i = 0; i < count && logged < lines.length; i += 1, logged += 1)
      sync.fromLog(Buffer.from(lines[logged] ?? ''), timeOf(logged));
  };
  log(attachLine);
  sync.logIdle(false);
  sync.attached(timeOf(attachLine));
  let live = ends[attachLine - 1] ?? 0;
  for (const step of steps) {
    now += 10;
    // The log may lag behind the attachment but is never ahead of what the program printed.
    if (step.from === 'log') log(step.size);
    if (step.from === 'live') {
      const next = Math.min(all.length, live + step.size);
      sync.fromAttachment(all.subarray(live, next), now);
      live = next;
    }
    if (step.from === 'time') sync.tryLive(now, false, false);
  }
  log(lines.length);
  sync.fromAttachment(all.subarray(live), now);
  sync.tryLive(now + 1000, true, false);
  return delivered;
}

/** One of which nothing is known yet, and what it has delivered. */
function fromTheBeginning(): { sync: StreamSync; text: string[] } {
  const text: string[] = [];
  const deliver = (delivered: Buffer): void => void text.push(delivered.toString());
  return { sync: new StreamSync({ logStart: 0, consumed: 0, tail: null, deliver }), text };
}

const longLine = (n: number): Buffer => Buffer.from(`this is line number ${n}\n`);

describe('StreamSync', () => {
  it('S14 brings every byte after the history exactly once, however log and attachment interleave', () => {
    fc.assert(
      fc.property(
        linesArbitrary,
        fc.nat(),
        fc.nat(),
        stepsArbitrary,
        fc.boolean(),
        (lines, a, b, steps, tailKnown) => {
          const text = lines.join('');
          const attachLine = b % (lines.length + 1);
          const printed = lines.slice(0, attachLine).join('').length;
          const consumed = printed === 0 ? 0 : a % (printed + 1);
          expect(play(lines, consumed, attachLine, steps, tailKnown)).toBe(text.slice(consumed));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('S14 also of numbered lines, of which a few fix the place long before both are level', () => {
    // Long enough for three of them to be evidence in the middle of what comes.
    const numbered = fc
      .integer({ min: 20, max: 120 })
      .map((count) => Array.from({ length: count }, (_, n) => `this is line number ${n}\n`));
    const steps = fc.array(
      fc.record<Step>({
        from: fc.constantFrom('log', 'live', 'time'),
        size: fc.integer({ min: 1, max: 200 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(numbered, fc.nat(10), steps, fc.boolean(), (lines, attachLine, all, tailKnown) => {
        const few = all.map((step) => (step.from === 'log' ? { ...step, size: 1 + (step.size % 6) } : step));
        expect(play(lines, 0, attachLine, few, tailKnown)).toBe(lines.join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('repeats nothing where the log is ahead of the attachment, as on a busy machine', () => {
    const { sync, text } = fromTheBeginning();
    const line = longLine;
    for (let n = 0; n < 3; n += 1) sync.fromLog(line(n), timeOf(n));
    sync.attached(timeOf(3));
    for (let n = 3; n < 17; n += 1) sync.fromLog(line(n), timeOf(n));
    for (let n = 3; n < 10; n += 1) sync.fromAttachment(line(n), 0);
    sync.tryLive(0, false, false);
    // In pieces that are no lines.
    const rest = Buffer.concat(Array.from({ length: 15 }, (_, n) => line(n + 10)));
    for (let at = 0; at < rest.length; at += 100) sync.fromAttachment(rest.subarray(at, at + 100), 0);
    expect(sync.mode).toBe('live');
    expect(sync.fed).toBe(text.join('').length);
    expect(text.join('')).toBe(Array.from({ length: 25 }, (_, n) => line(n).toString()).join(''));
  });

  it('goes over to the attachment under load as soon as several lines fix the place', () => {
    const { sync, text } = fromTheBeginning();
    sync.attached(timeOf(0));
    const line = longLine;
    for (let n = 0; n < 10; n += 1) sync.fromLog(line(n), timeOf(n));
    for (let n = 5; n < 20; n += 1) sync.fromAttachment(line(n), 0);
    expect(sync.tryLive(0, false, false)).toBe(true);
    for (let n = 20; n < 25; n += 1) sync.fromAttachment(line(n), 0);
    expect(text.join('')).toBe(Array.from({ length: 25 }, (_, n) => line(n).toString()).join(''));
  });

  it('never takes an older equal line for the one that the attachment brought', () => {
    const { sync, text } = fromTheBeginning();
    sync.fromLog(Buffer.from('list\n'), timeOf(1));
    sync.attached(timeOf(5));
    sync.fromAttachment(Buffer.from('list\n'), 0);
    expect(sync.tryLive(1000, true, false)).toBe(false);
    sync.fromLog(Buffer.from('list\n'), timeOf(6));
    expect(sync.tryLive(2000, true, false)).toBe(true);
    expect(text.join('')).toBe('list\nlist\n');
  });

  it('finds its place by the text when the engine lost a line that we have', () => {
    const got: string[] = [];
    const have = 'one\ntwo\nthree\n';
    const sync = new StreamSync({
      logStart: 0,
      consumed: have.length,
      tail: Buffer.from(have),
      deliver: (t) => got.push(t.toString()),
    });
    for (const [n, line] of ['one\n', 'three\n', 'four\n', 'five\n'].entries())
      sync.fromLog(Buffer.from(line), timeOf(n));
    sync.logIdle(false);
    expect(got.join('')).toBe('four\nfive\n');
  });

  it('waits for the rest of a line that the history has the beginning of', () => {
    const got: string[] = [];
    const have = 'one\n> ';
    const sync = new StreamSync({
      logStart: 0,
      consumed: have.length,
      tail: Buffer.from(have),
      deliver: (t) => got.push(t.toString()),
    });
    sync.fromLog(Buffer.from('one\n'), timeOf(1));
    sync.logIdle(false);
    expect(got).toEqual([]);
    sync.fromLog(Buffer.from('> help\n'), timeOf(2));
    expect(got.join('')).toBe('help\n');
  });

  it('shows an unfinished line of the attachment after a moment', () => {
    const got: string[] = [];
    const sync = new StreamSync({
      logStart: 0,
      consumed: 0,
      tail: null,
      deliver: (t) => got.push(t.toString()),
    });
    sync.attached(timeOf(0));
    sync.fromAttachment(Buffer.from('password: '), 1000);
    expect(sync.tryLive(1100, true, false)).toBe(false);
    expect(sync.tryLive(1300, true, false)).toBe(true);
    expect(got.join('')).toBe('password: ');
  });
});

describe('a long log', () => {
  it('G1 costs the same for each entry, however many came before, and a window of any length', () => {
    const lines = 200_000;
    const tail = Buffer.from('the last line that the history has\n');
    let delivered = 0;
    const sync = new StreamSync({
      logStart: 0,
      consumed: lines * 11 + tail.length,
      tail,
      deliver: (text) => {
        delivered += text.length;
      },
    });
    const began = process.cpuUsage();
    for (let line = 0; line < lines; line += 1) sync.fromLog(Buffer.from('short line\n'), timeOf(line));
    sync.fromLog(tail, timeOf(lines));
    for (let line = 1; line <= lines; line += 1)
      sync.fromLog(Buffer.from('short line\n'), timeOf(lines + line));
    // Looking through the whole window at each entry took minutes.
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(10);
    expect(delivered).toBe(lines * 11);
  });
});

describe('a log that lags behind what the history has', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`);
  const all = Buffer.from(lines.join(''));
  const make = (): { sync: StreamSync; delivered: () => string } => {
    let delivered = '';
    const sync = new StreamSync({
      logStart: 0,
      consumed: all.length,
      tail: all,
      deliver: (text) => {
        delivered += text.toString();
      },
    });
    for (const [index, line] of lines.slice(0, 80).entries()) sync.fromLog(Buffer.from(line), timeOf(index));
    return { sync, delivered: () => delivered };
  };

  it('G3 repeats nothing when it falls silent for a moment while the container runs', () => {
    const { sync, delivered } = make();
    sync.logIdle(false);
    for (const [index, line] of [...lines.slice(80), 'new\n'].entries())
      sync.fromLog(Buffer.from(line), timeOf(80 + index));
    expect(delivered()).toBe('new\n');
  });

  it('whose end the history knows as its own last text, but for the count: lost entries are not waited for', () => {
    const lost = Buffer.concat([Buffer.from('lost in the log\n'), all]);
    let delivered = '';
    const sync = new StreamSync({
      logStart: 0,
      consumed: lost.length,
      tail: lost,
      deliver: (text) => {
        delivered += text.toString();
      },
    });
    for (const [index, line] of lines.entries()) sync.fromLog(Buffer.from(line), timeOf(index));
    sync.logIdle(false);
    sync.fromLog(Buffer.from('new\n'), timeOf(200));
    expect(delivered).toBe('new\n');
  });

  it('G3 trusts its end when the container has ended', () => {
    const { sync, delivered } = make();
    sync.logIdle(true);
    sync.fromLog(Buffer.from('new\n'), timeOf(81));
    expect(delivered()).toBe('new\n');
  });
});

it('S8 text that waits for its place stays as it was, although its memory is read into again', () => {
  let delivered = '';
  const sync = new StreamSync({
    logStart: 0,
    consumed: 0,
    tail: null,
    deliver: (text) => {
      delivered += text.toString();
    },
  });
  sync.attached('');
  const read = Buffer.from('one\n');
  sync.fromAttachment(read, 0);
  read.write('two\n');
  sync.fromAttachment(read, 0);
  read.fill('!');
  for (const [index, line] of ['one\n', 'two\n'].entries()) sync.fromLog(Buffer.from(line), timeOf(index));
  sync.tryLive(1000, true, false);
  expect(sync.mode).toBe('live');
  expect(delivered).toBe('one\ntwo\n');
});

it('G1 the entries of one reading are delivered together, from the place of the history on', () => {
  const delivered: string[] = [];
  const sync = new StreamSync({
    logStart: 0,
    consumed: 4,
    tail: Buffer.from('one\n'),
    deliver: (text) => delivered.push(text.toString()),
  });
  const run = (...lines: string[]) => ({
    text: Buffer.from(lines.join('')),
    ends: lines.map((_, index) => lines.slice(0, index + 1).join('').length),
    times: lines.map((_, index) => timeOf(index)),
  });
  sync.fromLogRun(run('one\n', 'two\n', 'three\n', 'four\n'));
  sync.fromLogRun(run('five\n', 'six\n'));
  expect(delivered.join('')).toBe('two\nthree\nfour\nfive\nsix\n');
  expect(delivered.at(-1)).toBe('five\nsix\n');
});
