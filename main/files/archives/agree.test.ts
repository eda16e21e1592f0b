import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ArchiveFormat, archiveFormats } from '../../../shared/http/archives.ts';
import { rounds } from '../../../tests/support/lane.ts';
import type { FileKind, Jail } from '../contract.ts';
import { openBench } from './archives.test-helper.ts';

interface Thing {
  name: number[];
  kind: 'file' | 'directory' | 'link';
  /** Of a file: its length, and where something stands in it. */
  size: number;
  at: number;
  time: number;
}

const nameBytes = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 120 }).map((bytes) => [...bytes]),
    fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).map((text) => [...Buffer.from(text)]),
  )
  .map((bytes) => bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x5f : byte)).slice(0, 200))
  .filter((bytes) => !['.', '..'].includes(Buffer.from(bytes).toString('latin1')));
const thing: fc.Arbitrary<Thing> = fc.record({
  name: nameBytes,
  kind: fc.constantFrom('file', 'file', 'directory', 'link'),
  size: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3_000_000 })),
  at: fc.integer({ min: 0, max: 3_000_000 }),
  time: fc.integer({ min: -2_000_000_000, max: 15_000_000_000 }),
});

/** Makes them in a folder, half of them in another one below; names that are there already are passed over. */
function make(root: string, things: Thing[]): void {
  const deep = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x64, 0xe9])]);
  mkdirSync(deep);
  for (const [i, { name, kind, size, at, time }] of things.entries()) {
    const path = Buffer.concat([i % 2 === 0 ? deep : Buffer.from(root), Buffer.from('/'), Buffer.from(name)]);
    try {
      if (kind === 'directory') mkdirSync(path);
      else if (kind === 'link')
        symlinkSync(Buffer.from([...Buffer.from(at % 5 === 0 ? '../../../' : 'to '), ...name]), path);
      else {
        const file = openSync(path, 'wx');
        ftruncateSync(file, size);
        if (at < size) writeSync(file, 'x', at);
        closeSync(file);
        utimesSync(path, new Date(time * 1000), new Date(time * 1000));
      }
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    }
  }
}

/** By path: the kind, the bytes, the time in seconds. All that the walk lists must be readable by that name. */
async function content(jail: Jail, folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { path, kind, modifiedAt } of jail.walk(folder)) {
    const full = `${folder}/${path}`;
    const read: Record<FileKind, () => Promise<string>> = {
      file: async () => {
        const file = await jail.open(full, { read: true, write: false });
        const bytes = await file.readFile();
        await file.close();
        const at = bytes.findIndex((byte) => byte !== 0);
        return `${bytes.length} bytes, ${at < 0 ? 'zeros' : `${at}: ${bytes[at]}`}, ${Math.floor(modifiedAt / 1000)}`;
      },
      directory: async () => '/',
      link: () => jail.readLink(full).catch(() => 'leads out'),
      other: async () => 'other',
    };
    found.set(path, await read[kind]());
  }
  return found;
}

/** What must be left out of an archive, and be counted. */
function leftOut(path: string, text: string, format: ArchiveFormat): boolean {
  return (
    text === 'leads out' ||
    /\\x5c/.test(path) ||
    /^[a-z]\\x3a/i.test(path) ||
    isDots(path) ||
    (format === 'zip' && /\\/.test(path))
  );
}

/** Names that become dots where characters are put into their plain form. */
const isDots = (path: string): boolean =>
  path.split('/').some((name) => ['.', '..'].includes(name.normalize('NFKC')));

test('F5 F10 F13 F25 whatever is there: what is listed can be named; what we pack comes out again, and the rest is counted', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(thing, { maxLength: 12 }),
      fc.constantFrom(...archiveFormats),
      async (things, format) => {
        let left = 200_000_000;
        const room = {
          take: (bytes: number) => {
            left -= bytes;
          },
          left: () => left,
        };
        const { root, jail, ...bench } = openBench({ room });
        mkdirSync(join(root, 'from'));
        make(join(root, 'from'), things);
        const before = await content(jail, 'from');
        const packed = await bench.pack({ format, path: 'from', outputName: 'out' });
        await jail.rename(packed.archive_path, 'in');
        const done = await bench.extract();
        const after = await content(jail, 'to');
        const expected = [...before].filter(([path, text]) => !leftOut(path, text, format));
        expect(packed.files + packed.folders + packed.links).toBe(expected.length);
        expect(packed.skipped_links + packed.skipped_others).toBe(before.size - expected.length);
        expect(done).toMatchObject({ files: packed.files, folders: packed.folders, skipped_others: 0 });
        expect([...after.keys()].sort()).toEqual(expected.map(([path]) => path).sort());
        const plain = (text: string): string => (format === 'zip' ? text.replace(/, -?\d+$/, '') : text);
        for (const [path, text] of expected)
          expect([path, plain(after.get(path) ?? '')]).toEqual([path, plain(text)]);
        await jail.remove('to', { recursive: true });
        for (const { name } of await jail.list('from'))
          await jail.remove(`from/${name}`, { recursive: true });
        expect(readdirSync(join(root, 'from'))).toEqual([]);
      },
    ),
    { numRuns: rounds('archives, whatever is in a folder', 15, 60, 'cases') },
  );
});
