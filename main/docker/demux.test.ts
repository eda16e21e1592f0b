import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import type { StreamName } from './contract.ts';
import { cut } from './cut.test-helper.ts';
import { Demux } from './demux.ts';

function frame(kind: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

function demux(chunks: Buffer[]): { stream: StreamName; text: string }[] {
  const frames: { stream: StreamName; text: string }[] = [];
  const target = new Demux();
  let open = '';
  for (const chunk of chunks) {
    target.push(chunk, (stream, data, last) => {
      open += data.toString('latin1');
      if (!last) return;
      frames.push({ stream, text: open });
      open = '';
    });
  }
  expect(target.atBorder).toBe(true);
  expect(open).toBe('');
  return frames;
}

describe('Demux', () => {
  it('S8: gives back any frames from any chunking', () => {
    const frames = fc.array(
      fc.tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ minLength: 1, maxLength: 50 })),
    );
    fc.assert(
      fc.property(frames, fc.array(fc.nat()), (list, places) => {
        const bytes = Buffer.concat(list.map(([kind, data]) => frame(kind, data)));
        const expected = list.map(([kind, data]) => ({
          stream: kind === 2 ? 'stderr' : 'stdout',
          text: Buffer.from(data).toString('latin1'),
        }));
        expect(demux(cut(bytes, places))).toEqual(expected);
      }),
    );
  });

  it('hands payloads on without copying them', () => {
    const bytes = frame(1, Buffer.from('hello'));
    new Demux().push(bytes, (_stream, data) => {
      expect(data.buffer).toBe(bytes.buffer);
      expect(data.byteOffset).toBe(bytes.byteOffset + 8);
    });
    expect.assertions(2);
  });

  it('passes over empty frames', () => {
    expect(demux([Buffer.concat([frame(1, Buffer.alloc(0)), frame(2, Buffer.from('x'))])])).toEqual([
      { stream: 'stderr', text: 'x' },
    ]);
  });

  it('knows when a stream was cut in a frame', () => {
    const target = new Demux();
    target.push(frame(1, Buffer.from('hello')).subarray(0, 10), () => {});
    expect(target.atBorder).toBe(false);
  });

  it.each([
    ['an unknown stream', Buffer.from([7, 0, 0, 0, 0, 0, 0, 1])],
    ['text of a TTY', Buffer.from('2026-11-23T21:00')],
    ['an absurd length', Buffer.from([1, 0, 0, 0, 0x7f, 0, 0, 0])],
    ['padding that is not zero', Buffer.from([1, 0, 1, 0, 0, 0, 0, 1])],
  ])('refuses %s', (_name, bytes) => {
    expect(() => new Demux().push(bytes, () => {})).toThrow(LightdeckError);
  });

  it("throws the engine's own complaint", () => {
    const bytes = frame(3, Buffer.from('Error grabbing logs: unexpected EOF\n'));
    expect(() => new Demux().push(bytes, () => {})).toThrow(/Error grabbing logs: unexpected EOF/);
  });
});
