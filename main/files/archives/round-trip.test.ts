import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { archiveFormats } from '../../../shared/http/archives.ts';
import { someOf } from '../../../tests/support/lane.ts';
import { has } from '../../../tests/support/requirements.ts';
import { type Bench, info, openBench, run, tree } from './archives.test-helper.ts';
import { pack } from './pack.ts';

/** Even, since unzip reads the older field that counts in steps of two seconds. */
const time = 1_600_000_000;
const longName = `${'deep/'.repeat(30)}${'n'.repeat(200)}.txt`;

/** Files of all kinds: empty, large, long and odd names, modes, an empty folder. */
function furnish(root: string): void {
  mkdirSync(join(root, 'empty folder'), { recursive: true });
  mkdirSync(join(root, 'deep/'.repeat(30)), { recursive: true });
  writeFileSync(join(root, longName), 'long');
  writeFileSync(join(root, 'empty'), '');
  writeFileSync(join(root, 'Ünïcode 世界 🎮.txt'), 'text');
  writeFileSync(join(root, '-rf'), 'a name like an option');
  writeFileSync(join(root, 'run.sh'), '#!/bin/sh\n');
  writeFileSync(join(root, 'noise'), randomBytes(3_000_000));
  chmodSync(join(root, 'run.sh'), 0o750);
  chmodSync(join(root, 'empty folder'), 0o700);
  for (const path of ['run.sh', 'noise', 'empty folder']) utimesSync(join(root, path), time, time);
}

const unpackers = {
  zip: ['unzip', '-q', '../pack/out.zip'],
  tar: ['tar', '-xf', '../pack/out.tar'],
  'tar.gz': ['tar', '-xzf', '../pack/out.tar.gz'],
  'tar.bz2': ['tar', '-xjf', '../pack/out.tar.bz2'],
} as const;
const packers = {
  zip: ['zip', '-qr', '../in', '.'],
  tar: ['tar', '-cf', '../in', '.'],
  'tar.gz': ['tar', '-czf', '../in', '.'],
  'tar.bz2': ['tar', '-cjf', '../in', '.'],
} as const;

function expectSame(bench: Bench, from: string, to: string): void {
  const [a, b] = [join(bench.root, from), join(bench.root, to)];
  expect(tree(b)).toEqual(tree(a));
  expect(readFileSync(join(b, 'noise')).equals(readFileSync(join(a, 'noise')))).toBe(true);
  for (const path of ['run.sh', 'empty folder', 'noise'])
    expect([path, info(join(b, path))]).toEqual([path, info(join(a, path))]);
}

describe.each(someOf(archiveFormats, 3))('A9 %s', (format) => {
  test('what is packed is what comes out, with modes and times', async () => {
    const bench = openBench();
    furnish(join(bench.root, 'from'));
    const packed = await bench.pack({ format, path: 'from', outputName: 'copy' });
    expect(packed).toMatchObject({ archive_path: `from/copy.${format}`, files: 6, folders: 31, changed: 0 });
    await bench.jail.rename(packed.archive_path, 'in');
    const extracted = await bench.extract();
    expect(extracted).toEqual({ files: 6, folders: 31, links: 0, skipped_links: 0, skipped_others: 0 });
    expectSame(bench, 'from', 'to');
    expect(Object.keys(tree(bench.root)).filter((path) => path.includes('unfinished'))).toEqual([]);
  });

  test.skipIf(!has('archivers'))('the command line tool reads what we write', async () => {
    const bench = openBench();
    furnish(join(bench.root, 'pack'));
    mkdirSync(join(bench.root, 'to'));
    await bench.pack({ format, path: 'pack' });
    const [program, ...options] = unpackers[format];
    run(join(bench.root, 'to'), program, ...options);
    await bench.jail.remove(`pack/out.${format}`);
    expectSame(bench, 'pack', 'to');
  });

  test.skipIf(!has('archivers'))('we read what the command line tool writes', async () => {
    const bench = openBench();
    furnish(join(bench.root, 'from'));
    const [program, ...options] = packers[format];
    run(join(bench.root, 'from'), program, ...options);
    // zip puts its ending on by itself.
    await bench.extract({ archivePath: format === 'zip' ? 'in.zip' : 'in' });
    expectSame(bench, 'from', 'to');
  });

  test('an empty folder makes an archive that can be unpacked', async () => {
    const bench = openBench();
    mkdirSync(join(bench.root, 'none'));
    const { archive_path } = await bench.pack({ format, path: 'none' });
    await bench.extract({ archivePath: archive_path });
    expect(tree(join(bench.root, 'to'))).toEqual({});
  });

  test('the archive holds neither itself, nor its forerunner, nor links that lead out', async () => {
    const bench = openBench();
    writeFileSync(join(bench.root, 'a'), 'a');
    symlinkSync('a', join(bench.root, 'inside'));
    symlinkSync(bench.outside, join(bench.root, 'outside'));
    await bench.pack({ format });
    const packed = await bench.pack({ format });
    expect(packed).toMatchObject({ files: 1, folders: 0, links: 1, skipped_links: 1, skipped_others: 0 });
    await bench.extract({ archivePath: packed.archive_path });
    expect(tree(join(bench.root, 'to'))).toEqual({ a: 'a', inside: 'link' });
  });

  test('some paths alone, each once', async () => {
    const bench = openBench();
    for (const folder of ['a', 'b', 'a/c']) mkdirSync(join(bench.root, folder));
    for (const file of ['a/1', 'a/c/2', 'b/3', '4']) writeFileSync(join(bench.root, file), file);
    await bench.pack({ format, paths: ['a', 'a/c', './a/1', '4'], outputName: 'sub/out' });
    await bench.extract({ archivePath: `sub/out.${format}` });
    expect(tree(join(bench.root, 'to'))).toEqual({
      '4': '4',
      a: '/',
      'a/1': 'a/1',
      'a/c': '/',
      'a/c/2': 'a/c/2',
    });
  });
});

test('names that could not be unpacked again are left out, and counted', async () => {
  const bench = openBench();
  writeFileSync(join(bench.root, 'back\\slash'), 'x');
  writeFileSync(join(bench.root, 'good'), 'x');
  for (const format of archiveFormats)
    expect(await bench.pack({ format, paths: ['.'], outputName: 'sub/x' })).toMatchObject({
      skipped_others: 1,
    });
});

test('an ending that is there is not put on twice', async () => {
  const bench = openBench();
  expect((await bench.pack({ outputName: 'x.zip' })).archive_path).toBe('x.zip');
});

test.each(someOf(archiveFormats, 3))(
  '%s: a file that shrinks while it is packed is filled up with zeros, and told',
  async (format) => {
    const bench = openBench();
    const path = join(bench.root, 'a');
    writeFileSync(path, Buffer.alloc(2_000_000, 1));
    writeFileSync(join(bench.root, 'b'), 'b');
    const shrink = () => truncateSync(path, 1_000_000);
    const options = {
      format,
      path: '',
      paths: ['a', 'b'],
      outputName: 'out',
      roomLeft: () => 1e9,
      signal: AbortSignal.timeout(60_000),
    };
    const packed = await pack({ ...options, jail: bench.jail, onProgress: shrink });
    expect(packed).toMatchObject({ files: 2, changed: 1 });
    await bench.extract({ archivePath: packed.archive_path });
    const bytes = readFileSync(join(bench.root, 'to/a'));
    expect([bytes.length, bytes.at(999_999), bytes.at(1_999_999)]).toEqual([2_000_000, 1, 0]);
    expect(readFileSync(join(bench.root, 'to/b'), 'latin1')).toBe('b');
  },
);

test.skipIf(!has('archivers'))('GNU, pax and old tars with long names are read', async () => {
  for (const kind of ['gnu', 'pax', 'oldgnu', 'ustar']) {
    const bench = openBench();
    mkdirSync(join(bench.root, 'from'));
    const name = `${'x'.repeat(99)}/`.repeat(kind === 'ustar' ? 1 : 3);
    mkdirSync(join(bench.root, 'from', name), { recursive: true });
    writeFileSync(join(bench.root, 'from', name, 'file'), kind);
    run(join(bench.root, 'from'), 'tar', `--format=${kind}`, '-cf', '../in', '.');
    await bench.extract();
    expect(tree(join(bench.root, 'to'))).toEqual(tree(join(bench.root, 'from')));
  }
});

test.skipIf(!has('archivers'))('a tar with something appended: the later file counts', async () => {
  const bench = openBench();
  writeFileSync(join(bench.root, 'a'), 'old');
  run(bench.root, 'tar', '-cf', 'in', 'a');
  writeFileSync(join(bench.root, 'a'), 'new');
  run(bench.root, 'tar', '-rf', 'in', 'a');
  await bench.extract();
  expect(tree(join(bench.root, 'to'))).toEqual({ a: 'new' });
});
