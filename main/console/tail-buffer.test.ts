import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TailBuffer } from './tail-buffer.ts';

it('holds the last bytes of whatever was pushed, in whatever pieces', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(1, 7, 1000, 1024, 2500, 5000), pieces, (max, chunks) => {
      const tail = new TailBuffer(max, Buffer.from(chunks[0] ?? []));
      for (const chunk of chunks.slice(1)) tail.push(Buffer.from(chunk));
      const all = Buffer.concat(chunks);
      const expected = all.subarray(Math.max(0, all.length - max));
      expect(tail.bytes().equals(expected)).toBe(true);
      expect(tail.length).toBe(expected.length);
    }),
  );
});
