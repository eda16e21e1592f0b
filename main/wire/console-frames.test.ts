import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encodeConsole, encodeEvent, maxFrameText } from './console-frames.ts';

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
        const frames = encodeConsole(from, pieces, withTwin);
        const messages = received(Buffer.concat(frames.map((one) => one.withTwin)));
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
        expect(received(Buffer.concat(frames.map((one) => one.console)))).toEqual(console);
      }),
    );
  });

  it('S8 cuts long text between characters, at 64 KiB at most', () => {
    const text = Buffer.from('€'.repeat(100_000));
    const messages = received(
      Buffer.concat(
        encodeConsole(0, [text.subarray(0, 3), text.subarray(3)], false).map((one) => one.console),
      ),
    );
    expect(messages.map(({ data }) => data).join('')).toBe(text.toString());
    for (const { data } of messages) expect(Buffer.byteLength(data)).toBeLessThanOrEqual(maxFrameText);
    expect(messages.length).toBe(Math.ceil(text.length / maxFrameText));
  });

  it('has room for the worst text of all', () => {
    const text = Buffer.alloc(maxFrameText * 2 + 1);
    const messages = received(Buffer.concat(encodeConsole(7, [text], true).map((one) => one.withTwin)));
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
