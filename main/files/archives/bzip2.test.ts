import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bunzip2, bzip2 } from './bzip2.ts';
import { Bzip2Thread } from './bzip2-thread.ts';

const hasBzip2 = spawnSync('bzip2', ['--help']).status === 0;

let thread: Bzip2Thread;
beforeAll(async () => {
  thread = await Bzip2Thread.start();
});
afterAll(() => thread.close());

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of source) all.push(chunk);
  return Buffer.concat(all);
}

const pack = (bytes: Uint8Array): Promise<Buffer> => gather(bzip2(chunks(bytes, 65_536), thread));
const unpack = (bytes: Uint8Array, size = 65_536): Promise<Buffer> =>
  gather(bunzip2(chunks(bytes, size), thread));
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The command line tool, with `bytes` on its standard input. */
function tool(options: string[], bytes: Uint8Array): Buffer {
  const done = spawnSync('bzip2', options, { input: bytes, maxBuffer: 200 * 1024 * 1024 });
  expect([done.status, done.stderr.toString()]).toEqual([0, '']);
  return done.stdout;
}

const text = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i * 7919}\n`).join(''));
const samples = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('x'),
  text,
  'noise of several blocks': randomBytes(1_000_000),
  'zeros of several blocks': Buffer.alloc(5_000_000),
  'exactly one piece': randomBytes(900_000 - 64),
  'runs of every length': Buffer.concat(Array.from({ length: 1000 }, (_, i) => Buffer.alloc(i, i & 0xff))),
};

describe.each(Object.entries(samples))('%s', (_name, bytes) => {
  test('comes back as it was', async () => {
    expect(digest(await unpack(await pack(bytes)))).toBe(digest(bytes));
  });

  test.skipIf(!hasBzip2)('bzip2 reads what we write', async () => {
    expect(digest(tool(['-dc'], await pack(bytes)))).toBe(digest(bytes));
  });

  test.skipIf(!hasBzip2)('we read what bzip2 writes, at every level', async () => {
    for (const level of ['-1', '-5', '-9'])
      expect(digest(await unpack(tool(['-c', level], bytes)))).toBe(digest(bytes));
  });
});

test('chunks of any size make no difference', async () => {
  const bytes = text.subarray(0, 40_000);
  const packed = await pack(bytes);
  for (const size of [1, 7, 4096]) expect(digest(await unpack(packed, size))).toBe(digest(bytes));
});

test('a cut file is an error wherever it was cut', async () => {
  const packed = await pack(text.subarray(0, 5000));
  for (const length of [0, 3, 4, 10, 30, packed.length >> 1, packed.length - 5, packed.length - 1])
    await expect(unpack(packed.subarray(0, length))).rejects.toThrow();
});

test('a bit that was turned is an error wherever it is', async () => {
  const packed = await pack(text.subarray(0, 3000));
  for (let bit = 0; bit < packed.length * 8 - 8; bit += 37) {
    const broken = Buffer.from(packed);
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const outcome = await unpack(broken).then(
      (bytes) => (bytes.equals(text.subarray(0, 3000)) ? 'the same' : 'other bytes'),
      () => 'an error',
    );
    expect(outcome).not.toBe('other bytes');
  }
});

test('a missing block is told by the checksum of the whole', async () => {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = await Promise.all([
    pack(Buffer.from('first')),
    pack(Buffer.from('second')),
  ]);
  // The end of one stream behind the block of another.
  const joined = Buffer.concat([first.subarray(0, first.length - 10), second.subarray(second.length - 10)]);
  await expect(unpack(joined)).rejects.toThrow();
});

test('what follows the last stream is ignored, as bzip2 does', async () => {
  const packed = Buffer.concat([await pack(text), Buffer.from('rest')]);
  expect(digest(await unpack(packed))).toBe(digest(text));
});

test('a run that only an attacker would write ends in an error, not in a loop without end', async () => {
  const bytes = randomBytes(50_000);
  bytes.write('BZh9', 'latin1');
  bytes.set([0x31, 0x41, 0x59, 0x26, 0x53, 0x59], 4);
  await expect(unpack(Buffer.concat([bytes, bytes, Buffer.alloc(4_000_000, 7)]))).rejects.toThrow('damaged');
});

test('closing the thread ends the work under way', async () => {
  const other = await Bzip2Thread.start();
  const work = gather(bzip2(chunks(randomBytes(20_000_000), 65_536), other));
  const refused = expect(work).rejects.toThrow('ended');
  await other.close();
  await refused;
});
