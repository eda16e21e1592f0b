import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { has } from '../../../tests/support/requirements.ts';
import { type Bench, openBench, run, tar, tree, zip } from './archives.test-helper.ts';

const unpacked = (bench: Bench): Record<string, string> => tree(join(bench.root, 'to'));

test('F23 one slash in front is dropped, as tar and unzip do', async () => {
  const parts = [{ name: '/etc/x', bytes: 'x' }];
  for (const bytes of [tar(parts), gzipSync(tar(parts)), zip(parts)]) {
    const bench = openBench();
    writeFileSync(join(bench.root, 'in'), bytes);
    await bench.extract();
    expect(unpacked(bench)).toEqual({ etc: '/', 'etc/x': 'x' });
  }
});

test('F23 the later one counts, of whatever kind the earlier was', async () => {
  const [old, link] = [
    { name: 'a', bytes: '1' },
    { name: 'l', unixMode: 0o120777 },
  ];
  const later = [
    { name: './a', bytes: '2' },
    { name: 'l', bytes: 'file' },
  ];
  const inTar = tar([old, { ...link, type: '2', link: 'a' }, ...later]);
  for (const bytes of [inTar, gzipSync(inTar), zip([old, { ...link, bytes: 'a' }, ...later])]) {
    const bench = openBench();
    writeFileSync(join(bench.root, 'in'), bytes);
    await bench.extract();
    expect(unpacked(bench)).toEqual({ a: '2', l: 'file' });
  }
});

test.each([
  [
    'a program in front',
    (bytes: Buffer) => Buffer.concat([Buffer.from('#!/bin/sh\nexec unzip "$0"\n'), bytes]),
  ],
  ['another zip in front', (bytes: Buffer) => Buffer.concat([zip([{ name: 'old', bytes: 'old' }]), bytes])],
  ['zeros behind it', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(300)])],
  ['many zeros behind it', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(3_000_000)])],
  [
    'a signature behind it',
    (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('signed by somebody\n'.repeat(1000))]),
  ],
  [
    'both',
    (bytes: Buffer) => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(9000), bytes, Buffer.alloc(300)]),
  ],
])('F23 a zip with %s', async (_what, around) => {
  const bench = openBench();
  const bytes = zip([
    { name: 'a', bytes: 'text' },
    { name: 'd/b', bytes: 'b'.repeat(5000) },
  ]);
  writeFileSync(join(bench.root, 'in'), around(bytes));
  expect((await bench.extract()).files).toBe(2);
  expect(unpacked(bench)).toMatchObject({ a: 'text', 'd/b': 'b'.repeat(5000) });
});

test('F23 a zip with a zip64 end record, behind a program too', async () => {
  const bytes = zip([{ name: 'a', bytes: 'text' }]);
  const end = bytes.subarray(-22);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  for (const at of [24, 32]) record.writeBigUInt64LE(1n, at);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(bytes.length - 22), 8);
  locator.writeUInt32LE(1, 16);
  const zip64 = Buffer.concat([bytes.subarray(0, -22), record, locator, end]);
  for (const before of ['', 'a program']) {
    const bench = openBench();
    writeFileSync(join(bench.root, 'in'), Buffer.concat([Buffer.from(before), zip64]));
    const done = bench.extract();
    // What reads the entries looks for that record where the archive says, which is right without anything in front.
    expect((await done).files).toBe(1);
  }
});

test('F23 several tars behind each other, and anything behind the last one', async () => {
  const bench = openBench();
  const bytes = [
    tar([{ name: 'a', bytes: '1' }]),
    tar([{ name: 'b', bytes: '2' }]),
    Buffer.from('x'.repeat(3000)),
  ];
  writeFileSync(join(bench.root, 'in'), gzipSync(Buffer.concat(bytes)));
  await bench.extract();
  expect(unpacked(bench)).toEqual({ a: '1', b: '2' });
});

test.skipIf(!has('archivers'))(
  'F23 sparse tars, of every kind that GNU tar writes, with many pieces',
  async () => {
    for (const kind of [
      'gnu',
      'pax --sparse-version=0.0',
      'pax --sparse-version=0.1',
      'pax --sparse-version=1.0',
    ]) {
      const bench = openBench();
      mkdirSync(join(bench.root, 'from'));
      const path = join(bench.root, 'from/world.dat');
      writeFileSync(path, 'begin');
      const file = openSync(path, 'r+');
      for (let i = 1; i < 60; i++) writeSync(file, `piece ${i}`, i * 100_000);
      ftruncateSync(file, 9_000_000);
      closeSync(file);
      writeFileSync(join(bench.root, 'from/z'), 'behind it');
      run(join(bench.root, 'from'), 'tar', '--sparse', ...`--format=${kind}`.split(' '), '-cf', '../in', '.');
      await bench.extract();
      const [there, back] = [path, join(bench.root, 'to/world.dat')].map((one) => readFileSync(one));
      expect([kind, back?.equals(there ?? Buffer.alloc(0))]).toEqual([kind, true]);
      expect(readFileSync(join(bench.root, 'to/z'), 'utf8')).toBe('behind it');
      expect(statSync(join(bench.root, 'to/world.dat')).blocks * 512).toBeLessThan(9_000_000);
    }
  },
);

test.skipIf(!has('archivers'))('F24 a sparse tar of a file that can’t fit is refused at once', async () => {
  let left = 1e9;
  const room = {
    take: (bytes: number) => {
      left -= bytes;
    },
    left: () => left,
  };
  const bench = openBench({ room });
  run(bench.root, 'truncate', '-s', '858G', 'a');
  run(bench.root, 'tar', '--sparse', '-cf', 'in', 'a');
  for (const work of [
    () => bench.extract(),
    () => bench.pack({ format: 'tar' }),
    () => bench.pack({ format: 'tar.gz' }),
    () => bench.pack({ format: 'zip', paths: ['a'] }),
    () => bench.jail.copy('a', 'b'),
  ])
    await expect(work()).rejects.toMatchObject({ code: 'out_of_space' });
  expect(left).toBe(1e9);
});

test('F24 a copy keeps holes, and takes no room for them', async () => {
  const bench = openBench();
  const path = join(bench.root, 'a');
  writeFileSync(path, Buffer.alloc(600_000, 1));
  const file = openSync(path, 'r+');
  ftruncateSync(file, 50_000_000);
  writeSync(file, 'end', 40_000_000);
  closeSync(file);
  await bench.jail.copy('a', 'b');
  const copy = join(bench.root, 'b');
  expect(readFileSync(copy).equals(readFileSync(path))).toBe(true);
  expect(statSync(copy).blocks * 512).toBeLessThan(5_000_000);
});
