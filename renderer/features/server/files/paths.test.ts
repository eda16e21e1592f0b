import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crumbs,
  freeName,
  freeNames,
  fromAddress,
  isArchive,
  join,
  nameOf,
  nameProblem,
  parentOf,
  toAddress,
  withoutArchiveEnding,
} from './paths.ts';

describe('paths', () => {
  test('are put together and taken apart', () => {
    expect([join('', 'a'), join('a', 'b'), parentOf('a/b/c'), parentOf('a'), nameOf('a/b')]).toEqual([
      'a',
      'a/b',
      'a/b',
      '',
      'b',
    ]);
    expect(crumbs('a/b')).toEqual([
      { name: 'a', path: 'a' },
      { name: 'b', path: 'a/b' },
    ]);
    expect(crumbs('')).toEqual([]);
  });

  test('any names survive an address', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const path = names.join('/');
        expect(fromAddress(toAddress(path))).toBe(path);
      }),
    );
    expect(fromAddress('%zz')).toBe('');
  });

  test.each([
    ['', 'empty'],
    [' ', 'empty'],
    ['a/b', 'slash'],
    ['a\\b', 'slash'],
    ['..', 'dots'],
    ['...', null],
    ['ünï 🔥.txt', null],
  ])('the name %j: %s', (name, problem) => {
    expect(nameProblem(name)).toBe(problem);
  });

  test('a name that is free', () => {
    expect(freeName('a.txt', new Set())).toBe('a.txt');
    expect(freeName('a.txt', new Set(['a.txt', 'a (2).txt']))).toBe('a (3).txt');
    expect(freeName('.env', new Set(['.env']))).toBe('.env (2)');
  });

  test('free names for many, none given twice, nor one that another of them has', () => {
    const given = freeNames(['a.txt', 'a (2).txt', 'b'], new Set(['a.txt', 'a (2).txt']));
    expect([...given.values()]).toEqual(['a (3).txt', 'a (2) (2).txt', 'b']);
    expect(freeNames(['a.txt', 'a (2).txt'], new Set(['a.txt'])).get('a.txt')).toBe('a (3).txt');
  });

  test('archives by their endings', () => {
    const names = [
      'a.zip',
      'a.TAR.GZ',
      'a.tar.bz2',
      'a.tar',
      'a.tar.xz',
      'a.tar.zst',
      'a.tgz',
      'F22 latest.log.gz',
    ];
    expect(names.filter((name) => !isArchive(name))).toEqual([]);
    expect(['zip', 'a.gz.txt', 'gz'].filter(isArchive)).toEqual([]);
    expect(['latest.log.gz', 'w.tar.xz', 'w.TGZ', 'a'].map(withoutArchiveEnding)).toEqual([
      'latest.log',
      'w',
      'w',
      'a',
    ]);
  });
});
