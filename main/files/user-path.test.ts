import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { parseUserPath, refuseAbsolute } from './user-path.ts';

const literal = 'Invalid path: path traversal detected';

describe('A9 paths as users give them', () => {
  test.each([
    ['', []],
    ['/', []],
    ['.', []],
    ['./', []],
    ['a', ['a']],
    ['/a', ['a']],
    ['a/b/', ['a', 'b']],
    ['a//./b', ['a', 'b']],
    ['...', ['...']],
    ['..a/a..', ['..a', 'a..']],
    ['%2e%2e/x', ['%2e%2e', 'x']],
    ['ünïcödé/世界/🎲', ['ünïcödé', '世界', '🎲']],
    ['world 12:30.zip', ['world 12:30.zip']],
    ['a'.repeat(255), ['a'.repeat(255)]],
  ])('%j is %j', (path, names) => {
    expect(parseUserPath(path, false)).toEqual(names);
  });

  test.each([
    '..',
    '/..',
    '../etc/passwd',
    'a/../b',
    'a/..',
    './..',
    '..//',
    '..\\x',
    'a\\b',
    '\\\\server\\share',
    '//server/share',
    '///x',
    'C:\\Windows',
    'C:/Windows',
    './C:/Windows',
    './/C:',
    'c:',
    'c:x',
    '/C:/x',
    'a\0b',
    '\0',
    'a/\ud800/b',
    '\udfff',
    'a'.repeat(256),
    'ü'.repeat(128),
    'a/'.repeat(20_000),
  ])('%j is refused in the published words', (path) => {
    expect(() => parseUserPath(path, false)).toThrow(literal);
  });

  test.each([
    'NUL',
    'nul.txt',
    'COM1',
    'com¹',
    'a/AUX',
    'con .x',
    'a.',
    'a ',
    'ab:c',
    'a?',
    'a*',
    'CONIN$',
    'a\x01',
  ])('%j is refused on Windows, and a plain name elsewhere', (path) => {
    expect(() => parseUserPath(path, true)).toThrow(literal);
    expect(parseUserPath(path, false)).toEqual(path.split('/'));
  });

  test.each(['nullable', 'console', 'com', 'com10', 'aux1', '.a', ' a'])(
    '%j is fine on Windows too',
    (path) => {
      expect(parseUserPath(path, true)).toEqual([path]);
    },
  );

  test('absolute paths are refused where paths are relative, `/` is the root', () => {
    expect(refuseAbsolute('/')).toBe('/');
    expect(refuseAbsolute('a/b')).toBe('a/b');
    expect(() => refuseAbsolute('/etc/passwd')).toThrow(literal);
  });

  test('whatever comes in: names that stay below, or the one refusal', () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      'a',
      '\0',
      'C:',
      '%2e',
      'é',
      '\ud800',
      ' ',
      '',
      'NUL',
      '~',
      '//',
    );
    const path = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(path, fc.boolean(), (input, windows) => {
        let names: string[];
        try {
          names = parseUserPath(input, windows);
        } catch (error) {
          expect(error).toBeInstanceOf(LightdeckError);
          expect(error).toMatchObject({ code: 'invalid', message: literal });
          return;
        }
        for (const name of names) {
          expect(['', '.', '..']).not.toContain(name);
          expect(name).not.toMatch(/[/\\\0]/);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        }
        // A second look changes nothing.
        expect(parseUserPath(names.join('/'), windows)).toEqual(names);
      }),
      { numRuns: 2000 },
    );
  });
});
