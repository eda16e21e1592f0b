import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BadPacket,
  BrokenStream,
  Fields,
  maxPacket,
  PacketSplitter,
  packet,
  string,
  u32,
  u64,
} from './wire.ts';

test('packets come out whole and in order, however the stream is cut', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 })), cuts, (bodies, sizes) => {
      const stream = Buffer.concat(bodies.map((body) => Buffer.concat([u32(body.length), body])));
      const splitter = new PacketSplitter();
      const found: string[] = [];
      for (let at = 0, n = 0; at < stream.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1;
        for (const one of splitter.push(stream.subarray(at, at + size))) found.push(one.toString('hex'));
        at += size;
      }
      expect(found).toEqual(bodies.map((body) => Buffer.from(body).toString('hex')));
    }),
  );
});

test.each([0, maxPacket + 1, 0xffff_ffff])('a length of %d is no SFTP', (length) => {
  expect(() => [...new PacketSplitter().push(u32(length))]).toThrow(BrokenStream);
});

test('fields never read beyond the packet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      for (const read of ['uint32', 'uint64', 'bytes', 'text', 'attrs'] as const) {
        const fields = new Fields(Buffer.from([1, ...bytes]));
        try {
          for (;;) fields[read]();
        } catch (error) {
          expect(error).toBeInstanceOf(BadPacket);
        }
      }
    }),
  );
});

test('what is written is read again', () => {
  const fields = new Fields(packet(7, u32(5), u64(2 ** 50), string('ünï')).subarray(4));
  expect([fields.uint32(), fields.uint64(), fields.text()]).toEqual([5, 2 ** 50, 'ünï']);
  expect(new Fields(Buffer.alloc(9, 0xff)).uint64()).toBe(Number.MAX_SAFE_INTEGER);
});
