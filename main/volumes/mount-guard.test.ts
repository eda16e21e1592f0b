import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MountGuard, type MountUse, refuseNested } from './mount-guard.ts';
import { folderIn } from './mount-view.ts';

let top: string;
let maps: string;
let allowed: string[];
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'lightdeck-guard-')));
  maps = join(top, 'maps');
  mkdirSync(join(maps, 'old'), { recursive: true });
  mkdirSync(join(top, 'secret'));
  allowed = [top];
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const use = (server: string, path: string, more: Partial<MountUse> = {}): MountUse => ({
  server,
  mounts: { '/data': path },
  readOnly: [],
  volume: null,
  ...more,
});
const guard = (others: MountUse[] = []) => new MountGuard({ allowed: () => allowed, others: () => others });
const nowhere = { id: 'a'.repeat(64), pid: null };

describe('B1 a mount is looked at again at each start', () => {
  test('as it was: fine, before and after', () => {
    const checked = guard().check(use('b', maps));
    const { dev, ino } = statSync(maps, { bigint: true });
    expect(checked).toEqual([{ target: '/data', path: maps, dev, ino }]);
    guard().confirm(checked, nowhere);
  });

  test('a link in its place, or above it, is refused; so is nothing, and a file', () => {
    const old = join(maps, 'old');
    rmSync(old, { recursive: true });
    expect(() => guard().check(use('b', old))).toThrow('mount /data: its folder on the host is not there');
    symlinkSync('/', old);
    expect(() => guard().check(use('b', old))).toThrow('or is a link now');
    rmSync(old);
    writeFileSync(old, '');
    expect(() => guard().check(use('b', old))).toThrow('is not there');
    rmSync(maps, { recursive: true });
    mkdirSync(join(top, 'secret', 'old'));
    symlinkSync(join(top, 'secret'), maps);
    expect(() => guard().check(use('b', old))).toThrow('or is a link now');
  });

  test('a folder that is not allowed any more is refused', () => {
    allowed = [join(top, 'secret')];
    expect(() => guard().check(use('b', maps))).toThrow("no longer among the host's allowed mounts");
  });

  test('another folder at the same path, put there during the start, is found afterwards', () => {
    const checked = guard().check(use('b', maps));
    renameSync(maps, join(top, 'moved'));
    mkdirSync(maps);
    expect(() => guard().confirm(checked, nowhere)).toThrow('was replaced by another one');
  });
});

describe('B1 what can be replaced by a link from inside is refused', () => {
  const nested = 'could be replaced by a link';

  test('below another server’s writable mount, above another’s, below one’s own, and in a volume', () => {
    const [upper, lower] = [use('a', maps), use('b', join(maps, 'old'))];
    expect(() => refuseNested(lower, [upper])).toThrow('of b lies in a folder that a can write to');
    expect(() => refuseNested(upper, [lower])).toThrow(nested);
    expect(() => guard([upper]).check(lower)).toThrow(nested);
    expect(() =>
      refuseNested(use('c', maps, { mounts: { '/x': maps, '/y': join(maps, 'old') } }), []),
    ).toThrow(nested);
    expect(() => refuseNested(lower, [use('a', top, { mounts: {}, volume: maps })])).toThrow(nested);
    // Whose start it isn't is not refused for another's sake.
    guard([lower]).check(upper);
  });

  test('fine: read-only above, the same folder, a neighbour, the server’s record of before', () => {
    const lower = use('b', join(maps, 'old'));
    refuseNested(lower, [use('a', maps, { readOnly: ['/data'] })]);
    refuseNested(lower, [
      use('a', join(maps, 'old')),
      use('c', join(top, 'secret')),
      use('d', join(maps, 'older')),
    ]);
    refuseNested(lower, [use('b', maps)]);
  });
});

describe('B1 what the container itself has mounted', () => {
  const id = 'c'.repeat(64);
  /** A /proc with a container's process 7, whose mounts are these lines. */
  function processWith(lines: string[], cgroup = `0::/docker/${id}\n`) {
    const proc = join(top, 'proc');
    mkdirSync(join(proc, 'self'), { recursive: true });
    mkdirSync(join(proc, '7', 'root'), { recursive: true });
    writeFileSync(join(proc, 'self', 'mountinfo'), '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n');
    writeFileSync(join(proc, '7', 'cgroup'), cgroup);
    writeFileSync(
      join(proc, '7', 'mountinfo'),
      lines.map((line) => `${line} rw - ext4 /dev/sda1 rw\n`).join(''),
    );
    return proc;
  }
  const seen = (proc: string, pid: number | null = 7) => {
    const [folder] = guard().check(use('b', maps));
    if (!folder) throw new Error('nothing was checked');
    return folderIn({ id, pid }, folder, proc);
  };

  test('the folder itself: same; the machine’s root or another device: other', () => {
    expect(seen(processWith([`2 1 8:1 ${maps} /data`]))).toBe('same');
    expect(seen(processWith(['2 1 8:1 / /data']))).toBe('other');
    expect(seen(processWith([`2 1 8:2 ${maps} /data`]))).toBe('other');
    expect(seen(processWith([`2 1 8:1 ${maps} /data`, '3 2 8:1 / /data']))).toBe('other');
    expect(seen(processWith(['2 1 8:1 / /elsewhere']))).toBe('other');
    expect(seen(processWith([`2 1 8:1 ${maps} /run/data`]))).toBe('same');
  });

  test('another inode at the path inside: other', () => {
    const proc = processWith([`2 1 8:1 ${maps} /data`]);
    mkdirSync(join(proc, '7', 'root', 'data'));
    expect(seen(proc)).toBe('other');
  });

  test('a stranger’s process, none, or one that may not be looked at: unknown', () => {
    expect(seen(processWith(['2 1 8:1 / /data'], '0::/user.slice\n'))).toBe('unknown');
    expect(seen(join(top, 'nothing'))).toBe('unknown');
    expect(seen(processWith([]), null)).toBe('unknown');
  });
});
