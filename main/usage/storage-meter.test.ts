import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { folderSize } from './folder-size.ts';
import { StorageMeter } from './storage-meter.ts';

const mib = 1024 * 1024;
const noRest = { rest: async () => {} };

function fill(folder: string): void {
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  writeFileSync(join(folder, 'a/b/one'), Buffer.alloc(2 * mib, 1));
  writeFileSync(join(folder, 'two ü\n'), Buffer.alloc(mib, 1));
}

describe('the size of a folder', () => {
  test('is that of its files on disk; names of one file count once, links and holes as nothing', async () => {
    const [folder, outside] = [tempDir(), tempDir()];
    fill(folder);
    writeFileSync(join(outside, 'big'), Buffer.alloc(8 * mib, 1));
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(folder, join(folder, 'a', 'loop'));
    linkSync(join(folder, 'a/b/one'), join(folder, 'one-again'));
    writeFileSync(join(folder, 'holes'), '');
    truncateSync(join(folder, 'holes'), 100 * mib);
    const size = (await folderSize(folder, noRest)) ?? 0;
    expect(size).toBeGreaterThanOrEqual(3 * mib);
    expect(size).toBeLessThan(4 * mib);
  });

  test('a folder that is not there has none; files that come and go meanwhile do no harm', async () => {
    const folder = tempDir();
    expect(await folderSize(join(folder, 'no'), noRest)).toBeNull();
    for (let i = 0; i < 1000; i += 1) writeFileSync(join(folder, `f${i}`), 'x');
    let rests = 0;
    const rest = async () => {
      rests += 1;
      for (let i = 0; i < 1000; i += 1) rmSync(join(folder, `f${i}`), { force: true });
    };
    expect(await folderSize(folder, { rest })).not.toBeNull();
    expect(rests).toBeGreaterThan(0);
  });

  test('a folder deeper than any path can name is counted as far as it goes', async () => {
    const folder = tempDir();
    execFileSync('sh', ['-c', 'i=0; while [ $i -lt 400 ]; do mkdir d; echo x > f; cd d; i=$((i+1)); done'], {
      cwd: folder,
    });
    expect(await folderSize(folder, noRest)).toBeGreaterThan(0);
  });
});

describe('the storage meter', () => {
  test('counts in the background, and again only after a while', async () => {
    const folder = tempDir();
    fill(folder);
    let elapsed = 0;
    const meter = new StorageMeter({ elapsed: () => elapsed });
    onTestFinished(() => meter.close());
    meter.track([folder]);
    expect(meter.used(folder)).toBeNull();
    const first = await until(() => meter.used(folder));
    writeFileSync(join(folder, 'more'), Buffer.alloc(4 * mib, 1));
    meter.track([folder]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(meter.used(folder)).toBe(first);
    elapsed = 60_001;
    meter.track([folder]);
    await until(() => (meter.used(folder) ?? 0) >= first + 4 * mib);
    meter.track([]);
    expect(meter.used(folder)).toBeNull();
  });

  test('a folder that can not be read is unknown', async () => {
    const meter = new StorageMeter({ elapsed: () => 0 });
    onTestFinished(() => meter.close());
    const [good, gone] = [tempDir(), join(tempDir(), 'gone')];
    meter.track([gone, good]);
    await until(() => meter.used(good) !== null);
    expect(meter.used(gone)).toBeNull();
  });

  test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'a volume that is a mount of its own is asked for each time',
    async () => {
      const folder = tempDir();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'lightdeck-test', folder]);
      onTestFinished(() => {
        execFileSync('umount', [folder]);
      });
      const meter = new StorageMeter({ elapsed: () => 0 });
      onTestFinished(() => meter.close());
      fill(folder);
      meter.track([folder]);
      await until(() => meter.used(folder) === 3 * mib);
      rmSync(join(folder, 'a'), { recursive: true });
      meter.track([folder]);
      await until(() => meter.used(folder) === mib);
    },
  );
});
