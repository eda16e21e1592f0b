import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { StdinQueue } from './stdin-queue.ts';

it('S12 what is written before and between attachments goes to the next one, in order', () => {
  const queue = new StdinQueue();
  queue.write(Buffer.from('a'));
  queue.write(Buffer.from('b'));
  const first = new PassThrough();
  queue.connect(first);
  queue.write(Buffer.from('c'));
  queue.disconnect();
  queue.write(Buffer.from('d'));
  const second = new PassThrough();
  queue.connect(second);
  queue.write(Buffer.from('e'));
  expect(String(first.read())).toBe('abc');
  expect(String(second.read())).toBe('de');
});

it('S12 a program that does not read, or none: 256 KiB wait, more is refused whole', () => {
  const half = Buffer.alloc(128 * 1024);
  const alone = new StdinQueue();
  const attached = new StdinQueue();
  attached.connect(new PassThrough({ readableHighWaterMark: 1, writableHighWaterMark: 1 }));
  attached.write(Buffer.from('taken by the stream'));
  for (const queue of [alone, attached]) {
    queue.write(half);
    expect(() => queue.write(Buffer.alloc(half.length + 1))).toThrow('does not read its input');
    queue.write(Buffer.alloc(1000));
  }
});
