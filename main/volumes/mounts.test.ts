import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkMounts } from './mounts.ts';

let top: string;
let allowed: string;
beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'lightdeck-mounts-')));
  allowed = join(top, 'allowed');
  mkdirSync(join(allowed, 'maps'), { recursive: true });
  mkdirSync(join(top, 'allowed-not'));
  mkdirSync(join(allowed, '..maps'));
  writeFileSync(join(allowed, 'file'), '');
  symlinkSync(top, join(allowed, 'out'));
  symlinkSync(allowed, join(top, 'in'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const system = 'Cannot mount to system path';

describe('A8 container side', () => {
  test.each([
    '/',
    '//',
    '/.',
    '/home/..',
    '/bin',
    '/bin/',
    '//bin',
    '/boot/x',
    '/dev/shm',
    '/etc',
    '/etc/passwd',
    '/lib/x',
    '/proc/1',
    '/sys',
    '/home/../etc',
    '/./etc',
    '/a/../../etc',
  ])('%s is refused', (inside) => {
    expect(() => checkMounts({ [inside]: join(allowed, 'maps') }, [allowed])).toThrow(system);
  });

  test.each(['', 'etc', 'data/x', '/a:/etc', '/a\0'])('%j is no absolute path', (inside) => {
    expect(() => checkMounts({ [inside]: join(allowed, 'maps') }, [allowed])).toThrow('absolute path');
  });

  test('the volume itself is refused, a folder in it and names that only begin alike are fine', () => {
    expect(() => checkMounts({ '/home/container/': allowed }, [allowed])).toThrow('own volume');
    const mounts = {
      '/home/container/maps': allowed,
      '/etcetera': allowed,
      '/binary/..data': allowed,
      '/lib64': allowed,
    };
    expect(checkMounts(mounts, [allowed])).toEqual(mounts);
  });

  test('one place can not be given twice', () => {
    expect(() => checkMounts({ '/a': allowed, '/a/': allowed }, [allowed])).toThrow('/a is named twice');
  });
});

describe('A8 host side', () => {
  test('an allowed folder and what is below it is fine, resolved', () => {
    expect(
      checkMounts({ '/a': allowed, '/b/': join(allowed, 'maps'), '/c': join(allowed, '..maps') }, [allowed]),
    ).toEqual({
      '/a': allowed,
      '/b': join(allowed, 'maps'),
      '/c': join(allowed, '..maps'),
    });
    expect(checkMounts({ '/a': join(top, 'in', 'maps') }, [join(top, 'in')])).toEqual({
      '/a': join(allowed, 'maps'),
    });
    expect(checkMounts({ '/a': '/' }, ['/'])).toEqual({ '/a': '/' });
  });

  test('all else is refused: outside, a like-named neighbour, a link that leads out, nothing, a file, a relative path', () => {
    const outside = [
      top,
      '/etc',
      join(top, 'allowed-not'),
      join(allowed, 'out'),
      join(allowed, 'out', 'allowed-not'),
      `${allowed}/../allowed-not`,
      join(allowed, 'missing'),
      join(allowed, 'file'),
      'maps',
      '',
      `${allowed}\0`,
    ];
    for (const path of outside) expect(() => checkMounts({ '/a': path }, [allowed])).toThrow(system);
  });

  test('nothing is allowed by default, nor by an allowed folder that does not exist', () => {
    expect(() => checkMounts({ '/a': allowed }, [])).toThrow(system);
    expect(() => checkMounts({ '/a': allowed }, [join(top, 'gone')])).toThrow(system);
    expect(checkMounts({}, [])).toEqual({});
  });
});
