import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { has } from '../../../tests/support/requirements.ts';
import { openBench, run, tree } from './archives.test-helper.ts';

const programs = { xz: ['xz', '-T2'], zst: ['zstd', '-q', '--rm'], gz: ['gzip'], bz2: ['bzip2'] } as const;
const endings = ['xz', 'zst', 'gz', 'bz2'] as const;

/** The file becomes one with this ending behind its name. */
function compress(root: string, name: string, ending: (typeof endings)[number], ...options: string[]): void {
  const [program, ...always] = programs[ending];
  run(root, program, ...always, ...options, name);
}

describe.skipIf(!has('archivers'))('as the programs write them', () => {
  test.each(['xz', 'zst'] as const)('F23 tar.%s', async (ending) => {
    const bench = openBench();
    mkdirSync(join(bench.root, 'from/d'), { recursive: true });
    writeFileSync(join(bench.root, 'from/noise'), randomBytes(1_000_000));
    writeFileSync(join(bench.root, 'from/d/text'), 'line\n'.repeat(300_000));
    run(join(bench.root, 'from'), 'tar', '-cf', '../in', '.');
    compress(bench.root, 'in', ending);
    await bench.extract({ archivePath: `in.${ending}` });
    expect(tree(join(bench.root, 'to'))).toEqual(tree(join(bench.root, 'from')));
    for (const name of ['noise', 'd/text'])
      expect(
        readFileSync(join(bench.root, 'to', name)).equals(readFileSync(join(bench.root, 'from', name))),
      ).toBe(true);
  });

  test.each(['xz', 'zst'] as const)(
    'F23 tar.%s: cut or broken is told, and so is what needs too much memory',
    async (ending) => {
      const bench = openBench();
      writeFileSync(join(bench.root, 'a'), randomBytes(400_000));
      run(bench.root, 'tar', '-cf', 'in', 'a');
      compress(bench.root, 'in', ending);
      const whole = readFileSync(join(bench.root, `in.${ending}`));
      for (const length of [5, 20, 100_000, whole.length - 200]) {
        truncateSync(join(bench.root, `in.${ending}`), length);
        await expect(bench.extract({ archivePath: `in.${ending}` })).rejects.toMatchObject({
          code: 'invalid',
        });
      }
      const broken = Buffer.from(whole).fill(0xaa, 8, 40);
      writeFileSync(join(bench.root, 'broken'), broken);
      await expect(bench.extract({ archivePath: 'broken' })).rejects.toMatchObject({ code: 'invalid' });
      expect(tree(join(bench.root, 'to'))).toEqual({});
    },
  );

  test('F23 a frame of zstd that asks for gigabytes gets none', async () => {
    const bench = openBench();
    const frame = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0]), Buffer.alloc(40)]);
    writeFileSync(join(bench.root, 'in'), frame);
    await expect(bench.extract()).rejects.toThrow('more memory');
  });

  test('F23 breaking off ends the thread', async () => {
    const bench = openBench();
    writeFileSync(join(bench.root, 'a'), randomBytes(2_000_000));
    run(bench.root, 'tar', '-cf', 'in', 'a');
    compress(bench.root, 'in', 'xz', '-0');
    const gone = new AbortController();
    const work = bench.extract({ archivePath: 'in.xz' }, gone.signal);
    gone.abort(new Error('gone'));
    await expect(work).rejects.toThrow('gone');
  });

  test.each(endings)('F22 a lone file.%s becomes the file, of several streams too', async (ending) => {
    const bench = openBench();
    for (const part of ['one', 'two']) {
      writeFileSync(join(bench.root, part), `${part}\n`.repeat(50_000));
      compress(bench.root, part, ending);
    }
    const parts = ['one', 'two'].map((part) => readFileSync(join(bench.root, `${part}.${ending}`)));
    mkdirSync(join(bench.root, 'logs'));
    writeFileSync(join(bench.root, `logs/latest.log.${ending}`), Buffer.concat(parts));
    const done = await bench.extract({ archivePath: `logs/latest.log.${ending}`, destination: 'logs' });
    expect(done).toMatchObject({ files: 1, folders: 0 });
    const text = readFileSync(join(bench.root, 'logs/latest.log'), 'utf8');
    expect(text).toBe('one\n'.repeat(50_000) + 'two\n'.repeat(50_000));
  });
});

test('F22 a lone file that begins with zeros, and an empty one, are no empty tars', async () => {
  const bench = openBench();
  for (const [name, bytes] of [
    ['zeros', Buffer.alloc(5000)],
    ['zeros and more', Buffer.concat([Buffer.alloc(512), Buffer.from('more')])],
    ['empty', Buffer.alloc(0)],
  ] as const) {
    writeFileSync(join(bench.root, `${name}.GZ`), gzipSync(bytes));
    expect((await bench.extract({ archivePath: `${name}.GZ` })).files).toBe(1);
    expect(readFileSync(join(bench.root, 'to', name)).equals(bytes)).toBe(true);
  }
});

test('F22 what says that it is a tar, and is none, is no success', async () => {
  const bench = openBench();
  for (const name of ['x.tar.gz', 'x.tgz', 'x']) {
    writeFileSync(join(bench.root, name), gzipSync('x'.repeat(2000)));
    await expect(bench.extract({ archivePath: name })).rejects.toThrow(
      'There is no tar archive in this file',
    );
  }
  writeFileSync(join(bench.root, 'data.mdb'), Buffer.concat([Buffer.alloc(4096), Buffer.alloc(4096, 1)]));
  await expect(bench.extract({ archivePath: 'data.mdb' })).rejects.toThrow('There is no tar archive');
});

test('F22 A9 a damaged lone file leaves nothing', async () => {
  const bench = openBench();
  const bytes = gzipSync(randomBytes(100_000));
  writeFileSync(join(bench.root, 'a.log.gz'), bytes.subarray(0, 50_000));
  await expect(bench.extract({ archivePath: 'a.log.gz' })).rejects.toMatchObject({ code: 'invalid' });
  expect(tree(join(bench.root, 'to'))).toEqual({});
});
