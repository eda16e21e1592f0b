import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MiB } from '../../shared/units.ts';
import { openPlaces } from '../../tests/support/open-places.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { startSwapLoop } from '../files/swap-loop.test-helper.ts';
import { diskUsage } from './disk-usage.ts';

function fill(folder: string): void {
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  writeFileSync(join(folder, 'a/b/one'), Buffer.alloc(2 * MiB, 1));
  writeFileSync(join(folder, 'two ü\n'), Buffer.alloc(MiB, 1));
}

/** Something big that is no business of the volume's. */
function outsideFolder(): string {
  const outside = tempDir();
  writeFileSync(join(outside, 'big'), Buffer.alloc(8 * MiB, 1));
  return outside;
}

describe('what a folder takes on the disk', () => {
  test('is that of its files; names of one file count once, links and holes as nothing', async () => {
    const folder = tempDir();
    fill(folder);
    symlinkSync(outsideFolder(), join(folder, 'link'));
    symlinkSync(folder, join(folder, 'a', 'loop'));
    linkSync(join(folder, 'a/b/one'), join(folder, 'one-again'));
    writeFileSync(join(folder, 'holes'), '');
    truncateSync(join(folder, 'holes'), 100 * MiB);
    const used = (await diskUsage(folder)) ?? 0;
    expect(used).toBeGreaterThanOrEqual(3 * MiB);
    expect(used).toBeLessThan(4 * MiB);
  });

  test.skipIf(process.platform !== 'linux')(
    'is what du says of it, names that are no text included',
    async () => {
      const folder = tempDir();
      fill(folder);
      mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]));
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe, 0x2f, 0xe9])]), 'x');
      for (let i = 0; i < 700; i += 1) writeFileSync(join(folder, 'a', `f${i}`), 'x');
      const [all = ''] = execFileSync('du', ['-xs', '--block-size=1', folder]).toString().split('\t');
      const own = execFileSync('stat', ['-c', '%b', folder]).toString();
      expect(await diskUsage(folder)).toBe(Number(all) - Number(own) * 512);
    },
  );

  test('is not known of a folder that is not there or is a file', async () => {
    const folder = tempDir();
    fill(folder);
    expect(await diskUsage(join(folder, 'no'))).toBeNull();
    expect(await diskUsage(join(folder, 'two ü\n'))).toBeNull();
  });

  test.skipIf(process.platform === 'win32')(
    'is counted to any depth, deeper than a path can name',
    async () => {
      const folder = tempDir();
      const make = `n=${'d'.repeat(100)}; i=0; while [ $i -lt 100 ]; do mkdir $n; cd $n; i=$((i+1)); done; head -c 1048576 /dev/zero > f`;
      execFileSync('sh', ['-c', make], { cwd: folder });
      onTestFinished(() => {
        execFileSync('rm', ['-rf', folder]);
      });
      const used = (await diskUsage(folder)) ?? 0;
      if (process.platform === 'linux') expect(used).toBeGreaterThanOrEqual(MiB);
    },
  );

  test('rests now and then, and files that go meanwhile do no harm', async () => {
    const folder = tempDir();
    for (let i = 0; i < 1000; i += 1) writeFileSync(join(folder, `f${i}`), 'x');
    let rests = 0;
    const rest = async () => {
      rests += 1;
      for (let i = 0; i < 1000; i += 1) rmSync(join(folder, `f${i}`), { force: true });
    };
    expect(await diskUsage(folder, { rest })).not.toBeNull();
    expect(rests).toBeGreaterThan(0);
  });

  test('ends with the signal, and as a rest that rejects', async () => {
    const folder = tempDir();
    for (let i = 0; i < 300; i += 1) writeFileSync(join(folder, `f${i}`), 'x');
    await expect(diskUsage(folder, { signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow('over');
    const rest = () => Promise.reject(new Error('no more'));
    await expect(diskUsage(folder, { rest })).rejects.toThrow('no more');
  });
});

describe.skipIf(process.platform !== 'linux')('C22: what a container does to its volume meanwhile', () => {
  /** A folder whose `inner` (1 MiB) is counted after the first rest. */
  function scene(): { folder: string; inner: string } {
    const folder = tempDir();
    const inner = join(folder, 'inner');
    mkdirSync(join(inner, 'deep'), { recursive: true });
    writeFileSync(join(inner, 'deep', 'one'), Buffer.alloc(MiB, 1));
    for (let i = 0; i < 600; i += 1) writeFileSync(join(folder, `f${i}`), '');
    return { folder, inner };
  }
  const once = (work: () => void) => {
    let done = false;
    return async () => {
      if (!done) work();
      done = true;
    };
  };

  test('a folder that is swapped for a link after it was seen leads nowhere', async () => {
    const { folder, inner } = scene();
    const rest = once(() => {
      renameSync(inner, join(folder, 'aside'));
      symlinkSync(outsideFolder(), inner);
    });
    expect(await diskUsage(folder, { rest })).toBeLessThan(8 * MiB);
    expect(existsSync(join(inner, 'big'))).toBe(true);
  });

  test('a folder that is moved out of the volume while it is in work ends there, and the rest is counted', async () => {
    const [folder, outside] = [tempDir(), outsideFolder()];
    for (const name of ['a', 'b', 'c']) {
      mkdirSync(join(folder, name, 'deep'), { recursive: true });
      writeFileSync(join(folder, name, 'one'), Buffer.alloc(MiB, 1));
      for (let i = 0; i < 300; i += 1) writeFileSync(join(folder, name, 'deep', `f${i}`), '');
    }
    let moved = '';
    const rest = async () => {
      if (moved !== '') return;
      moved = ['a', 'b', 'c'].find((name) => openPlaces(join(folder, name)).length > 0) ?? '';
      renameSync(join(folder, moved), join(outside, moved));
    };
    const used = (await diskUsage(folder, { rest })) ?? 0;
    expect(moved).not.toBe('');
    expect(used).toBeGreaterThanOrEqual(3 * MiB);
    expect(used).toBeLessThan(8 * MiB);
  });

  test('nothing outside is counted, however often a folder and a link change places', async () => {
    const folder = tempDir();
    const [place, other] = [join(folder, 'place'), join(folder, 'other')];
    mkdirSync(join(place, 'deep'), { recursive: true });
    symlinkSync(outsideFolder(), other);
    const loop = await startSwapLoop(place, other);
    let led = 0;
    try {
      for (let n = 0; n < 300; n += 1) {
        expect(await diskUsage(folder)).toBeLessThan(MiB);
        // As a walk by paths would.
        try {
          if (readdirSync(place).includes('big')) led += 1;
        } catch {
          // Nothing there at that moment.
        }
      }
    } finally {
      await loop.close();
    }
    expect(led).toBeGreaterThan(0);
  });
});
