import { expect, test } from 'vitest';
import { collected, type DroppedEntry, type DroppedFile, type DroppedFolder } from './dropped-files.ts';
import { answered, type Picked, topNames } from './picked.ts';

const file = (name: string): DroppedFile => ({
  name,
  isFile: true,
  isDirectory: false,
  file: (done) => done(new File([name], name)),
});

/** Gives its entries two at a time, as a browser does by the hundred. */
const folder = (name: string, entries: DroppedEntry[] = []): DroppedFolder => ({
  name,
  isFile: false,
  isDirectory: true,
  createReader() {
    let at = 0;
    return {
      readEntries(done) {
        const batch = entries.slice(at, at + 2);
        at += 2;
        done(batch);
      },
    };
  },
});

const shown = ({ files, folders }: Picked): string =>
  [...files.map(({ path }) => path), ...folders.map((path) => `${path}/`)].join(', ');

test('folders come with all in them, and empty ones too', async () => {
  const picked = await collected([
    file('motd.txt'),
    folder('world', [file('a'), file('b'), folder('deep', [folder('empty'), file('c')])]),
    folder('logs'),
  ]);
  expect(shown(picked)).toBe('motd.txt, world/a, world/b, world/deep/c, world/deep/empty/, logs/');
  expect(topNames(picked)).toEqual(['motd.txt', 'world', 'logs']);
});

test('too many are refused as a whole, folders counted', async () => {
  const many = Array.from({ length: 20_001 }, (_, index) => folder(`${index}`));
  await expect(collected(many)).rejects.toThrow(/More than .* files at once/);
  expect((await collected(many.slice(1))).folders.length).toBe(20_000);
});

test('an unreadable one fails the whole', async () => {
  const broken: DroppedFile = { ...file('x'), file: (_, fail) => fail(new DOMException('It is locked.')) };
  await expect(collected([file('a'), broken])).rejects.toThrow('It is locked.');
});

test('what is there already is replaced, kept beside, or left out, with all below it', async () => {
  const picked = await collected([
    folder('world', [file('a'), folder('empty')]),
    folder('logs'),
    file('motd'),
  ]);
  const there = new Set(['world', 'logs', 'world (2)']);
  const after = (answer: Parameters<typeof answered>[0]): string => shown(answered(answer, picked, there));
  expect(after('replace')).toBe('world/a, motd, world/empty/, logs/');
  expect(after('keep')).toBe('world (3)/a, motd, world (3)/empty/, logs (2)/');
  expect(after('skip')).toBe('motd');
  expect(after('cancel')).toBe('');
});
