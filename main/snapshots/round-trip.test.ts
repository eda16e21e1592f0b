import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  ftruncateSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import { about, damageBlocks, freely, sourceOf, targetOf, testStore } from './snapshots.test-helper.ts';

/** Everything that a folder can hold, and what is hard to keep. */
function hostileTree(root: string): void {
  const at = (name: string): string => join(root, name);
  const bytes = (...values: (string | number[])[]): Buffer =>
    Buffer.concat([Buffer.from(`${root}/`), ...values.map((value) => Buffer.from(value as string))]);
  mkdirSync(at('world/region'), { recursive: true });
  mkdirSync(at('empty folder'));
  mkdirSync(at('a'));
  writeFileSync(at('a/in a'), 'x');
  // Between `a` and what is in it, if whole paths were compared.
  writeFileSync(at('a!'), '');
  writeFileSync(at('a.txt'), 'text');
  writeFileSync(at('empty'), '');
  writeFileSync(at('world/region/r.0.0.mca'), randomBytes(9 * 1024 * 1024 + 77));
  writeFileSync(at('world/level.dat'), 'x'.repeat(4 * 1024 * 1024));
  writeFileSync(at('zeros'), Buffer.alloc(5 * 1024 * 1024));
  const holes = openSync(at('holes'), 'w');
  writeSync(holes, Buffer.from('begin'), 0, 5, 0);
  writeSync(holes, Buffer.from('middle'), 0, 6, 6 * 1024 * 1024);
  ftruncateSync(holes, 21 * 1024 * 1024 + 3);
  closeSync(holes);
  linkSync(at('a.txt'), at('world/same'));
  linkSync(at('a.txt'), at('Z same'));
  symlinkSync('a.txt', at('link'));
  symlinkSync('/etc/passwd', at('outside'));
  symlinkSync('../../..', at('world/up'));
  symlinkSync('nowhere', at('dangling'));
  for (const name of [[0xff, 0xfe], 'back\\slash', 'new\nline', 'ünï €', 'C:', '-rf', ' ', '..x', '\\x41'])
    writeFileSync(bytes(name), String(name));
  mkdirSync(bytes([0x80, 0x81]));
  writeFileSync(bytes([0x80, 0x81], '/', [0xc3]), 'in a folder that is no text');
  symlinkSync(Buffer.from([0x2f, 0xff, 0x5c]), bytes('link to no text'));
  chmodSync(at('a.txt'), 0o640);
  chmodSync(at('world/level.dat'), 0o4755);
  chmodSync(at('world'), 0o2750);
  chmodSync(at('empty folder'), 0o500);
  if (process.geteuid?.() === 0) {
    chownSync(at('world/region/r.0.0.mca'), 1234, 2345);
    chownSync(at('a'), 99, 98);
  }
  utimesSync(at('zeros'), 1_000_000_000.123456, 1_000_000_000.123456);
  utimesSync(at('empty'), -5, -5);
  lutimesSync(at('link'), 1_234_567_890, 1_234_567_890);
  utimesSync(at('world/region'), 1_111_111_111, 1_111_111_111);
  utimesSync(at('a'), 1_222_222_222.5, 1_222_222_222.5);
}

function runAlone(program: string, args: string[]): { status: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env: {},
    cwd: '/',
    encoding: 'utf8',
  });
  return { status, out: stdout + stderr };
}

describe('a snapshot', () => {
  test('gives back bit for bit what was there', async () => {
    const [folder, back] = [tempDir(), tempDir()];
    hostileTree(folder);
    const store = await testStore();
    const info = await store.create(sourceOf(folder), about, freely());
    expect(info).toMatchObject({ unsteady: { count: 0 }, left_out: { count: 0 }, damaged: 0 });
    expect(await store.list()).toEqual([info]);
    const done = await store.restore(info.id, targetOf(back), {}, freely());
    expect(done).toEqual({ files: info.files, bytes: info.bytes });
    expect(treeOf(back)).toEqual(treeOf(folder));
  });

  test('comes back by the program in the store alone', async () => {
    const [folder, back] = [tempDir(), join(tempDir(), 'back')];
    hostileTree(folder);
    const store = await testStore();
    const info = await store.create(sourceOf(folder), about, freely());
    await store.close();
    // Without a repository, packages or an environment around it.
    const elsewhere = join(tempDir(), 'moved');
    cpSync(store.folder, elsewhere, { recursive: true });
    const program = (...args: string[]) => runAlone(join(elsewhere, 'restore.mjs'), args);
    expect(program('list')).toMatchObject({ status: 0, out: expect.stringContaining(info.id) });
    expect(program('check')).toMatchObject({ status: 0, out: expect.stringContaining('All is well') });
    expect(program('restore', 'latest', back)).toMatchObject({ status: 0 });
    expect(treeOf(back)).toEqual(treeOf(folder));
    expect(program('restore', 'latest', back)).toMatchObject({
      status: 1,
      out: expect.stringContaining('not empty'),
    });
    const some = join(back, '../some');
    expect(program('restore', info.id, some, 'a', 'world/region')).toMatchObject({ status: 0 });
    expect(Object.keys(treeOf(some))).toEqual([
      'a',
      'a/in a',
      'world',
      'world/region',
      'world/region/r.0.0.mca',
    ]);
    damageBlocks(elsewhere);
    expect(program('check', info.id)).toMatchObject({
      status: 1,
      out: expect.stringContaining('world/level.dat'),
    });
  });
});
