import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encodeConsole, maxFrameText } from './console-frames.ts';
import { encodeEvent } from './encode-event.ts';
import { encodeSharedConsole, encodeSharedEvent, encodeStats } from './encode-once.ts';

const frame = z.object({ event: z.string(), data: z.string(), offset: z.number().optional() });

/** Reads whole, unmasked text frames, as RFC 6455 has them. */
function received(bytes: Buffer): z.infer<typeof frame>[] {
  const messages: z.infer<typeof frame>[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x81);
    const short = bytes.readUInt8(at + 1);
    const [size, length] =
      short < 126
        ? [2, short]
        : short === 126
          ? [4, bytes.readUInt16BE(at + 2)]
          : [10, Number(bytes.readBigUInt64BE(at + 2))];
    messages.push(frame.parse(JSON.parse(bytes.toString('utf8', at + size, at + size + length))));
    at += size + length;
  }
  return messages;
}

describe('encodeConsole', () => {
  it('S8 S9 X1 any text, in any pieces: frames, twins and offsets give it back', () => {
    const anyText = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('\u001b[31m', '"\\\n\r\t\b\f\u0000\u007f', '€😀'),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(anyText, fc.nat(1_000_000), fc.boolean(), (texts, from, withTwin) => {
        const pieces = texts.map((text) => Buffer.from(text));
        const all = Buffer.concat(pieces);
        const frames = encodeConsole({ from, pieces }, withTwin);
        const messages = received(Buffer.concat(frames.map((one) => one.bytes(withTwin))));
        const console = messages.filter(({ event }) => event === 'console');
        const twins = messages.filter(({ event }) => event === 'console duplicate');
        expect(console.map(({ data }) => data).join('')).toBe(all.toString());
        expect(twins.map(({ data }) => data)).toEqual(withTwin ? console.map(({ data }) => data) : []);
        let next = from;
        for (const [index, { data, offset }] of console.entries()) {
          expect(offset).toBe(next);
          expect([frames[index]?.from, frames[index]?.to]).toEqual([next, next + Buffer.byteLength(data)]);
          next += Buffer.byteLength(data);
        }
        expect(received(Buffer.concat(frames.map((one) => one.bytes(false))))).toEqual(console);
      }),
    );
  });

  it('S8 cuts long text between characters, at 64 KiB at most', () => {
    const text = Buffer.from('€'.repeat(100_000));
    const messages = received(
      Buffer.concat(
        encodeConsole({ from: 0, pieces: [text.subarray(0, 3), text.subarray(3)] }, false).map((one) =>
          one.bytes(false),
        ),
      ),
    );
    expect(messages.map(({ data }) => data).join('')).toBe(text.toString());
    for (const { data } of messages) expect(Buffer.byteLength(data)).toBeLessThanOrEqual(maxFrameText);
    expect(messages.length).toBe(Math.ceil(text.length / maxFrameText));
  });

  it('has room for the worst text of all', () => {
    const text = Buffer.alloc(maxFrameText * 2 + 1);
    const messages = received(
      Buffer.concat(encodeConsole({ from: 7, pieces: [text] }, true).map((one) => one.bytes(true))),
    );
    expect(messages.filter(({ event }) => event === 'console').map(({ data }) => data.length)).toEqual([
      maxFrameText,
      maxFrameText,
      1,
    ]);
  });

  it('encodes events of every length', () => {
    for (const length of [0, 1, 125, 126, 65_535, 65_536, 200_000]) {
      const data = 'é'.repeat(length);
      expect(received(encodeEvent({ event: 'daemon_message', data }))).toEqual([
        { event: 'daemon_message', data },
      ]);
    }
  });
});

describe('what many clients get', () => {
  const batch = { from: 12, to: 17, pieces: [Buffer.from('a"é\n')] };

  it('S9 is escaped once: whoever asks again gets the same bytes, with and without twins, in either order', () => {
    for (const first of [false, true]) {
      const text = { ...batch };
      const bytes = (twins: boolean): (Buffer | undefined)[] =>
        encodeSharedConsole(text, twins).map((one) => one.bytes(twins));
      const before = bytes(first);
      expect(received(bytes(false)[0] ?? Buffer.alloc(0))).toEqual([
        { event: 'console', data: 'a"é\n', offset: 12 },
      ]);
      expect(received(bytes(true)[0] ?? Buffer.alloc(0))).toEqual([
        { event: 'console', data: 'a"é\n', offset: 12 },
        { event: 'console duplicate', data: 'a"é\n' },
      ]);
      expect(bytes(true)[0]).toBe(bytes(true)[0]);
      expect(bytes(first)[0]).toBe(before[0]);
    }
  });

  it('S8 frames that a slow client still holds stay as they are; memory of the others is used again', () => {
    const flood = (letter: string) => ({ from: 0, to: 40_000, pieces: [Buffer.alloc(40_000, letter)] });
    const framesOf = (letter: string) => encodeSharedConsole(flood(letter), true);
    const bytes = (letter: string): Buffer[] => framesOf(letter).map((one) => one.bytes(true));
    const held = framesOf('h');
    const kept = held.map((one) => one.bytes(true));
    const before = kept.map((buffer) => buffer.toString());
    for (const frame of held) frame.hold();
    const blocks = new Set([...'abcdefghij'].flatMap((letter) => bytes(letter).map(({ buffer }) => buffer)));
    expect(kept.map((buffer) => buffer.toString())).toEqual(before);
    expect(blocks.size).toBeLessThan(5);
  });

  it('is encoded once for each object', () => {
    const event = { event: 'daemon_message', data: 'hello' } as const;
    expect(encodeSharedEvent(event)).toBe(encodeSharedEvent(event));
    expect(encodeSharedEvent({ ...event })).toEqual(encodeSharedEvent(event));
    const stats = {
      cpu_usage: 1,
      memory_usage: 2,
      memory_limit: 3,
      network_rx: 4,
      network_tx: 5,
      block_read: 6,
      block_write: 7,
    };
    expect(encodeStats(stats)).toBe(encodeStats(stats));
  });
});
