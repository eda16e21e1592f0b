import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../../shared/errors.ts';
import { tempDir } from '../../../tests/support/temp.ts';
import type { Jail, Room } from '../contract.ts';
import { openFsRoot } from '../fs-node.ts';
import { boundRoom, chunks, code, endlessRoom, holders, makeCell } from '../jail.test-helper.ts';
import { newMark } from '../staging.ts';
import { trashName } from '../user-path.ts';
import { buildVolume } from '../volume-files.ts';

const by = { by: 'me' };

let root: string;
let jail: Jail;
let time: number;
let isKept: boolean;
const emptied: { count: number; bytes: number }[] = [];

/** Another host on the same volume: nothing is remembered but what is on the disk. */
function reopen(room: Room = endlessRoom, make = openFsRoot): void {
  const trash = {
    now: () => time,
    isKept: () => isKept,
    onEmptied: (what: (typeof emptied)[number]) => emptied.push(what),
  };
  const withMake: Room = {
    take: (bytes) => room.take(bytes),
    left: () => room.left(),
    make: (bytes) => jail.trash.makeRoom(bytes),
  };
  ({ jail } = buildVolume(root, { mark: newMark(), room: () => withMake, fsRoot: make(root), trash }));
}

beforeEach(() => {
  root = join(tempDir(), 'volume');
  mkdirSync(root);
  time = 1_900_000_000_000;
  isKept = true;
  emptied.length = 0;
  reopen();
});

const at = (...names: string[]): string => join(root, ...names);
const inTrash = (): string[] => (existsSync(at(trashName)) ? readdirSync(at(trashName)) : []);

describe.each(holders)('what is deleted is kept ($name)', ({ make }) => {
  beforeEach(() => reopen(endlessRoom, make));

  test('a file, with what it was, and comes back to its place', async () => {
    mkdirSync(at('world/region'), { recursive: true });
    writeFileSync(at('world/region/r.0.0.mca'), 'blocks');
    const entry = await jail.discard('world/region/r.0.0.mca', by);
    expect(readdirSync(at('world/region'))).toEqual([]);
    expect(await jail.trash.list()).toEqual([entry]);
    expect(entry).toMatchObject({
      path: 'world/region/r.0.0.mca',
      kind: 'file',
      deletedAt: time,
      by: 'me',
      cause: 'deleted',
    });
    rmSync(at('world'), { recursive: true });
    expect(await jail.trash.restore(entry?.id ?? '', { ifTaken: 'refuse' })).toEqual({
      path: 'world/region/r.0.0.mca',
    });
    expect(readFileSync(at('world/region/r.0.0.mca'), 'utf8')).toBe('blocks');
    expect(await jail.trash.list()).toEqual([]);
  });

  test('a folder with all in it, and its size', async () => {
    mkdirSync(at('world/a'), { recursive: true });
    writeFileSync(at('world/a/big'), Buffer.alloc(300_000, 1));
    writeFileSync(at('world/small'), 'x');
    const entry = await jail.discard('world', by);
    expect(entry?.kind).toBe('directory');
    expect(entry?.size).toBeGreaterThanOrEqual(300_000);
    reopen(endlessRoom, make);
    expect(await jail.trash.list()).toEqual([entry]);
    await jail.trash.restore(entry?.id ?? '', { ifTaken: 'refuse' });
    expect(readFileSync(at('world/a/big')).length).toBe(300_000);
  });

  test('a link itself, an empty folder', async () => {
    writeFileSync(at('file'), 'stays');
    symlinkSync('file', at('link'));
    mkdirSync(at('empty'));
    const link = await jail.discard('link', by);
    const empty = await jail.discard('empty', by);
    expect([link?.kind, empty?.kind]).toEqual(['link', 'directory']);
    expect(readFileSync(at('file'), 'utf8')).toBe('stays');
    for (const entry of [link, empty]) await jail.trash.restore(entry?.id ?? '', { ifTaken: 'refuse' });
    expect(readFileSync(at('link'), 'utf8')).toBe('stays');
    expect(readdirSync(at('empty'))).toEqual([]);
  });

  test('the old file when another takes its place', async () => {
    await jail.writeWhole('f', chunks('old'), { keepOld: by });
    expect(await jail.trash.list()).toEqual([]);
    await jail.writeWhole('f', chunks('new'), { keepOld: by });
    await jail.writeWhole('g', chunks('newest'));
    await jail.rename('g', 'f', { replace: true, keepOld: by });
    expect(readFileSync(at('f'), 'utf8')).toBe('newest');
    const list = await jail.trash.list();
    expect(list.map(({ path, cause }) => [path, cause])).toEqual([
      ['f', 'replaced'],
      ['f', 'replaced'],
    ]);
    const [, oldest] = list;
    const restored = await jail.trash.restore(oldest?.id ?? '', { ifTaken: 'rename' });
    expect(restored.path).toBe('f (restored)');
    expect(readFileSync(at('f (restored)'), 'utf8')).toBe('old');
    expect(readFileSync(at('f'), 'utf8')).toBe('newest');
  });

  test('nobody reaches it by a path, and no list shows it', async () => {
    writeFileSync(at('f'), 'x');
    await jail.discard('f', by);
    expect(inTrash()).not.toEqual([]);
    expect(await jail.list('')).toEqual([]);
    for (const path of [trashName, `${trashName}/x`, trashName.toUpperCase()]) {
      await expect(jail.list(path)).rejects.toEqual(code('invalid'));
      await expect(jail.discard(path, by)).rejects.toEqual(code('invalid'));
      await expect(jail.writeWhole(path, chunks('x'))).rejects.toEqual(code('invalid'));
    }
    const walked: string[] = [];
    for await (const { path } of jail.walk('')) walked.push(path);
    expect(walked).toEqual([]);
  });
});

describe('coming back', () => {
  const gone = async (path: string): Promise<string> => {
    writeFileSync(at(path), `of ${path}`);
    return (await jail.discard(path, by))?.id ?? '';
  };

  test('to another place, by choice', async () => {
    const id = await gone('a');
    await jail.trash.restore(id, { path: 'there/b', ifTaken: 'refuse' });
    expect(readFileSync(at('there/b'), 'utf8')).toBe('of a');
  });

  test('a place that is taken is left alone', async () => {
    const id = await gone('a.txt');
    writeFileSync(at('a.txt'), 'another');
    await expect(jail.trash.restore(id, { ifTaken: 'refuse' })).rejects.toEqual(code('conflict'));
    writeFileSync(at('a (restored).txt'), 'a third');
    expect(await jail.trash.restore(id, { ifTaken: 'rename' })).toEqual({ path: 'a (restored 2).txt' });
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('another');
    expect(readFileSync(at('a (restored).txt'), 'utf8')).toBe('a third');
  });

  test('a folder never goes into the place of another, not even an empty one', async () => {
    mkdirSync(at('d'));
    const id = (await jail.discard('d', by))?.id ?? '';
    mkdirSync(at('d'));
    await expect(jail.trash.restore(id, { ifTaken: 'refuse' })).rejects.toEqual(code('conflict'));
  });

  test('once only', async () => {
    const id = await gone('a');
    const both = await Promise.allSettled([
      jail.trash.restore(id, { ifTaken: 'rename' }),
      jail.trash.restore(id, { ifTaken: 'rename' }),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(root).filter((name) => name !== trashName)).toHaveLength(1);
    await expect(jail.trash.restore(id, { ifTaken: 'refuse' })).rejects.toEqual(code('not_found'));
    await expect(jail.trash.restore('../../etc', { ifTaken: 'refuse' })).rejects.toEqual(code('not_found'));
  });

  test('never out of the volume', async () => {
    const id = await gone('a');
    for (const path of ['../a', 'x/../../a', `${trashName}/a`])
      await expect(jail.trash.restore(id, { path, ifTaken: 'refuse' })).rejects.toEqual(code('invalid'));
    symlinkSync('/tmp', at('out'));
    await expect(jail.trash.restore(id, { path: 'out/a', ifTaken: 'refuse' })).rejects.toEqual(
      code('invalid'),
    );
  });

  test.skipIf(process.platform !== 'linux')(
    'A16 names that are no text, and such as are not made',
    async () => {
      for (const [bytes, spelled] of [
        [Buffer.from([0x63, 0xe9]), 'c\\xe9'],
        [Buffer.from('a\\b'), 'a\\x5cb'],
      ] as const) {
        writeFileSync(Buffer.concat([Buffer.from(`${root}/`), bytes]), 'x');
        const entry = await jail.discard(spelled, by);
        expect(entry?.path).toBe(spelled);
        reopen();
        await jail.trash.restore(entry?.id ?? '', { ifTaken: 'refuse' });
        expect((await jail.list('')).map(({ name }) => name)).toContain(spelled);
      }
    },
  );

  test('long names stay within bounds', async () => {
    const name = 'ü'.repeat(127);
    const id = await gone(name);
    writeFileSync(at(name), 'taken');
    const { path } = await jail.trash.restore(id, { ifTaken: 'rename' });
    expect(path).toMatch(/^ü+ \(restored\)$/);
  });
});

describe('going for good', () => {
  test('some, all, and the old ones', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      writeFileSync(at(name), Buffer.alloc(5000));
      await jail.discard(name, by);
      time += 1000;
    }
    const [newest] = await jail.trash.list();
    expect(await jail.trash.purge([newest?.id ?? '', 'nothing'])).toEqual({ count: 1, bytes: newest?.size });
    expect((await jail.trash.empty({ before: time - 3000 })).count).toBe(1);
    expect((await jail.trash.list()).map(({ path }) => path)).toEqual(['c', 'b']);
    expect((await jail.trash.empty()).count).toBe(2);
    expect(readdirSync(root)).toEqual([]);
  });

  test('emptying ends after the thing that it is at, when it is cancelled', async () => {
    for (const name of ['one', 'two', 'three']) {
      writeFileSync(at(name), name);
      await jail.discard(name, by);
    }
    const cancel = new AbortController();
    const told: number[] = [];
    const removed = ({ count }: { count: number }): void => {
      told.push(count);
      cancel.abort();
    };
    await expect(jail.trash.empty({ signal: cancel.signal, removed })).rejects.toThrow(/abort/);
    expect(told).toEqual([1]);
    expect(await jail.trash.list()).toHaveLength(2);
  });

  test('emptying takes what others put there, too', async () => {
    mkdirSync(at(trashName, 'theirs'), { recursive: true });
    writeFileSync(at(trashName, 'theirs/x'), 'x');
    await jail.trash.empty();
    expect(readdirSync(root)).toEqual([]);
  });

  test('what is not kept is gone at once', async () => {
    isKept = false;
    writeFileSync(at('f'), 'x');
    expect(await jail.discard('f', by)).toBeNull();
    writeFileSync(at('g'), 'x');
    await jail.writeWhole('g', chunks('y'), { keepOld: by });
    expect(readdirSync(root)).toEqual(['g']);
  });

  test('links in it are removed, never followed', async () => {
    const outside = join(tempDir(), 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'safe'), 'x');
    writeFileSync(at('f'), 'x');
    const entry = await jail.discard('f', by);
    rmSync(at(trashName, entry?.id ?? ''));
    symlinkSync(outside, at(trashName, entry?.id ?? ''));
    await jail.trash.purge([entry?.id ?? '']);
    await jail.trash.empty();
    expect(readdirSync(outside)).toEqual(['safe']);
  });

  test('a link in the place of the trash leads nowhere', async () => {
    const outside = join(tempDir(), 'outside');
    mkdirSync(outside);
    symlinkSync(outside, at(trashName));
    writeFileSync(at('f'), 'x');
    await jail.discard('f', by);
    expect(readdirSync(outside)).toEqual([]);
    expect(await jail.trash.list()).toHaveLength(1);
  });
});

describe('a crash at any step leaves a thing at its place or in the trash, and never hidden', () => {
  const record = (path: string): string =>
    JSON.stringify({ path, kind: 'file', size: 1, deleted_at: 5, by: 'me', cause: 'deleted' });
  const id = '0123456789ab-1';

  beforeEach(() => mkdirSync(at(trashName)));

  test('before the thing was moved: the record goes', async () => {
    writeFileSync(at('f'), 'x');
    writeFileSync(at(trashName, `${id}.json`), record('f'));
    expect(await jail.trash.list()).toEqual([]);
    expect(inTrash()).toEqual([]);
    expect(readFileSync(at('f'), 'utf8')).toBe('x');
  });

  test.each([
    ['no record', null],
    ['half a record', '{"path":'],
    ['a record of nonsense', '{"path":7}'],
  ])('%s: it is there without its place, and can be put where one likes', async (_what, text) => {
    writeFileSync(at(trashName, id), 'x');
    if (text !== null) writeFileSync(at(trashName, `${id}.json`), text);
    const [entry] = await jail.trash.list();
    expect(entry).toMatchObject({ id, path: null, kind: 'file' });
    await expect(jail.trash.restore(id, { ifTaken: 'refuse' })).rejects.toEqual(code('invalid'));
    await jail.trash.restore(id, { path: 'found', ifTaken: 'refuse' });
    expect(readFileSync(at('found'), 'utf8')).toBe('x');
    expect(inTrash()).toEqual([]);
  });

  test('between the two names of a file that is restored, or was not replaced', async () => {
    writeFileSync(at('f'), 'x');
    linkSync(at('f'), at(trashName, id));
    writeFileSync(at(trashName, `${id}.json`), record('f'));
    expect(await jail.trash.list()).toEqual([]);
    expect(inTrash()).toEqual([]);
    expect(readFileSync(at('f'), 'utf8')).toBe('x');
  });

  test('a record that somebody changed leads nowhere but into the volume', async () => {
    writeFileSync(at(trashName, id), 'x');
    writeFileSync(at(trashName, `${id}.json`), record('../../evil'));
    await expect(jail.trash.restore(id, { ifTaken: 'refuse' })).rejects.toEqual(code('invalid'));
  });

  test('a record that is a link, or huge, is not read', async () => {
    const secret = join(tempDir(), 'secret');
    writeFileSync(secret, record('secret'));
    writeFileSync(at(trashName, id), 'x');
    symlinkSync(secret, at(trashName, `${id}.json`));
    expect((await jail.trash.list())[0]?.path).toBeNull();
    reopen();
    rmSync(at(trashName, `${id}.json`));
    writeFileSync(at(trashName, `${id}.json`), record('x') + ' '.repeat(300_000));
    expect((await jail.trash.list())[0]?.path).toBeNull();
  });
});

describe('room', () => {
  /** A room that is measured as an image's is: what is in the folder counts. */
  function setUp(bytes: number): Room & { taken: number } {
    const room = boundRoom(bytes);
    const strict: Room & { taken: number } = {
      get taken() {
        return room.taken;
      },
      left: () => room.left(),
      take(more) {
        if (more > room.left()) throw new LightdeckError('out_of_space', 'full');
        room.taken += more;
      },
    };
    reopen(strict);
    return strict;
  }

  test('the trash counts, and is emptied, oldest first, before anything is refused', async () => {
    const room = setUp(100_000);
    for (const name of ['a', 'b', 'c']) {
      await jail.writeWhole(name, chunks(Buffer.alloc(28_672, 1)));
      await jail.discard(name, by);
      time += 1000;
    }
    expect(room.taken).toBe(3 * 28_672);
    await jail.writeWhole('d', chunks(Buffer.alloc(28_672, 1), Buffer.alloc(8192, 1)));
    expect((await jail.trash.list()).map(({ path }) => path)).toEqual(['c', 'b']);
    expect(emptied).toEqual([{ count: 1, bytes: 28_672 }]);
    await jail.copy('d', 'e');
    expect((await jail.trash.list()).map(({ path }) => path)).toEqual([]);
    expect(emptied.slice(1).reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });

  test('nothing is emptied for what would not fit all the same', async () => {
    setUp(100_000);
    await jail.writeWhole('a', chunks(Buffer.alloc(28_672, 1)));
    await jail.discard('a', by);
    await jail.writeWhole('b', chunks(Buffer.alloc(60_000, 1)));
    await expect(jail.copy('b', 'c')).rejects.toEqual(code('out_of_space'));
    expect(await jail.trash.list()).toHaveLength(1);
    expect(emptied).toEqual([]);
  });
});

test('what can not be moved stays', async () => {
  const cell = makeCell(tempDir());
  mkdirSync(join(cell.root, 'd'));
  writeFileSync(join(cell.root, 'd/f'), 'x');
  chmodSync(join(cell.root, 'd'), 0o500);
  // Nothing can be refused to root.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) for (const path of ['', 'd', 'd/f']) chownSync(join(cell.root, path), 1000, 1000);
  try {
    if (isRoot) process.seteuid?.(1000);
    await expect(cell.jail.discard('d/f', by)).rejects.toEqual(code('conflict'));
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  chmodSync(join(cell.root, 'd'), 0o700);
  expect(await cell.jail.trash.list()).toEqual([]);
  renameSync(join(cell.root, 'd'), join(cell.root, 'e'));
});
