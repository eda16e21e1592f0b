import {
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { archiveFormats } from '../../../shared/http/archives.ts';
import { rounds, someOf } from '../../../tests/support/lane.ts';
import { has } from '../../../tests/support/requirements.ts';
import { openBench, run, tar, tree, zip } from './archives.test-helper.ts';

/** A zip of that many entries, of which the last alone is a file, and an end record that says this of them. */
function counted(entries: number, said: number): Buffer {
  const bytes = zip(
    Array.from({ length: entries }, (_, i) => ({
      name: `${i}`,
      method: 0,
      // Pipes are counted and not made: this is about the list, not about the disk.
      unixMode: i < entries - 1 ? 0o010644 : 0o100644,
    })),
  );
  bytes.writeUInt16LE(said, bytes.length - 22 + 8);
  bytes.writeUInt16LE(said, bytes.length - 22 + 10);
  return bytes;
}

describe('F1 a zip whose list counts in 16 bits', () => {
  test('as if it had none, or one: all of them come out', async () => {
    const lists = [65_536, 131_073];
    for (const entries of lists.slice(0, rounds('archives, lists that wrap', 1, lists.length, 'lists'))) {
      const bench = openBench();
      writeFileSync(join(bench.root, 'in'), counted(entries, entries % 65_536));
      expect(await bench.extract()).toMatchObject({ files: 1, skipped_others: entries - 1 });
    }
  });

  test.each([
    ['fewer than there are', 3, 2],
    ['none', 3, 0],
    ['more than there are', 3, 5],
  ])('an end record that says %s is no success', async (_what, entries, said) => {
    const bench = openBench();
    writeFileSync(join(bench.root, 'in'), counted(entries, said));
    await expect(bench.extract()).rejects.toThrow(`its list has ${entries} entries, its end says ${said}`);
    expect(tree(bench.root)).toEqual({ in: expect.anything() });
  });

  test('a list that is longer than its end record says', async () => {
    const bench = openBench();
    const bytes = zip(['a', 'b', 'c'].map((name) => ({ name })));
    const at = bytes.length - 22;
    const entry = 46 + 1;
    // As if the first entry belonged to something else.
    bytes.writeUInt32LE(bytes.readUInt32LE(at + 12) - entry, at + 12);
    bytes.writeUInt16LE(2, at + 10);
    writeFileSync(join(bench.root, 'in'), bytes);
    await expect(bench.extract()).rejects.toThrow('damaged');
  });
});

describe('F12 hard links in a tar', () => {
  const links = [
    { name: 'bin/soft.txt', bytes: 'the bytes', mode: 0o755 },
    { name: 'lib/hard.txt', type: '1', link: 'bin/soft.txt' },
    { name: 'lib/again.txt', type: '1', link: './lib/hard.txt' },
    { name: 'lib/slash.txt', type: '1', link: '/bin/soft.txt' },
  ];

  test('are files', async () => {
    const bench = openBench();
    writeFileSync(join(bench.root, 'in'), tar(links));
    expect(await bench.extract()).toMatchObject({ files: 4, skipped_links: 0 });
    for (const name of ['hard', 'again', 'slash'])
      expect(readFileSync(join(bench.root, `to/lib/${name}.txt`), 'utf8')).toBe('the bytes');
  });

  test('to what is not in the archive are counted, also where a file of that name is', async () => {
    const bench = openBench();
    mkdirSync(join(bench.root, 'to'));
    writeFileSync(join(bench.root, 'to/own'), 'own');
    const bytes = tar([
      { name: 'a', type: '1', link: 'later' },
      { name: 'b', type: '1', link: 'own' },
      { name: 'later', bytes: 'x' },
    ]);
    writeFileSync(join(bench.root, 'in'), bytes);
    expect(await bench.extract()).toMatchObject({ files: 1, skipped_links: 2 });
    expect(tree(join(bench.root, 'to'))).toEqual({ own: 'own', later: 'x' });
  });

  test('that lead out are refused like any name that does', async () => {
    const bench = openBench();
    writeFileSync(join(bench.outside, 'secret'), 'secret');
    const bytes = tar([{ name: 'a', type: '1', link: '../../outside/secret' }]);
    writeFileSync(join(bench.root, 'in'), bytes);
    await expect(bench.extract()).rejects.toThrow('Invalid path');
  });

  test('take room like files', async () => {
    let left = 1000;
    const room = {
      take: (bytes: number) => {
        left -= bytes;
      },
      left: () => left,
    };
    const bench = openBench({ room });
    const bytes = tar([
      { name: 'a', bytes: Buffer.alloc(400, 1) },
      ...['b', 'c'].map((name) => ({ name, type: '1', link: 'a' })),
    ]);
    writeFileSync(join(bench.root, 'in'), bytes);
    await expect(bench.extract()).rejects.toMatchObject({ code: 'out_of_space' });
    expect(Object.keys(tree(join(bench.root, 'to')))).toEqual(['a', 'b']);
  });

  test.skipIf(!has('archivers'))('as GNU tar writes them', async () => {
    for (const kind of ['gnu', 'pax', 'ustar', 'v7']) {
      const bench = openBench();
      mkdirSync(join(bench.root, 'from'));
      writeFileSync(join(bench.root, 'from/a'), 'bytes');
      linkSync(join(bench.root, 'from/a'), join(bench.root, 'from/b'));
      run(join(bench.root, 'from'), 'tar', `--format=${kind}`, '-cf', '../in', '.');
      await bench.extract();
      expect(tree(join(bench.root, 'to'))).toEqual({ a: 'bytes', b: 'bytes' });
    }
  });
});

/** A folder with names that are no UTF-8: a file, and a folder with a file in it. */
function furnishOddNames(root: string): Buffer[] {
  const path = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(bytes)]);
  const [file, folder, deep] = [path(0x4a, 0xfc, 0x72), path(0xce, 0xc4), path(0xce, 0xc4, 0x2f, 0xff)];
  const long = path(...Array.from({ length: 200 }, () => 0xe9));
  mkdirSync(root, { recursive: true });
  mkdirSync(folder);
  for (const one of [file, deep, long]) writeFileSync(one, 'odd');
  return [file, deep, long];
}

describe('F25 F10 names that are no UTF-8', () => {
  test.each(archiveFormats)('%s: nothing is left out silently', async (format) => {
    const bench = openBench();
    const files = furnishOddNames(join(bench.root, 'from'));
    const packed = await bench.pack({ format, path: 'from', paths: ['.'], outputName: 'sub/out' });
    if (format === 'zip') expect(packed).toMatchObject({ files: 0, folders: 0, skipped_others: 4 });
    else {
      expect(packed).toMatchObject({ files: 3, folders: 1, skipped_others: 0 });
      await bench.extract({ archivePath: packed.archive_path, destination: 'back' });
      for (const file of files) {
        const back = Buffer.from(file.toString('latin1').replace('/from/', '/back/'), 'latin1');
        expect(readFileSync(back, 'utf8')).toBe('odd');
      }
    }
  });

  test.skipIf(!has('archivers'))('tar reads them from us, and we from tar and zip', async () => {
    const bench = openBench();
    const files = furnishOddNames(join(bench.root, 'from'));
    await bench.pack({ format: 'tar', path: 'from', outputName: 'x' });
    mkdirSync(join(bench.root, 'back'));
    run(join(bench.root, 'back'), 'tar', '-xf', '../from/x.tar');
    await bench.jail.remove('from/x.tar');
    for (const kind of ['gnu', 'pax']) {
      run(join(bench.root, 'from'), 'tar', `--format=${kind}`, '-cf', `../${kind}.tar`, '.');
      await bench.extract({ archivePath: `${kind}.tar`, destination: kind });
    }
    run(join(bench.root, 'from'), 'zip', '-qr', '../zip.zip', '.');
    await bench.extract({ archivePath: 'zip.zip', destination: 'zip' });
    for (const folder of ['back', 'gnu', 'pax', 'zip'])
      for (const file of files) {
        const back = Buffer.from(file.toString('latin1').replace('/from/', `/${folder}/`), 'latin1');
        expect([folder, readFileSync(back, 'utf8')]).toEqual([folder, 'odd']);
      }
  });

  test('a path of the request may be one', async () => {
    const bench = openBench();
    furnishOddNames(join(bench.root, 'from'));
    const packed = await bench.pack({
      format: 'tar',
      path: 'from/\\xce\\xc4',
      paths: ['\\xff'],
      outputName: 'o',
    });
    expect(packed).toMatchObject({ archive_path: 'from/\\xce\\xc4/o.tar', files: 1 });
    expect(await bench.pack({ path: 'from', paths: ['J\\xfcr'] })).toMatchObject({ skipped_others: 1 });
  });
});

describe('F5 what we make we can read', () => {
  const bounded = () => {
    let left = 1024 ** 3;
    return {
      take: (bytes: number) => {
        left -= bytes;
      },
      left: () => left,
    };
  };

  test.each(someOf(archiveFormats, 3))(
    '%s: a preallocated file, and a log that repeats itself',
    async (format) => {
      const bench = openBench({ room: bounded() });
      mkdirSync(join(bench.root, 'from'));
      writeFileSync(join(bench.root, 'from/data.mdb'), '');
      truncateSync(join(bench.root, 'from/data.mdb'), 110 * 1024 * 1024);
      writeFileSync(
        join(bench.root, 'from/latest.log'),
        'Can’t keep up! Is the server overloaded?\n'.repeat(100_000),
      );
      const packed = await bench.pack({ format, path: 'from' });
      await bench.extract({ archivePath: packed.archive_path });
      for (const name of ['data.mdb', 'latest.log'])
        expect(statSync(join(bench.root, 'to', name)).size).toBe(
          statSync(join(bench.root, 'from', name)).size,
        );
      // Holes stay holes.
      expect(statSync(join(bench.root, 'to/data.mdb')).blocks).toBeLessThan(2000);
    },
  );
});

describe('F6 times that a format can’t say', () => {
  const year = (year: number): number => Date.UTC(year, 5, 1) / 1000;

  test.each(archiveFormats)('%s: files and folders from before 1970 and after 2107', async (format) => {
    const bench = openBench();
    for (const folder of ['from', 'from/old', 'from/new']) mkdirSync(join(bench.root, folder));
    const times = { 'from/a': 1969, 'from/b': 2040, 'from/c': 2150, 'from/old': 1902, 'from/new': 2300 };
    for (const [path, at] of Object.entries(times)) {
      if (!path.includes('old') && !path.includes('new')) writeFileSync(join(bench.root, path), path);
      utimesSync(join(bench.root, path), new Date(year(at) * 1000), new Date(year(at) * 1000));
    }
    const packed = await bench.pack({ format, path: 'from', paths: ['a', 'b', 'c', 'old', 'new'] });
    expect(packed.clamped_times).toBe(format === 'zip' ? 4 : 0);
    await bench.extract({ archivePath: packed.archive_path });
    const back = Object.keys(times).map(
      (path) => statSync(join(bench.root, path.replace('from', 'to'))).mtime,
    );
    const years = back.map((date) => date.getUTCFullYear());
    expect(years).toEqual(format === 'zip' ? [1970, 2040, 2107, 1970, 2107] : [1969, 2040, 2150, 1902, 2300]);
  });

  test('a tar with times out of all bounds', async () => {
    const bench = openBench();
    const pax = (text: string) => ({ name: 'p', type: 'x', bytes: `${text.length + 4} ${text}\n` });
    const bytes = tar([
      pax('mtime=9e99'),
      { name: 'a' },
      pax('mtime=-9e99'),
      { name: 'b' },
      pax('mtime=xx'),
      { name: 'c' },
    ]);
    writeFileSync(join(bench.root, 'in'), bytes);
    expect((await bench.extract()).files).toBe(3);
  });
});

describe('F13 symbolic links that stay inside', () => {
  test.each(archiveFormats)('%s: are kept, and led out of the volume they never are', async (format) => {
    const bench = openBench();
    mkdirSync(join(bench.root, 'from/libraries/net'), { recursive: true });
    writeFileSync(join(bench.root, 'from/libraries/net/unix_args.txt'), 'args');
    const link = (target: string, path: string) => symlinkSync(target, join(bench.root, 'from', path));
    link('libraries/net/unix_args.txt', 'unix_args.txt');
    link('/home/container/from/libraries', 'absolute');
    link('not there yet', 'dangling');
    link('../../../outside', 'out');
    link('/etc/passwd', 'passwd');
    link('circle', 'circle');
    const packed = await bench.pack({ format, path: 'from' });
    expect(packed).toMatchObject({ files: 1, links: 3, skipped_links: 3 });
    const done = await bench.extract({ archivePath: packed.archive_path });
    expect(done).toMatchObject({ files: 1, links: 3, skipped_links: 0 });
    const read = (path: string) => readlinkSync(join(bench.root, 'to', path));
    expect(['unix_args.txt', 'absolute', 'dangling'].map(read)).toEqual([
      'libraries/net/unix_args.txt',
      '/home/container/from/libraries',
      'not there yet',
    ]);
    expect(readFileSync(join(bench.root, 'to/unix_args.txt'), 'utf8')).toBe('args');
    // Once more over what is there.
    expect(await bench.extract({ archivePath: packed.archive_path })).toEqual(done);
  });

  const attacks: [string, { name: string; link?: string; bytes?: string }[]][] = [
    [
      'up and out',
      [
        { name: 'l', link: '../../outside' },
        { name: 'l/x', bytes: 'x' },
      ],
    ],
    ['absolute', [{ name: 'l', link: '/etc' }]],
    ['a neighbour of the home', [{ name: 'l', link: '/home/container2' }]],
    [
      'two steps',
      [
        { name: 'a', link: 'b/../../..' },
        { name: 'b', link: '.' },
      ],
    ],
    [
      'two steps, the other way round',
      [
        { name: 'b', link: '.' },
        { name: 'a', link: 'b/../../../outside' },
      ],
    ],
    [
      'a file first, then a link in its folder’s place',
      [
        { name: 'd/x', bytes: 'x' },
        { name: 'd', link: '../../outside' },
      ],
    ],
    [
      'by the absolute root',
      [
        { name: 'd/r', link: '/home/container' },
        { name: 'd/l', link: 'r/../outside/secret' },
      ],
    ],
  ];
  test.each(attacks)('A9 %s: no link leads out, and nothing is written outside', async (_what, parts) => {
    const inTar = tar(parts.map((part) => (part.link ? { ...part, type: '2' } : part)));
    const inZip = zip(
      parts.map(({ name, link, bytes = '' }) =>
        link ? { name, bytes: link, unixMode: 0o120777 } : { name, bytes },
      ),
    );
    for (const bytes of [inTar, inZip]) {
      const bench = openBench();
      writeFileSync(join(bench.outside, 'secret'), 'secret');
      writeFileSync(join(bench.root, 'in'), bytes);
      const done = await bench.extract();
      expect(done.skipped_links).toBeGreaterThan(0);
      expect(tree(bench.outside)).toEqual({ secret: 'secret' });
      for (const { name, link } of parts) {
        if (!link) continue;
        const stats = lstatSync(join(bench.root, 'to', name), { throwIfNoEntry: false });
        if (stats?.isSymbolicLink()) await bench.jail.readLink(`to/${name}`);
      }
    }
  });
});
