import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { longTest, rounds } from '../../tests/support/lane.ts';
import { openPlaces } from '../../tests/support/open-places.ts';
import type { Jail } from './contract.ts';
import { type Cell, chunks, code, folderOfEachTest, holders, isRoot, makeCell } from './jail.test-helper.ts';
import { startSwapLoop } from './swap-loop.test-helper.ts';

const cellFolder = folderOfEachTest((folder) => rmSync(folder, { recursive: true, force: true }));

const literal = 'Invalid path: path traversal detected';
const isLinux = process.platform === 'linux';

const readAll = async (jail: Jail, path: string): Promise<string> => {
  const file = await jail.open(path, { read: true, write: false });
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

/** Every call, at a path. */
const calls: Record<string, (jail: Jail, path: string) => Promise<unknown>> = {
  stat: (jail, path) => jail.stat(path),
  list: (jail, path) => jail.list(path),
  read: readAll,
  'open to write': (jail, path) => jail.open(path, { read: true, write: true, create: true, truncate: true }),
  'open a new one': (jail, path) =>
    jail.open(`${path}/new`, { read: false, write: true, create: true, exclusive: true }),
  writeWhole: (jail, path) => jail.writeWhole(path, chunks('attack')),
  'writeWhole below': (jail, path) => jail.writeWhole(`${path}/a/b`, chunks('attack')),
  makeFolder: (jail, path) => jail.makeFolder(`${path}/made/deep`),
  'rename from': (jail, path) => jail.rename(`${path}/secret`, 'stolen'),
  'rename to': (jail, path) => jail.rename('own', `${path}/planted`),
  'rename over': (jail, path) => jail.rename('own', `${path}/secret`, { replace: true }),
  'copy from': (jail, path) => jail.copy(path, 'stolen'),
  'copy to': (jail, path) => jail.copy('own', `${path}/planted`),
  'remove below': (jail, path) => jail.remove(`${path}/secret`, { recursive: true }),
  change: (jail, path) => jail.change(`${path}/secret`, { mode: 0o777 }),
  lstat: (jail, path) => jail.lstat(`${path}/secret`),
  walk: async (jail, path) => {
    for await (const _ of jail.walk(path)) break;
  },
};

const outwardPaths = ['..', '../outside', 'a/../../outside', '/../outside', '..\\outside', 'C:\\x', 'a\0b'];
/** Beside a folder `d` and a link `second`, which leads out. */
const outwardLinks: [string, (cell: Cell) => string][] = [
  ['a relative link', () => '../outside'],
  ['an absolute link', ({ outside }) => outside],
  ['a link to the top', () => '/'],
  ['a link to itself above', () => '../volume'],
  ['links in a row', () => 'second'],
  ['up by a folder inside', () => 'd/../../outside'],
  ['up from where the container sees it', () => '/home/container/../../etc'],
  ['somewhere near it', () => '/home/container2'],
  ['through /proc', () => '/proc/self/root'],
  ['nowhere, outside', () => '../missing'],
];

describe.each(holders)('A9 attacks, $name', ({ make }) => {
  let cell: Cell;
  const inside = (path: string) => join(cell.root, path);
  beforeEach(() => {
    cell = makeCell(cellFolder(), make);
    writeFileSync(join(cell.outside, 'secret'), 'secret', { mode: 0o640 });
    writeFileSync(inside('own'), 'own');
  });
  const expectUntouched = () => {
    expect(readdirSync(cell.outside)).toEqual(['secret']);
    expect(readFileSync(join(cell.outside, 'secret'), 'utf8')).toBe('secret');
    expect(statSync(join(cell.outside, 'secret')).mode & 0o777).toBe(0o640);
    expect(existsSync(inside('stolen'))).toBe(false);
    expect(readFileSync(inside('own'), 'utf8')).toBe('own');
  };

  describe.each(Object.entries(calls))('%s', (_name, call) => {
    test('paths that lead out are refused', async () => {
      for (const path of outwardPaths) {
        await expect(call(cell.jail, path), path).rejects.toThrow(new LightdeckError('invalid', literal));
        expectUntouched();
      }
    });

    test('links lead nowhere', async () => {
      mkdirSync(inside('d'));
      symlinkSync('../outside', inside('second'));
      for (const [what, target] of outwardLinks) {
        symlinkSync(target(cell), inside('out'));
        await expect(call(cell.jail, 'out'), what).rejects.toThrow(new LightdeckError('invalid', literal));
        expectUntouched();
        rmSync(inside('out'));
      }
    });
  });

  test('a link that leads out can be seen, moved and deleted as what it is', async () => {
    symlinkSync('../outside', inside('out'));
    expect(await cell.jail.lstat('out')).toMatchObject({ kind: 'link' });
    await cell.jail.rename('out', 'moved');
    await cell.jail.remove('moved', { recursive: true });
    expect(readdirSync(cell.root)).toEqual(['own']);
    mkdirSync(inside('d'));
    symlinkSync('../../outside', inside('d/out'));
    symlinkSync('../../outside/secret', inside('d/file'));
    expect(await cell.jail.copy('d', 'e')).toEqual({ leftOut: 2 });
    await cell.jail.remove('d', { recursive: true });
    expectUntouched();
  });

  test('links that stay inside are followed, as the container means them', async () => {
    mkdirSync(inside('data/deep/er'), { recursive: true });
    symlinkSync('/home/container/data', inside('absolute'));
    symlinkSync('/home/container', inside('data/root'));
    symlinkSync('../../own', inside('data/deep/up'));
    symlinkSync('../data/deep/../../absolute/deep', inside('data/twist'));
    symlinkSync('new', inside('dangling'));
    expect(await readAll(cell.jail, 'absolute/deep/up')).toBe('own');
    expect(await readAll(cell.jail, 'data/root/absolute/twist/up')).toBe('own');
    expect((await cell.jail.list('data/root')).map(({ name }) => name)).toContain('own');
    await cell.jail.writeWhole('absolute/twist/er/f', chunks('x'));
    expect(readFileSync(inside('data/deep/er/f'), 'utf8')).toBe('x');
    await cell.jail.writeWhole('dangling', chunks('y'));
    expect(readFileSync(inside('new'), 'utf8')).toBe('y');
    expect(lstatSync(inside('dangling')).isSymbolicLink()).toBe(true);
    await expect(cell.jail.copy('data', 'data/root/data/x')).rejects.toEqual(code('conflict'));
  });

  test('links in a circle, and long rows of them, end', async () => {
    symlinkSync('b', inside('a'));
    symlinkSync('a', inside('b'));
    symlinkSync(`${'x/../'.repeat(800)}own`, inside('long'));
    mkdirSync(inside('x'));
    for (let index = 0; index < 50; index += 1) symlinkSync(`l${index + 1}`, inside(`l${index}`));
    for (const path of ['a', 'b/c', 'long', 'l0'])
      await expect(cell.jail.stat(path)).rejects.toThrow('Too many links');
    symlinkSync('own', inside('l50'));
    expect(await cell.jail.stat('l20')).toMatchObject({ kind: 'file' });
  });

  test('our own folder of unfinished writes is nobody else’s', async () => {
    const own = '.lightdeck-unfinished';
    symlinkSync('.', inside('here'));
    for (const [name, call] of Object.entries(calls)) {
      for (const path of [own, `here/${own}`, `./${own}`]) {
        const refusal = expect(call(cell.jail, path), `${name} ${path}`).rejects;
        await refusal.toEqual(code('invalid'));
      }
    }
    expect(existsSync(inside(own))).toBe(false);
    // A container may have put anything there.
    symlinkSync(cell.outside, inside(own));
    await cell.jail.writeWhole('f', chunks('x'));
    expect(readdirSync(cell.root).sort()).toEqual(['f', 'here', 'own']);
    expectUntouched();
  });

  test.skipIf(!isLinux)('pipes, sockets and devices neither hang nor are opened', async () => {
    execFileSync('mkfifo', [inside('pipe')]);
    if (isRoot) execFileSync('mknod', [inside('device'), 'c', '1', '5']);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(inside('socket'), resolve));
    const odd = readdirSync(cell.root).filter((name) => name !== 'own');
    for (const path of odd) {
      expect(await cell.jail.stat(path)).toMatchObject({ kind: 'other' });
      const write = { read: true, write: true, create: true, truncate: true };
      await expect(readAll(cell.jail, path)).rejects.toEqual(code('invalid'));
      await expect(cell.jail.open(path, write)).rejects.toEqual(code('invalid'));
      await expect(cell.jail.writeWhole(path, chunks('x'))).rejects.toEqual(code('conflict'));
      await expect(cell.jail.copy(path, 'copy')).rejects.toEqual(code('invalid'));
      await expect(cell.jail.list(path)).rejects.toEqual(code('invalid'));
      await expect(cell.jail.change(path, { mode: 0o777 })).rejects.toEqual(code('invalid'));
    }
    mkdirSync(inside('d'));
    for (const path of odd) await cell.jail.rename(path, `d/${path}`);
    expect(await cell.jail.copy('d', 'e')).toEqual({ leftOut: odd.length });
    await cell.jail.remove('d', { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });

  test.skipIf(!isLinux)('names that are no UTF-8 are listed, copied and deleted', async () => {
    mkdirSync(inside('d'));
    const raw = Buffer.concat([Buffer.from(`${inside('d')}/`), Buffer.from([0x61, 0xff, 0x62])]);
    mkdirSync(raw);
    writeFileSync(Buffer.concat([raw, Buffer.from('/f')]), 'x');
    writeFileSync(inside('d/ü'), 'x');
    expect((await cell.jail.list('d')).map(({ name }) => name)).toEqual(['a\\xffb', 'ü']);
    const seen: string[] = [];
    for await (const { path } of cell.jail.walk('d')) seen.push(path);
    const byDescriptor = make === holders[0]?.make;
    expect(seen.sort()).toEqual(['a\\xffb', ...(byDescriptor ? ['a\\xffb/f'] : []), 'ü']);
    if (!byDescriptor) {
      // Paths that are text can't reach it.
      await expect(cell.jail.remove('d', { recursive: true })).rejects.toEqual(code('conflict'));
    } else {
      await cell.jail.copy('d', 'e');
      expect(readdirSync(inside('e'), 'buffer')[0]).toEqual(readdirSync(inside('d'), 'buffer')[0]);
      await cell.jail.remove('d', { recursive: true });
      expect(existsSync(inside('d'))).toBe(false);
    }
  });

  test.skipIf(!isLinux)('nothing stays open, whatever happens', async () => {
    const open = () => openPlaces(dirname(cell.root));
    symlinkSync('../outside', inside('out'));
    mkdirSync(inside('d/sub'), { recursive: true });
    const before = open();
    for (const call of Object.values(calls)) {
      for (const path of ['out', 'd', 'missing', 'own', '../x', ''])
        await call(cell.jail, path).then(closeIt, () => {});
    }
    for await (const _ of cell.jail.walk('')) break;
    expect(open()).toEqual(before);
  });
});

async function closeIt(result: unknown): Promise<void> {
  const closable = typeof result === 'object' && result !== null && 'fd' in result && 'close' in result;
  if (closable && typeof result.close === 'function') await result.close();
}

describe.skipIf(!isLinux)('A9 a folder that becomes a link in the middle', () => {
  /** `d` is now a folder with the same names in it, now a link to the folder outside. */
  const setUp = async () => {
    const cell = makeCell(cellFolder());
    for (const place of [join(cell.root, 'd'), cell.outside]) {
      mkdirSync(join(place, 'sub'), { recursive: true });
      for (const name of ['f', 'sub/f'])
        writeFileSync(join(place, name), place === cell.outside ? 'secret' : 'own');
    }
    symlinkSync('../outside', join(cell.root, 'other'));
    const loop = await startSwapLoop(join(cell.root, 'd'), join(cell.root, 'other'));
    return { ...cell, loop };
  };

  const expectUntouched = (outside: string) => {
    expect(readdirSync(outside).sort()).toEqual(['f', 'sub']);
    expect(readdirSync(join(outside, 'sub'))).toEqual(['f']);
    for (const name of ['f', 'sub/f']) expect(readFileSync(join(outside, name), 'utf8')).toBe('secret');
    expect(statSync(join(outside, 'f')).mode & 0o777).toBe(0o644);
  };

  const attacks: Record<string, (jail: Jail, round: number) => Promise<unknown>> = {
    reading: async (jail) => expect(await readAll(jail, 'd/f')).toBe('own'),
    'reading deeper': async (jail) => expect(await readAll(jail, 'd/sub/f')).toBe('own'),
    writing: (jail) => jail.writeWhole('d/f', chunks('own'), { flush: false }),
    'new files': async (jail, round) =>
      closeIt(await jail.open(`d/n${round}`, { read: false, write: true, create: true, exclusive: true })),
    truncating: async (jail) => {
      const file = await jail.open('d/f', { read: false, write: true, truncate: true });
      await file.write('own');
      await file.close();
    },
    folders: (jail, round) => jail.makeFolder(`d/sub/m${round}/x`),
    copying: async (jail, round) => {
      await jail.copy('d/sub', `c${round}`);
      expect(await readAll(jail, `c${round}/f`)).toBe('own');
    },
    'copying to': (jail, round) => jail.copy('mine', `d/c${round}`),
    'moving away': async (jail, round) => {
      await jail.writeWhole('d/sub/f', chunks('own'), { flush: false }).catch(() => {});
      await jail.rename('d/sub/f', `moved${round}`);
      expect(await readAll(jail, `moved${round}`)).toBe('own');
    },
    deleting: async (jail) => {
      await jail.writeWhole('d/sub/f', chunks('own'), { flush: false }).catch(() => {});
      await jail.remove('d/sub', { recursive: true });
    },
    modes: (jail) => jail.change('d/f', { mode: 0o666, modifiedAt: 1000 }),
    walking: async (jail) => {
      for await (const { kind, size } of jail.walk('')) if (kind === 'file') expect(size).toBeLessThan(6);
    },
  };

  test.each(Object.entries(attacks))('%s', async (name, attack) => {
    const { jail, root, outside, loop } = await setUp();
    writeFileSync(join(root, 'mine'), 'own');
    const outcomes = new Map<string, number>();
    try {
      const count = rounds(`jail, ${name} while a folder becomes a link`, 6, 100);
      // On a busy machine the folder can be a link each time that anybody looks.
      for (let round = 0; round < count || (!outcomes.has('done') && round < 2000); round += 1) {
        const outcome = await attack(jail, round).then(
          () => 'done',
          (error: unknown) => {
            if (!(error instanceof LightdeckError)) throw error;
            return error.code;
          },
        );
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    } finally {
      await loop.close();
    }
    expectUntouched(outside);
    // It must have worked now and then, or nothing was tried.
    expect(outcomes.get('done') ?? 0, JSON.stringify([...outcomes])).toBeGreaterThan(0);
  });

  test('deleting a tree whose folders become links while it is deleted', async () => {
    const { jail, root, outside, loop } = await setUp();
    try {
      for (let round = 0; round < 6; round += 1) {
        const tree = join(root, 'tree');
        for (let index = 0; index < 20; index += 1) {
          mkdirSync(join(tree, `s${index}/deep`), { recursive: true });
          writeFileSync(join(tree, `s${index}/deep/f`), 'own');
        }
        symlinkSync('../../outside', join(tree, 'other'));
        const inner = await startSwapLoop(join(tree, 's7'), join(tree, 'other'));
        await jail.remove('tree', { recursive: true }).catch((error: unknown) => {
          if (!(error instanceof LightdeckError)) throw error;
        });
        await inner.close();
        rmSync(tree, { recursive: true, force: true });
      }
    } finally {
      await loop.close();
    }
    expectUntouched(outside);
  });
});

describe.skipIf(!isLinux)('A9 trees out of all proportion', { timeout: 300_000 }, () => {
  let shared: string;
  beforeEach(() => {
    shared = mkdtempSync(join(tmpdir(), 'lightdeck-jail-'));
  });
  afterEach(() => execFileSync('rm', ['-rf', shared]));

  const makeDeep = `
    process.chdir(process.argv[1]);
    for (let level = 0; level < Number(process.argv[2]); level += 1) {
      require('node:fs').mkdirSync(process.argv[3]);
      process.chdir(process.argv[3]);
    }
    require('node:fs').writeFileSync('f', 'x');`;
  /** Of 255 letters each: longer than any path that is told. */
  const levels = 300;
  const makeWide = `
    process.chdir(process.argv[1]);
    for (let index = 0; index < Number(process.argv[2]); index += 1) require('node:fs').writeFileSync('f' + index, '');`;
  const run = (program: string, ...args: string[]) =>
    execFileSync(process.execPath, ['-e', program, ...args]);

  test('thousands of levels, more than any path can name, can be walked, reached and deleted', async () => {
    const depth = rounds('jail, a deep tree', 220, 10_000, 'levels');
    // PATH_MAX of Linux is 4,096 bytes; short names where the levels alone make up that.
    const name = depth > 4096 ? 'a' : 'twenty letters long_';
    const { jail, root } = makeCell(shared);
    mkdirSync(join(root, 'top'));
    run(makeDeep, join(root, 'top'), String(depth), name);
    let [count, longest] = [0, ''];
    for await (const { path } of jail.walk('top')) {
      count += 1;
      longest = path;
    }
    expect(count).toBe(depth + 1);
    expect(longest.length).toBeGreaterThan(4096);
    expect(await readAll(jail, `top/${longest}`)).toBe('x');
    await jail.remove('top', { recursive: true });
    expect(readdirSync(root)).toEqual([]);
  });

  longTest('1,000 levels can be copied', async () => {
    const { jail, root } = makeCell(shared);
    mkdirSync(join(root, 'top'));
    run(makeDeep, join(root, 'top'), '1000', 'a');
    await jail.copy('top', 'copy');
    expect(await readAll(jail, `copy/${'a/'.repeat(1000)}f`)).toBe('x');
  });

  test('levels of long names: paths nobody can write are told, the rest works', async () => {
    const { jail, root } = makeCell(shared);
    mkdirSync(join(root, 'top'));
    run(makeDeep, join(root, 'top'), String(levels), 'n'.repeat(255));
    const walk = async () => {
      for await (const _ of jail.walk('top'));
    };
    await expect(walk()).rejects.toEqual(code('too_large'));
    await jail.remove('top', { recursive: true });
    expect(readdirSync(root)).toEqual([]);
  });

  test('levels of long names end in an error, no crash, where nothing can be held', async () => {
    const { jail, root } = makeCell(shared, holders[1]?.make);
    mkdirSync(join(root, 'top'));
    run(makeDeep, join(root, 'top'), String(levels), 'n'.repeat(255));
    await expect(jail.remove('top', { recursive: true })).rejects.toEqual(code('invalid'));
    expect(readdirSync(root)).toEqual(['top']);
  });

  test('a folder of endless entries: one too many to list; walked and deleted', async () => {
    const limit = rounds('jail, a wide folder', 2000, 100_000, 'entries');
    // Whole, it is the limit that holds when none is given.
    const options = limit === 100_000 ? {} : { limit };
    const { jail, root } = makeCell(shared);
    mkdirSync(join(root, 'wide'));
    run(makeWide, join(root, 'wide'), String(limit + 1));
    await expect(jail.list('wide', options)).rejects.toEqual(code('too_large'));
    await jail.remove('wide/f0');
    expect(await jail.list('wide', options)).toHaveLength(limit);
    let count = 0;
    for await (const _ of jail.walk('')) count += 1;
    expect(count).toBe(limit + 1);
    await jail.remove('wide', { recursive: true });
    expect(readdirSync(root)).toEqual([]);
  });
});
