import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry, StreamName } from './contract.ts';
import { cut } from './cut.test-helper.ts';
import { createLogReader } from './log-reader.ts';
import { normalTime, sinceParameter } from './log-time.ts';

interface Entry {
  stream: StreamName;
  time: string;
  text: string;
}

function timeOf(index: number): string {
  return `2026-11-23T21:00:00.${String(index).padStart(9, '0')}Z`;
}

function read(
  tty: boolean,
  chunks: Buffer[],
  lastRunFrom: string | null = null,
  notAfter: string | null = null,
): Entry[] {
  const reader = createLogReader({ tty, runs: { lastRunFrom, notAfter } });
  const entries: LogEntry[] = [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
  return entries.map(({ stream, time, data }) => ({ stream, time, text: data.toString('latin1') }));
}

function framed(entries: Entry[]): Buffer {
  return Buffer.concat(
    entries.map(({ stream, time, text }) => {
      const payload = Buffer.from(`${time} ${text}`, 'latin1');
      const header = Buffer.alloc(8);
      header.writeUInt8(stream === 'stderr' ? 2 : 1, 0);
      header.writeUInt32BE(payload.length, 4);
      return Buffer.concat([header, payload]);
    }),
  );
}

/** What the engine makes of a line: pieces of 16,384 bytes with one time. */
function pieces(time: string, line: string): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < line.length; at += 16_384)
    entries.push({ stream: 'stdout', time, text: line.slice(at, at + 16_384) });
  return entries;
}

const plain = (entries: Entry[]) =>
  Buffer.from(entries.map(({ time, text }) => `${time} ${text}`).join(''), 'latin1');

const streams = fc.constantFrom<StreamName>('stdout', 'stderr');
const words = fc.string({
  unit: fc.constantFrom('a', '\r', ' ', 'Z', '\u00e9', `${timeOf(900)} `),
  maxLength: 20,
});

describe('log of a container without a TTY', () => {
  it('S14: comes back entry by entry, whatever the chunking', () => {
    const entry = fc.record({ stream: streams, text: words, newline: fc.boolean() });
    fc.assert(
      fc.property(fc.array(entry), fc.array(fc.nat()), (list, places) => {
        const entries = list.map(({ stream, text, newline }, index) => {
          return { stream, time: timeOf(index), text: newline ? `${text}\n` : text };
        });
        expect(read(false, cut(framed(entries), places))).toEqual(entries);
      }),
    );
  });

  it('tells a log that broke off in an entry', () => {
    const bytes = framed([{ stream: 'stdout', time: timeOf(1), text: 'hello\n' }]);
    const reader = createLogReader({ tty: false, runs: { lastRunFrom: null, notAfter: null } });
    reader.push(bytes.subarray(0, 20));
    expect(() => reader.end()).toThrow(/broke off/);
  });
});

describe('log of a container with a TTY', () => {
  it('S14: comes back entry by entry, whatever the chunking, with the times that the program itself printed', () => {
    const line = fc.oneof(
      words.map((text) => `${text}\n`),
      fc
        .tuple(fc.integer({ min: 16_380, max: 16_390 }), words)
        .map(([length, text]) => `${text.padEnd(length, 'x')}\n`),
      fc.constantFrom(32_768, 40_000).map((length) => `${'y'.repeat(length)}\n`),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (lines, places) => {
          const entries = lines.flatMap((text, index) => pieces(timeOf(index), text));
          expect(read(true, cut(plain(entries), places), '')).toEqual(entries);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same entries from every chunking where runs meet', () => {
    const entries = [
      ...pieces(timeOf(1), 'hello\r\n'),
      ...pieces(timeOf(2), 'prompt> '),
      ...pieces(timeOf(3), `${'z'.repeat(20_000)}no end`),
      ...pieces(timeOf(50), 'hello again\r\n'),
      ...pieces(timeOf(51), 'prompt> '),
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
        expect(read(true, cut(plain(entries), places), timeOf(50))).toEqual(entries);
      }),
      { numRuns: 60 },
    );
  });

  it('believes no time inside the text of the last run', () => {
    const entries = pieces(timeOf(5), `started at ${timeOf(7)} sharp\r\n`);
    expect(read(true, [plain(entries)], timeOf(5))).toEqual(entries);
    expect(read(true, [plain(entries)], '')).toEqual(entries);
  });

  it('believes no earlier time inside the text of an earlier run', () => {
    const entries = pieces(timeOf(5), `it was ${timeOf(4)} then, and ${timeOf(5)} now\r\n`);
    expect(read(true, [plain(entries)], timeOf(90))).toEqual(entries);
  });

  it('believes no time inside the text that is after the end of all runs', () => {
    const entries = pieces(timeOf(5), `expires ${timeOf(200)} or so\r\n`);
    expect(read(true, [plain(entries)], timeOf(90), timeOf(100))).toEqual(entries);
    expect(read(true, [plain(entries)], timeOf(90), timeOf(300))).toHaveLength(2);
  });

  it('waits for the end of a line, and gives what is left at the end', () => {
    const reader = createLogReader({ tty: true, runs: { lastRunFrom: '', notAfter: null } });
    expect(reader.push(Buffer.from(`${timeOf(1)} hel`))).toEqual([]);
    expect(reader.push(Buffer.from('lo'))).toEqual([]);
    expect(reader.end().map((entry) => entry.data.toString())).toEqual(['hello']);
  });

  it("throws the engine's complaint instead of showing it as the program's text", () => {
    const bytes = Buffer.from(`${timeOf(1)} hello\r\nError grabbing logs: invalid character 'l'\n\n`);
    expect(() => read(true, [bytes], '')).toThrow(/invalid character/);
  });

  it('refuses what has no times at all', () => {
    expect(() => read(true, [Buffer.from('just some text without any time in front of it\n')], '')).toThrow(
      /no times/,
    );
  });
});

describe('a log with times of another zone', () => {
  /** As Podman writes it: its own zone, which changes at the end of summer. */
  const zoned = (time: string, hours: number): string => {
    const local = new Date(Date.parse(time) + hours * 3_600_000).toISOString().slice(0, 19);
    const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
    return hours === 0 ? time : `${local}${time.slice(19, 29)}${zone}`;
  };
  const zones = fc.constantFrom(-5, 0, 1, 2, 13);

  it('C7: is read as instants, whatever the zone and the chunking', () => {
    const entry = fc.record({ text: words, zone: zones, newline: fc.boolean() });
    fc.assert(
      fc.property(fc.array(entry), fc.array(fc.nat()), fc.boolean(), (list, places, tty) => {
        const written: Entry[] = [];
        const expected: Entry[] = [];
        list.forEach(({ text, zone, newline }, index) => {
          const line = newline || tty ? `${text}\n` : text;
          written.push({ stream: 'stdout', time: zoned(timeOf(index), zone), text: line });
          expected.push({ stream: 'stdout', time: timeOf(index), text: line });
        });
        const bytes = tty ? plain(written) : framed(written);
        expect(read(tty, cut(bytes, places), '')).toEqual(expected);
      }),
    );
  });

  it('C7: the hour that comes twice at the end of summer is in order', () => {
    const before = '2026-10-25T02:59:59.999999999+02:00';
    const after = '2026-10-25T02:00:00.000000000+01:00';
    const bytes = framed([
      { stream: 'stdout', time: before, text: 'one\n' },
      { stream: 'stdout', time: after, text: 'two\n' },
    ]);
    const times = read(false, [bytes]).map(({ time }) => time);
    expect(times).toEqual(['2026-10-25T00:59:59.999999999Z', '2026-10-25T01:00:00.000000000Z']);
  });

  it('refuses what only looks like one', () => {
    const bytes = framed([{ stream: 'stdout', time: '2026-13-45T99:00:00.000000000+01:00', text: 'x\n' }]);
    expect(() => read(false, [bytes])).toThrow(/no times/);
  });
});

describe('times of the log', () => {
  it('become nine digits', () => {
    expect(normalTime('2026-11-23T21:00:00.12Z')).toBe('2026-11-23T21:00:00.120000000Z');
    expect(normalTime('2026-11-23T21:00:00Z')).toBe('2026-11-23T21:00:00.000000000Z');
    expect(normalTime('2026-11-23T22:00:00.5+01:00')).toBe('2026-11-23T21:00:00.500000000Z');
    expect(normalTime('2026-11-23T18:30:00-02:30')).toBe('2026-11-23T21:00:00.000000000Z');
    expect(normalTime('yesterday')).toBeNull();
  });

  it('become seconds and nanoseconds for the API', () => {
    expect(sinceParameter('2026-11-23T21:00:00.123456789Z')).toBe('1795467600.123456789');
    expect(sinceParameter('2026-11-23T22:00:00.123456789+01:00')).toBe('1795467600.123456789');
    expect(sinceParameter('2026-99-23T21:00:00.123456789Z')).toBeNull();
  });
});
