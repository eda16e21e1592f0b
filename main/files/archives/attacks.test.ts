import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../../shared/errors.ts';
import { archiveFormats } from '../../../shared/http/archives.ts';
import { longTest, rounds, someOf } from '../../../tests/support/lane.ts';
import { has } from '../../../tests/support/requirements.ts';
import {
  type Bench,
  info,
  openBench,
  run,
  type TarPart,
  tar,
  tree,
  type ZipPart,
  zip,
} from './archives.test-helper.ts';
import { bzip2 } from './bzip2.ts';
import { Bzip2Thread } from './bzip2-thread.ts';
import { ExtractionGuard } from './extraction-guard.ts';

const traversal = 'Invalid path: path traversal detected';

let thread: Bzip2Thread;
beforeAll(async () => {
  thread = await Bzip2Thread.start();
});
afterAll(() => thread.close());

async function bzip2All(bytes: Uint8Array): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  for await (const chunk of bzip2(source(), thread)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The same entries in every format. */
async function inEveryFormat(parts: (TarPart & ZipPart & { name: string })[]): Promise<[string, Buffer][]> {
  const plain = tar(parts);
  return [
    ['zip', zip(parts)],
    ['tar', plain],
    ['tar.gz', gzipSync(plain)],
    ['tar.bz2', await bzip2All(plain)],
  ];
}

/** Unpacks these bytes; how it was refused. Nothing may be outside of the volume, and nothing of ours may be left in it. */
async function refusal(bench: Bench, bytes: Buffer): Promise<LightdeckError> {
  writeFileSync(join(bench.root, 'in'), bytes);
  const error = await bench.extract().then(
    (done) => new Error(`it was unpacked: ${JSON.stringify(done)}`),
    (thrown: unknown) => thrown,
  );
  expect(tree(bench.outside)).toEqual({});
  expect(tree(bench.root)).not.toHaveProperty('.lightdeck-unfinished');
  if (!(error instanceof LightdeckError)) throw error;
  return error;
}

function unpacked(bench: Bench): Record<string, string> {
  mkdirSync(join(bench.root, 'to'), { recursive: true });
  return tree(join(bench.root, 'to'));
}

describe('A9 names', () => {
  const names = [
    '../x',
    '..',
    'a/../../x',
    'a/..',
    '//server/share/x',
    'C:/x',
    'c:x',
    '..\\x',
    '\\x',
    '．．/x',
    'a/‥/x',
    `a/${'n'.repeat(256)}`,
  ];

  test.each(names)('%j is refused in every format, and nothing is written', async (name) => {
    // A tar's own field takes 100 bytes: longer names are in an entry of their own.
    const long: TarPart[] =
      Buffer.byteLength(name) > 100 ? [{ name: 'l', type: 'L', bytes: `${name}\0` }] : [];
    const plain = tar([...long, { name, bytes: 'x' }]);
    const archives = [zip([{ name, bytes: 'x' }]), plain, gzipSync(plain), await bzip2All(plain)];
    for (const bytes of archives) {
      const bench = openBench();
      const error = await refusal(bench, bytes);
      expect([error.code, error.message.startsWith(traversal)]).toEqual(['invalid', true]);
      expect(unpacked(bench)).toEqual({});
    }
  });

  test('a NUL in a name of a zip', async () => {
    const error = await refusal(openBench(), zip([{ name: 'a\0.txt' }]));
    expect(error.message.startsWith(traversal)).toBe(true);
  });

  test('a name of a pax header is checked just the same', async () => {
    const line = 'path=../../x\n';
    const pax = `${line.length + 3} ${line}`;
    const error = await refusal(
      openBench(),
      tar([{ name: 'p', type: 'x', bytes: pax }, { name: 'harmless' }]),
    );
    expect(error.message.startsWith(traversal)).toBe(true);
  });

  test('a Unicode path field of a zip is checked just the same', async () => {
    const { crc32 } = await import('node:zlib');
    const field = Buffer.alloc(9 + 4);
    field.writeUInt16LE(0x7075, 0);
    field.writeUInt16LE(9, 2);
    field[4] = 1;
    field.writeUInt32LE(crc32('good'), 5);
    field.write('../x', 9);
    const error = await refusal(openBench(), zip([{ name: 'good', extra: field }]));
    expect(error.message.startsWith(traversal)).toBe(true);
  });

  test('our own folder of unfinished writes', async () => {
    const bench = openBench();
    writeFileSync(join(bench.root, 'in'), tar([{ name: '.lightdeck-unfinished/x', bytes: 'x' }]));
    await expect(bench.extract({ destination: '' })).rejects.toThrow(LightdeckError);
  });

  test('a name that is too long', async () => {
    const error = await refusal(openBench(), zip([{ name: 'a/'.repeat(2100) }]));
    expect(error.message).toContain('more than 4096 characters');
  });

  test('what came before a bad name is there and told, except in a zip, which is looked through first', async () => {
    for (const [format, bytes] of await inEveryFormat([
      { name: 'a', bytes: 'a' },
      { name: 'd/b' },
      { name: '../x' },
    ])) {
      const bench = openBench();
      const error = await refusal(bench, bytes);
      const isZip = format === 'zip';
      expect(error.message).toBe(
        isZip ? traversal : `${traversal} (at "../x", after 2 files and 0 folders were unpacked)`,
      );
      expect(unpacked(bench)).toEqual(isZip ? {} : { a: 'a', d: '/', 'd/b': '' });
    }
  });
});

describe('A9 paths of the request', () => {
  test.each(['../in', '/in', 'a\\b', 'c:/in', '\0'])('%j', async (path) => {
    const bench = openBench();
    writeFileSync(join(bench.root, 'in'), tar([{ name: 'a' }]));
    await expect(bench.extract({ archivePath: path })).rejects.toThrow(traversal);
    await expect(bench.extract({ destination: path })).rejects.toThrow(traversal);
    await expect(bench.pack({ outputName: path })).rejects.toThrow(traversal);
    await expect(bench.pack({ path })).rejects.toThrow(traversal);
    await expect(bench.pack({ paths: [path] })).rejects.toThrow(traversal);
    expect(tree(bench.root)).toHaveProperty('in');
  });

  test.each(['.', 'a/', '..x/', '...'])('%j is no name for an archive', async (outputName) => {
    await expect(openBench().pack({ outputName })).rejects.toThrow('output_name');
  });

  test('links that lead out: as archive, as destination, as the folder to pack, as its output', async () => {
    const bench = openBench();
    symlinkSync(bench.outside, join(bench.root, 'out'));
    writeFileSync(join(bench.root, 'in'), tar([{ name: 'a' }]));
    await expect(bench.extract({ archivePath: 'out/in' })).rejects.toThrow(traversal);
    await expect(bench.extract({ destination: 'out' })).rejects.toThrow(traversal);
    await expect(bench.extract({ destination: 'out/deep' })).rejects.toThrow(traversal);
    await expect(bench.pack({ path: 'out' })).rejects.toThrow(traversal);
    await expect(bench.pack({ outputName: 'out/x' })).rejects.toThrow(traversal);
    expect(tree(bench.outside)).toEqual({});
  });
});

describe('A9 links and devices', () => {
  test('that lead out are counted and never made; what goes through one lands in the volume', async () => {
    const bench = openBench();
    const bytes = tar([
      { name: 'l', type: '2', link: bench.outside },
      { name: 'l/x', bytes: 'x' },
      { name: 'hard', type: '1', link: '/etc/passwd' },
      { name: 'char', type: '3' },
      { name: 'block', type: '4' },
      { name: 'pipe', type: '6' },
    ]);
    writeFileSync(join(bench.root, 'in'), bytes);
    const done = await bench.extract();
    expect(done).toEqual({ files: 1, folders: 0, links: 0, skipped_links: 2, skipped_others: 3 });
    expect(unpacked(bench)).toEqual({ l: '/', 'l/x': 'x' });
    expect(tree(bench.outside)).toEqual({});
  });

  test('in a zip too', async () => {
    const bench = openBench();
    const parts = [
      { name: 'l', bytes: '/etc', unixMode: 0o120777 },
      { name: 'l/x', bytes: 'x' },
      { name: 'pipe', unixMode: 0o010644 },
    ];
    writeFileSync(join(bench.root, 'in'), zip(parts));
    expect(await bench.extract()).toEqual({
      files: 1,
      folders: 0,
      links: 0,
      skipped_links: 1,
      skipped_others: 1,
    });
    expect(unpacked(bench)).toEqual({ l: '/', 'l/x': 'x' });
  });

  test('a link that the container planted where a file goes leads nowhere', async () => {
    const bench = openBench();
    mkdirSync(join(bench.root, 'to'));
    symlinkSync(bench.outside, join(bench.root, 'to/l'));
    const error = await refusal(bench, tar([{ name: 'l/x', bytes: 'x' }]));
    expect(error.message.startsWith(traversal)).toBe(true);
  });

  test('set-id bits are dropped, and nothing comes out unusable for its owner', async () => {
    const bench = openBench();
    const bytes = tar([
      { name: 'd/', type: '5', mode: 0o7000 },
      { name: 'd/su', mode: 0o6755 },
      { name: 'd/none', mode: 0 },
    ]);
    writeFileSync(join(bench.root, 'in'), bytes);
    await bench.extract();
    const modes = ['d', 'd/su', 'd/none'].map((path) => info(join(bench.root, 'to', path)).split(' ')[0]);
    expect(modes).toEqual(['700', '755', '600']);
  });
});

describe('A9 bombs', () => {
  const huge = Buffer.alloc(110 * 1024 * 1024);

  test.each(someOf(['zip', 'tar.gz', 'tar.bz2'], 2))(
    '%s: what grows more than 200 times is refused, and no half file stays',
    async (format) => {
      const parts = [
        { name: 'a', bytes: 'a' },
        { name: 'bomb', bytes: huge },
      ];
      const compress = format === 'tar.gz' ? gzipSync : bzip2All;
      const bench = openBench();
      const error = await refusal(bench, format === 'zip' ? zip(parts) : await compress(tar(parts)));
      expect([error.code, error.message]).toEqual(['invalid', expect.stringContaining('200 times larger')]);
      expect(unpacked(bench)).toEqual(format === 'zip' ? {} : { a: 'a' });
    },
  );

  longTest('what is left out, and headers without end, count as well', async () => {
    const hidden = tar([{ name: 'l', type: '2', link: 'x', bytes: huge }]);
    const header = { name: 'p', type: 'x', bytes: Buffer.alloc(4_000_000) };
    for (const bytes of [hidden, tar(Array.from({ length: 30 }, () => header))]) {
      const error = await refusal(openBench(), gzipSync(bytes));
      expect(error.message).toContain('200 times larger');
    }
  });

  test('a zip that says less than it holds, or more', async () => {
    for (const size of [10, 5_000_000]) {
      const bench = openBench();
      const error = await refusal(bench, zip([{ name: 'a', bytes: Buffer.alloc(1_000_000), size }]));
      expect([error.code, error.message]).toEqual(['invalid', expect.stringContaining('damaged')]);
      expect(unpacked(bench)).toEqual({});
    }
  });

  test('A10: no more than the room is taken, and what could not be finished is given back', async () => {
    for (const [format, bytes] of await inEveryFormat([
      { name: 'a', bytes: Buffer.alloc(400_000, 'a') },
      { name: 'b', bytes: Buffer.alloc(700_000, 'b') },
    ])) {
      const room = bounded(1_000_000);
      const bench = openBench({ room });
      const error = await refusal(bench, bytes);
      expect([error.code, error.message]).toEqual([
        'out_of_space',
        expect.stringContaining('System out of storage'),
      ]);
      expect(unpacked(bench)).toEqual(format === 'zip' ? {} : { a: '400000 bytes' });
      expect(room.left()).toBe(format === 'zip' ? 1_000_000 : 600_000);
    }
  });

  test('A10: packing takes no more than the room either', async () => {
    for (const format of archiveFormats) {
      const bench = openBench({ room: bounded(1000) });
      writeFileSync(join(bench.root, 'a'), randomText(100_000));
      await expect(bench.pack({ format })).rejects.toMatchObject({ code: 'out_of_space' });
      expect(tree(bench.root)).toEqual({ a: '100000 bytes' });
    }
  });

  test('an archive in an archive is a file', async () => {
    const bench = openBench();
    const inner = zip([{ name: '../x', bytes: 'x' }]);
    writeFileSync(join(bench.root, 'in'), zip([{ name: 'inner.zip', bytes: inner }]));
    await bench.extract();
    expect(Object.keys(unpacked(bench))).toEqual(['inner.zip']);
  });

  test('too many entries', async () => {
    const guard = new ExtractionGuard({ archiveSize: 1e9, foldsNames: false, hasBound: false });
    const one = { name: 'd/l', kind: 'link', size: 0, target: 'x', mode: null, modifiedAt: null } as const;
    const admit = (): string => guard.admit({ ...one, content: none });
    for (let n = 0; n < 200_000; n += 1) admit();
    expect(admit).toThrow('more than 200000 entries');
    // A whole archive of so many takes seconds.
    const entry = tar([{ name: 'd/', type: '2', link: 'x' }], Buffer.alloc(0));
    for (let n = rounds('archives, one of 200,001 entries', 0, 1, 'archives'); n > 0; n -= 1) {
      const error = await refusal(openBench(), gzipSync(Buffer.alloc(200_001 * entry.length, entry)));
      expect(error.message).toContain('more than 200000 entries');
    }
  });

  test('a header of pax that is as long as a file', async () => {
    const error = await refusal(openBench(), tar([{ name: 'p', type: 'x', size: 500_000_000 }]));
    expect(error.message).toContain('damaged');
  });
});

describe('A9 names twice', () => {
  test('that differ in case alone, or in the way they are composed, where the system takes them for one', async () => {
    for (const pair of [
      ['A', 'a'],
      ['é', 'e\u0301'],
    ]) {
      const parts = pair.map((name) => ({ name, bytes: name }));
      for (const [, bytes] of await inEveryFormat(parts)) {
        const error = await refusal(openBench({ foldsNames: true }), bytes);
        expect(error.message).toContain('another file whose name is the same');
      }
      const bench = openBench();
      writeFileSync(join(bench.root, 'in'), zip(parts));
      await bench.extract();
      expect(Object.keys(unpacked(bench))).toHaveLength(2);
    }
  });

  test('a file where a folder must be', async () => {
    for (const [, bytes] of await inEveryFormat([
      { name: 'a', bytes: 'a' },
      { name: 'a/b', bytes: 'b' },
    ])) {
      const bench = openBench();
      const error = await refusal(bench, bytes);
      expect([error.code, error.message]).toEqual(['invalid', expect.stringContaining('after 1 files')]);
      expect(unpacked(bench)).toEqual({ a: 'a' });
    }
  });
});

describe('damaged archives', () => {
  const parts = Array.from({ length: 5 }, (_, i) => ({ name: `file ${i}`, bytes: randomText(3000) }));

  test('cut anywhere: 400, and every file that is there is whole', async () => {
    const cuts = rounds('archives, cut anywhere', 8, 24, 'cuts');
    for (const [format, bytes] of await inEveryFormat(parts)) {
      for (let part = 0; part < cuts; part++) {
        const bench = openBench();
        const error = await refusal(bench, bytes.subarray(0, Math.floor((bytes.length * part) / cuts)));
        expect([format, part, error.code]).toEqual([format, part, 'invalid']);
        for (const [name, text] of Object.entries(unpacked(bench)))
          expect([name, text]).toEqual([name, parts.find((one) => one.name === name)?.bytes]);
      }
    }
  });

  test('a tar that was cut between two entries', async () => {
    const bytes = tar(parts, Buffer.alloc(0));
    expect((await refusal(openBench(), bytes)).message).toContain('end mark');
  });

  test('bytes that were changed in a zip: the checksum tells', async () => {
    const bench = openBench();
    const stored = zip([{ name: 'a', bytes: 'good bytes', method: 0 }]);
    stored.write('evil bytes', stored.indexOf('good bytes'));
    expect((await refusal(bench, stored)).message).toContain('checksum');
    expect(unpacked(bench)).toEqual({});
  });

  test('random bytes behind every beginning never do harm', async () => {
    const count = rounds('archives, random bytes', 10, 30);
    for (const [, bytes] of await inEveryFormat(parts)) {
      for (let round = 0; round < count; round++) {
        const broken = Buffer.from(bytes);
        for (let i = 0; i < 5; i++) broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256);
        const bench = openBench();
        writeFileSync(join(bench.root, 'in'), broken);
        await bench.extract().catch((error: unknown) => expect(error).toBeInstanceOf(LightdeckError));
        expect(tree(bench.outside)).toEqual({});
      }
    }
  });
});

describe('what can’t be unpacked says why', () => {
  const cases: [string, Buffer, string][] = [
    ['an encrypted zip', zip([{ name: 'a', flags: 0x801 }]), 'encrypted'],
    ['strong encryption', zip([{ name: 'a', flags: 0x841 }]), 'encryption'],
    ['a zip with another compression', zip([{ name: 'a', method: 14 }]), '(14)'],
    ['a part of a tape', tar([{ name: 'a', type: 'M' }]), 'tapes'],
    [
      'a sparse file without its map',
      tar([{ name: 'p', type: 'x', bytes: '22 GNU.sparse.major=1\n' }, { name: 'a' }]),
      'sparse',
    ],
    [
      'a size that can’t be',
      tar([{ name: 'p', type: 'x', bytes: '13 size=-999\n' }, { name: 'a' }]),
      'damaged',
    ],
    [
      'text',
      Buffer.from('just some text'),
      'The file is no archive; zip, tar, tar.gz, tar.bz2, tar.xz, tar.zst can be unpacked',
    ],
    ['nothing', Buffer.alloc(0), 'The file is no archive'],
    ['gzip of text', gzipSync(randomText(5000)), 'There is no tar archive in this file'],
    ['gzip of little', gzipSync('x'), 'it ends before its first entry'],
    ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), 'The file is a 7z file'],
  ];
  test.each(cases)('%s', async (_what, bytes, words) => {
    const bench = openBench();
    const error = await refusal(bench, bytes);
    expect([error.code, error.message]).toEqual(['invalid', expect.stringContaining(words)]);
    expect(unpacked(bench)).toEqual({});
  });

  test('a folder, or nothing, as the archive', async () => {
    const bench = openBench();
    mkdirSync(join(bench.root, 'in'));
    await expect(bench.extract()).rejects.toThrow(LightdeckError);
    await expect(bench.extract({ archivePath: 'none' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test.skipIf(!has('archivers'))('sparse files, as tar really writes them', async () => {
    for (const format of ['gnu', 'pax']) {
      const bench = openBench();
      run(bench.root, 'truncate', '-s', '5M', 'a');
      run(bench.root, 'tar', '--sparse', `--format=${format}`, '-cf', 'in', 'a');
      await bench.extract();
      expect(unpacked(bench)).toEqual({ a: '5242880 bytes' });
    }
  });
});

test('CP437 and unmarked UTF-8 names', async () => {
  const bench = openBench();
  const parts = [
    { name: Buffer.from([0x81, 0x2e, 0x74]), flags: 0, bytes: 'dos' },
    { name: 'ü.unix', flags: 0, bytes: 'unix', unixMode: 0o100644 },
  ];
  writeFileSync(join(bench.root, 'in'), zip(parts));
  await bench.extract();
  expect(unpacked(bench)).toEqual({ 'ü.t': 'dos', 'ü.unix': 'unix' });
});

function bounded(bytes: number) {
  let left = bytes;
  return {
    take(more: number): void {
      if (more > left) throw new LightdeckError('out_of_space', 'System out of storage');
      left -= more;
    },
    left: () => left,
  };
}

/** A fixed series, so that a failure can be repeated. */
let seed = 1;
function random(): number {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
}

function randomText(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(random() * 90))).join('');
}

async function* none(): AsyncGenerator<Uint8Array> {}
