import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSources } from './import-graph.ts';
import { functionSizes, sizeProblems } from './sizes.ts';

const root = join(import.meta.dirname, '../..');
const isTest = (file: string): boolean => file.startsWith('tests/') || /\.test(-helper)?\.tsx?$/.test(file);
const limitsOf = (file: string) =>
  isTest(file) ? { file: 500, function: null } : { file: 400, function: 80 };

describe('sizes', () => {
  const sources = readSources(root, ['main', 'shared', 'preload', 'renderer', 'client', 'tests']);
  const found = [...sources].flatMap(([file, text]) => sizeProblems(file, text, limitsOf(file)));

  test('no function of the product is over 80 lines, no file over 400, no file of tests over 500', () => {
    expect(sources.size).toBeGreaterThan(500);
    expect(found).toEqual([]);
  });

  const body = (lines: number): string => '  a();\n'.repeat(lines - 2);
  test.each([
    ['a function', `function long() {\n${body(81)}}\n`, 'long'],
    ['an arrow function', `const long = () => {\n${body(81)}};\n`, 'long'],
    ['a method', `class A {\n  long() {\n${body(81)}}\n}\n`, 'long'],
    ['a component', `export const C = memo(function Long() {\n${body(81)}return <b />;}\n);`, 'Long'],
    ['a callback', `on(() => {\n${body(81)}});\n`, 'on'],
  ])('%s of 81 lines is a problem, one of 80 is none', (_kind, text, name) => {
    const limits = { file: 400, function: 80 };
    expect(sizeProblems('a.tsx', text, limits)).toEqual([`a.tsx: ${name} has 81 lines, 80 are allowed`]);
    expect(sizeProblems('a.tsx', text.replace('  a();\n', ''), limits)).toEqual([]);
  });

  test('a long file is a problem, and each function within another counts for itself', () => {
    expect(sizeProblems('a.ts', 'a();\n'.repeat(401), { file: 400, function: null })).toHaveLength(1);
    expect(sizeProblems('a.ts', 'a();\n'.repeat(400), { file: 400, function: null })).toEqual([]);
    expect(functionSizes('a.ts', 'function a() {\n  const b = () => 1;\n  return b;\n}\n')).toEqual([
      { name: 'a', line: 1, lines: 4 },
      { name: 'b', line: 2, lines: 1 },
    ]);
  });
});
