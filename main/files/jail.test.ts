import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import {
  boundRoom,
  type Cell,
  chunks,
  code,
  folderOfEachTest,
  holders,
  isRoot,
  makeCell,
} from './jail.test-helper.ts';

const cellFolder = folderOfEachTest((folder) => rmSync(folder, { recursive: true, force: true }));

describe.each(holders)('files of a volume, $name', ({ make }) => {
  let cell: Cell;
  const inside = (path: string) => join(cell.root, path);
  beforeEach(() => {
    cell = makeCell(cellFolder(), make);
  });
  afterEach(() => {
    expect(readdirSync(cell.root).filter((name) => name.startsWith('.lightdeck'))).toEqual([]);
  });

  test('writes whole files with their parents, replaces them keeping the mode, and reads them', async () => {
    const { jail } = cell;
    expect(await jail.writeWhole('a/b/c.txt', chunks('one ', 'two'))).toBe(7);
    expect(readFileSync(inside('a/b/c.txt'), 'utf8')).toBe('one two');
    expect(statSync(inside('a/b/c.txt')).mode & 0o7777).toBe(0o644);
    chmodSync(inside('a/b/c.txt'), 0o4750);
    await jail.writeWhole('/a/b/c.txt', chunks('new'), { mode: 0o600, modifiedAt: 1_000_000_000_000 });
    expect(await jail.stat('a/b/c.txt')).toMatchObject({
      kind: 'file',
      size: 3,
      mode: 0o750,
      modifiedAt: 1_000_000_000_000,
    });
    await jail.writeWhole('empty', chunks(), { mode: 0o600 });
    expect(await jail.stat('empty')).toMatchObject({ size: 0, mode: 0o600 });
    const handle = await jail.open('a/b/c.txt', { read: true, write: false });
    expect(await handle.readFile('utf8')).toBe('new');
    await handle.close();
  });

  test('a write that fails or is aborted leaves the old file, and nothing else', async () => {
    const { jail } = cell;
    await jail.writeWhole('f', chunks('old'));
    const failing = async function* () {
      yield Buffer.from('new');
      throw new Error('cut');
    };
    await expect(jail.writeWhole('f', failing())).rejects.toThrow('cut');
    await expect(jail.writeWhole('new/f', failing())).rejects.toThrow('cut');
    const abort = new AbortController();
    const hanging = async function* () {
      yield Buffer.from('new');
      abort.abort(new Error('gone'));
      await new Promise(() => {});
    };
    await expect(jail.writeWhole('f', hanging(), { signal: abort.signal })).rejects.toThrow('gone');
    expect(readFileSync(inside('f'), 'utf8')).toBe('old');
    expect(readdirSync(cell.root)).toEqual(['f']);
  });

  test('a folder, a device or the root is no place for a file', async () => {
    const { jail } = cell;
    mkdirSync(inside('d'));
    writeFileSync(inside('f'), '');
    await expect(jail.writeWhole('d', chunks('x'))).rejects.toEqual(code('conflict'));
    await expect(jail.writeWhole('', chunks('x'))).rejects.toEqual(code('invalid'));
    await expect(jail.writeWhole('f/g', chunks('x'))).rejects.toEqual(code('invalid'));
    await expect(jail.open('d', { read: true, write: false })).rejects.toEqual(code('invalid'));
    await expect(jail.open('nothing', { read: true, write: false })).rejects.toEqual(code('not_found'));
    await expect(jail.open('no/parent', { read: true, write: true, create: true })).rejects.toEqual(
      code('not_found'),
    );
  });

  test('opens as it is told', async () => {
    const { jail } = cell;
    const write = async (mode: object, text: string) => {
      const handle = await jail.open('f', { read: false, write: true, ...mode });
      await handle.write(text);
      await handle.close();
      return readFileSync(inside('f'), 'utf8');
    };
    expect(await write({ create: true }, '12345')).toBe('12345');
    expect(await write({}, 'ab')).toBe('ab345');
    expect(await write({ append: true, create: true }, '6')).toBe('ab3456');
    expect(await write({ truncate: true, create: true }, 'x')).toBe('x');
    await expect(write({ create: true, exclusive: true }, '')).rejects.toEqual(code('conflict'));
    expect(statSync(inside('f')).mode & 0o7777).toBe(0o644);
  });

  test('lists folders first, then by name; ours and nothing else is left out', async () => {
    for (const name of ['b', 'A', 'ä', '.hidden']) writeFileSync(inside(name), name);
    for (const name of ['z', 'y', '.lightdeck-unfinished']) mkdirSync(inside(name));
    symlinkSync('b', inside('link'));
    const list = await cell.jail.list('/');
    expect(list.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'y directory',
      'z directory',
      '.hidden file',
      'A file',
      'b file',
      'link link',
      'ä file',
    ]);
    expect(list.find(({ name }) => name === 'ä')?.size).toBe(2);
    await expect(cell.jail.list('/', { limit: 6 })).rejects.toEqual(code('too_large'));
    await expect(cell.jail.list('b')).rejects.toEqual(code('invalid'));
    await expect(cell.jail.list('nothing')).rejects.toEqual(code('not_found'));
    rmSync(inside('.lightdeck-unfinished'), { recursive: true });
  });

  test('makes folders with parents', async () => {
    await cell.jail.makeFolder('a/b/c', { mode: 0o4700 });
    await cell.jail.makeFolder('a/b');
    expect(statSync(inside('a/b/c')).mode & 0o7777).toBe(0o700);
    expect(statSync(inside('a/b')).mode & 0o7777).toBe(0o755);
    await expect(cell.jail.makeFolder('a/b', { exclusive: true })).rejects.toEqual(code('conflict'));
    await expect(cell.jail.makeFolder('', { exclusive: true })).rejects.toEqual(code('conflict'));
    await cell.jail.makeFolder('');
    writeFileSync(inside('f'), '');
    await expect(cell.jail.makeFolder('f')).rejects.toEqual(code('conflict'));
    await expect(cell.jail.makeFolder('f/g')).rejects.toEqual(code('invalid'));
  });

  test('renames files, folders and links, never over something unless it may', async () => {
    const { jail } = cell;
    mkdirSync(inside('d/sub'), { recursive: true });
    writeFileSync(inside('f'), 'f');
    writeFileSync(inside('g'), 'g');
    symlinkSync('f', inside('l'));
    await expect(jail.rename('f', 'g')).rejects.toEqual(code('conflict'));
    await expect(jail.rename('f', 'd')).rejects.toEqual(code('conflict'));
    await expect(jail.rename('f', 'f')).rejects.toEqual(code('conflict'));
    await expect(jail.rename('d', 'g', { replace: true })).rejects.toEqual(code('conflict'));
    await expect(jail.rename('f', 'd', { replace: true })).rejects.toEqual(code('conflict'));
    await expect(jail.rename('d', 'd/sub/d')).rejects.toEqual(code('conflict'));
    await expect(jail.rename('', 'x')).rejects.toEqual(code('invalid'));
    await expect(jail.rename('f', '')).rejects.toEqual(code('conflict'));
    await expect(jail.rename('nothing', 'x')).rejects.toEqual(code('not_found'));
    await expect(jail.rename('f', 'no/parent')).rejects.toEqual(code('not_found'));
    await jail.rename('f', 'd/f');
    await jail.rename('l', 'd/l');
    await jail.rename('g', 'd/f', { replace: true });
    await jail.rename('d', 'e');
    expect(readdirSync(cell.root)).toEqual(['e']);
    expect(readdirSync(inside('e')).sort()).toEqual(['f', 'l', 'sub']);
    expect(readFileSync(inside('e/f'), 'utf8')).toBe('g');
  });

  test('of two renames to one name at once, one wins and nothing is lost', async () => {
    for (let round = 0; round < 20; round += 1) {
      writeFileSync(inside('a'), 'a');
      writeFileSync(inside('b'), 'b');
      const results = await Promise.allSettled([cell.jail.rename('a', 'c'), cell.jail.rename('b', 'c')]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(readdirSync(cell.root)).toHaveLength(2);
      rmSync(inside('c'));
    }
  });

  test('copies files and folders, leaving out links and counting them', async () => {
    const { jail } = cell;
    mkdirSync(inside('d/sub/empty'), { recursive: true });
    writeFileSync(inside('d/sub/f'), 'x'.repeat(1_000_000), { mode: 0o750 });
    symlinkSync('f', inside('d/sub/l'));
    symlinkSync('/etc', inside('d/out'));
    expect(await jail.copy('d', 'backup/deep/d')).toEqual({ leftOut: 2 });
    expect(readdirSync(inside('backup/deep/d/sub')).sort()).toEqual(['empty', 'f']);
    expect(lstatSync(inside('backup/deep/d/sub/f'))).toMatchObject({ size: 1_000_000 });
    expect(lstatSync(inside('backup/deep/d/sub/f')).mode & 0o777).toBe(0o750);
    expect(await jail.copy('d/sub/l', 'copy')).toEqual({ leftOut: 0 });
    expect(lstatSync(inside('copy')).isFile()).toBe(true);
    await expect(jail.copy('d', 'copy')).rejects.toEqual(code('conflict'));
    await expect(jail.copy('d', 'd/sub/d')).rejects.toEqual(code('conflict'));
    await expect(jail.copy('d', 'd/new/deep')).rejects.toEqual(code('conflict'));
    await expect(jail.copy('', 'all')).rejects.toEqual(code('conflict'));
    await expect(jail.copy('nothing', 'x')).rejects.toEqual(code('not_found'));
    await expect(jail.copy('d', 'copy/x')).rejects.toEqual(code('invalid'));
    expect(existsSync(inside('d/new'))).toBe(false);
  });

  test('removes files, links, folders', async () => {
    const { jail } = cell;
    mkdirSync(inside('d/sub'), { recursive: true });
    writeFileSync(inside('d/sub/f'), '');
    writeFileSync(inside('keep'), 'keep');
    symlinkSync('keep', inside('d/l'));
    symlinkSync('keep', inside('l'));
    await expect(jail.remove('d')).rejects.toEqual(code('conflict'));
    await expect(jail.remove('', { recursive: true })).rejects.toEqual(code('invalid'));
    await expect(jail.remove('nothing')).rejects.toEqual(code('not_found'));
    await jail.remove('l', { recursive: true });
    await jail.remove('d', { recursive: true });
    expect(readdirSync(cell.root)).toEqual(['keep']);
    mkdirSync(inside('empty'));
    await jail.remove('empty');
    expect(readdirSync(cell.root)).toEqual(['keep']);
  });

  test('changes modes and times, of files and folders alone', async () => {
    const { jail } = cell;
    writeFileSync(inside('f'), '');
    symlinkSync('f', inside('l'));
    await jail.change('f', { mode: 0o6712, modifiedAt: 1_000_000_000_000 });
    await jail.change('f', { accessedAt: 1_100_000_000_000 });
    expect(await jail.lstat('f')).toMatchObject({
      mode: 0o712,
      modifiedAt: 1_000_000_000_000,
      accessedAt: 1_100_000_000_000,
    });
    await expect(jail.change('l', { mode: 0o777 })).rejects.toEqual(code('invalid'));
    expect(await jail.lstat('l')).toMatchObject({ kind: 'link' });
    expect(await jail.stat('l')).toMatchObject({ kind: 'file' });
  });

  test('walks everything, parents first, without following links', async () => {
    mkdirSync(inside('a/b'), { recursive: true });
    mkdirSync(inside('c'));
    writeFileSync(inside('a/b/f'), 'f');
    writeFileSync(inside('c/g'), 'g');
    symlinkSync('a', inside('l'));
    const seen: string[] = [];
    for await (const { path, kind } of cell.jail.walk('')) seen.push(`${path} ${kind}`);
    expect([...seen].sort()).toEqual([
      'a directory',
      'a/b directory',
      'a/b/f file',
      'c directory',
      'c/g file',
      'l link',
    ]);
    expect(seen.indexOf('a directory')).toBeLessThan(seen.indexOf('a/b directory'));
    expect(seen.indexOf('a/b directory')).toBeLessThan(seen.indexOf('a/b/f file'));
    const below: string[] = [];
    for await (const { path } of cell.jail.walk('l')) below.push(path);
    expect(below).toEqual(['b', 'b/f']);
  });

  test('hard links are plain files; writing one whole leaves the other name alone', async () => {
    writeFileSync(inside('f'), 'old');
    linkSync(inside('f'), inside('g'));
    await cell.jail.writeWhole('f', chunks('new'));
    expect(readFileSync(inside('g'), 'utf8')).toBe('old');
  });

  test.skipIf(!isRoot)("what is made belongs to the volume's owner", async () => {
    const { jail } = cell;
    chownSync(cell.root, 1234, 2345);
    await jail.writeWhole('a/f', chunks('x'));
    await jail.makeFolder('b/c');
    await (await jail.open('g', { read: false, write: true, create: true })).close();
    await jail.copy('a', 'd');
    for (const path of ['a', 'a/f', 'b', 'b/c', 'g', 'd', 'd/f'])
      expect([path, await jail.lstat(path)]).toEqual([
        path,
        expect.objectContaining({ uid: 1234, gid: 2345 }),
      ]);
  });

  test('two writes to one path: one of them, whole', async () => {
    const [a, b] = ['a', 'b'].map((letter) => Buffer.alloc(3_000_000, letter));
    if (!a || !b) throw new Error('two');
    await Promise.all([cell.jail.writeWhole('f', chunks(a, a)), cell.jail.writeWhole('f', chunks(b, b))]);
    const text = readFileSync(inside('f'), 'utf8');
    expect(text).toHaveLength(6_000_000);
    expect(new Set(text).size).toBe(1);
  });
});

describe('the room of a volume (A10)', () => {
  const setUp = (bytes: number) => {
    const room = boundRoom(bytes);
    return { room, ...makeCell(cellFolder(), undefined, room) };
  };

  test('writes and copies are counted, and what is deleted is given back', async () => {
    const { jail, room } = setUp(100);
    await jail.writeWhole('a', chunks('x'.repeat(30)));
    await jail.writeWhole('a', chunks('x'.repeat(40)));
    expect(room.taken).toBe(40);
    await jail.copy('a', 'd/b');
    expect(room.taken).toBe(80);
    await jail.remove('d', { recursive: true });
    expect(room.taken).toBe(40);
    await jail.writeWhole('b', chunks('x'.repeat(10)));
    await jail.rename('b', 'a', { replace: true });
    expect(room.taken).toBe(10);
    await jail.remove('a');
    expect(room.taken).toBe(0);
  });

  test('what does not fit leaves everything as it was', async () => {
    const { jail, room, root } = setUp(50);
    await jail.writeWhole('a', chunks('x'.repeat(30)));
    await expect(jail.writeWhole('b', chunks('x'.repeat(10), 'x'.repeat(11)))).rejects.toThrow('no room');
    await expect(jail.copy('a', 'b')).rejects.toThrow('no room');
    expect(room.taken).toBe(30);
    expect(readdirSync(root)).toEqual(['a']);
  });
});

test('a volume whose folder is gone is told so', async () => {
  const { jail, root } = makeCell(cellFolder());
  rmSync(root, { recursive: true });
  await expect(jail.list('')).rejects.toThrow(
    new LightdeckError('not_found', "The volume's folder is missing on the host"),
  );
  await expect(jail.writeWhole('f', chunks('x'))).rejects.toEqual(code('not_found'));
});
