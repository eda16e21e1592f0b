import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archiveFormats } from '../../../shared/http/archives.ts';
import { longTest, rounds, someOf } from '../../../tests/support/lane.ts';
import { until } from '../../../tests/support/until.ts';
import { openBench, tree } from './archives.test-helper.ts';
import { extract } from './extract.ts';
import { pack } from './pack.ts';

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

function fill(folder: string, files: number, size: number): void {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < files; i++) writeFileSync(join(folder, `${i}`), randomBytes(size));
}

/** Work that is broken off when it has told of its progress `times` times. */
function brokenOff(times: number) {
  const gone = new AbortController();
  let count = 0;
  const onProgress = (): void => {
    count += 1;
    if (count === times) gone.abort(new Error('gone'));
  };
  return { signal: gone.signal, onProgress };
}

/** bzip2 takes a second for each of them. */
const moments = (format: string, all: number[]): number[] =>
  format === 'tar.bz2' ? all.slice(0, rounds('archives, breaking off bzip2', 3, all.length, 'moments')) : all;

test.each(someOf(archiveFormats, 3))(
  'A9 %s: packing that is broken off; the older archive stays',
  async (format) => {
    const { root, jail } = openBench();
    fill(join(root, 'from'), 3, 1_500_000);
    writeFileSync(join(root, `from/out.${format}`), 'the older one');
    const request = { jail, format, path: 'from', paths: null, outputName: 'out', roomLeft: () => 1e9 };
    for (const times of moments(format, [1, 6, 13, 2, 5, 7, 8, 18]))
      await expect(pack({ ...request, ...brokenOff(times) })).rejects.toThrow('gone');
    expect(tree(join(root, 'from'))[`out.${format}`]).toBe('the older one');
    expect(readdirSync(root)).toEqual(['from']);
  },
);

test.each(someOf(archiveFormats, 3))(
  'A9 %s: unpacking that is broken off; what is there is whole',
  async (format) => {
    const { root, jail, ...bench } = openBench();
    fill(join(root, 'from'), 20, 120_000);
    const { archive_path } = await bench.pack({ format, path: 'from', outputName: 'in' });
    const request = {
      jail,
      archivePath: archive_path,
      destination: 'to',
      foldsNames: false,
      roomLeft: () => 1e9,
    };
    for (const times of moments(format, [1, 3, 5, 2, 4]))
      await expect(extract({ ...request, ...brokenOff(times) })).rejects.toThrow('gone');
    const there = readdirSync(join(root, 'to'));
    expect(there.length).toBeLessThan(20);
    for (const name of there)
      expect([name, digest(join(root, 'to', name))]).toEqual([name, digest(join(root, 'from', name))]);
    expect(readdirSync(root).sort()).toEqual(['from', 'to']);
  },
);

longTest('A9 a host that stops breaks the work off, says so, and begins no other', async () => {
  const bench = openBench();
  fill(join(bench.root, 'from'), 40, 1_000_000);
  const { archive_path } = await bench.pack({ path: 'from', format: 'tar.gz' });
  bench.told.length = 0;
  const refused = expect(bench.extract({ archivePath: archive_path })).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringMatching(
      /^The host is stopping.*\(at "\d+", after \d+ files and 0 folders were unpacked\)$/,
    ),
  });
  await until(() => bench.told.length > 0, { what: 'progress', everyMs: 5 });
  await bench.archives.close();
  await refused;
  expect(readdirSync(bench.root).sort()).toEqual(['from', 'to']);
  await expect(bench.pack({})).rejects.toThrow('stopping');
});

test('A9 one archive at a time for a volume, two for the host', async () => {
  const bench = openBench();
  fill(join(bench.root, 'from'), 3, 5_000_000);
  const gone = new AbortController();
  const request = { format: 'tar.gz', path: 'from', paths: null, outputName: 'x' } as const;
  const first = bench.archives.pack('v', request, gone.signal).catch(() => 'ended');
  await expect(bench.archives.pack('v', request, gone.signal)).rejects.toMatchObject({ code: 'busy' });
  const second = bench.archives.pack('w', request, gone.signal).catch(() => 'ended');
  await expect(bench.archives.pack('x', request, gone.signal)).rejects.toMatchObject({ code: 'busy' });
  gone.abort(new Error('gone'));
  expect(await Promise.all([first, second])).toEqual(['ended', 'ended']);
  await bench.archives.pack('v', { ...request, paths: ['0'] }, new AbortController().signal);
});

longTest('X5 progress: at most five a second, growing, and the last one tells the end', async () => {
  const bench = openBench();
  fill(join(bench.root, 'from'), 4, 1_000_000);
  for (const format of archiveFormats) {
    bench.told.length = 0;
    const began = performance.now();
    const { archive_path } = await bench.pack({ format, path: 'from', paths: ['0', '1', '2', '3'] });
    const told = bench.told.map(({ current }) => current);
    expect(told.length).toBeLessThanOrEqual(2 + (performance.now() - began) / 200);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(bench.told.at(-1)).toEqual({
      phase: 'archive',
      current: 4_000_000,
      total: 4_000_000,
      text: 'Packing out',
    });
    await bench.extract({ archivePath: archive_path, destination: format });
    const { current, total } = bench.told.at(-1) ?? {};
    expect([format, current]).toEqual([format, total]);
  }
});

test('A9 bzip2 leaves the event loop free', async () => {
  const bench = openBench();
  fill(join(bench.root, 'from'), 1, 3_600_000);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  const began = performance.now();
  await bench.pack({ format: 'tar.bz2', path: 'from' });
  clearInterval(timer);
  // Were it done here, a block of a tenth of a second would stand between two ticks.
  expect(ticks).toBeGreaterThan((performance.now() - began) / 50);
});
