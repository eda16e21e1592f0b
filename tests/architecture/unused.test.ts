import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildGraph, readSources } from './import-graph.ts';
import { deadFiles, ownExports, unusedPackages } from './unused.ts';

const root = join(import.meta.dirname, '../..');
const isTest = (file: string): boolean => /\.test(-helper)?\.tsx?$/.test(file);
const product = ['main', 'shared', 'preload', 'renderer', 'client'];
const sources = readSources(root, [...product, 'tests', 'bench']);
const graphOf = (files: Record<string, string>) => buildGraph(new Map(Object.entries(files)));

const names = z.record(z.string(), z.string());
const manifestSchema = z.object({ scripts: names, dependencies: names, devDependencies: names });

/** What is started by its command and never imported. */
const commands = { typescript: ['tsc'], '@biomejs/biome': ['biome'] };

/** Scripts and configuration, which are no part of the graph. */
function looseSources(): Map<string, string> {
  const folders = ['.', 'scripts', 'scripts/lib', 'tests/support'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /\.(mjs|ts)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

test('no file of the product is dead', () => {
  const graph = buildGraph(
    new Map([...sources].filter(([file]) => product.includes(file.split('/')[0] ?? '') && !isTest(file))),
  );
  const entries = ['main/index.ts', 'main/headless.ts', 'preload/index.ts', 'renderer/boot.ts'];
  // Nobody asks for copies of snapshots yet.
  entries.push('main/snapshots/sftp-place.ts');
  expect(deadFiles(graph, entries)).toEqual([]);
});

test('no dependency is unused', () => {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const imported = new Set(
    [...buildGraph(new Map([...sources, ...looseSources()])).values()]
      .flat()
      .filter(({ isPackage }) => isPackage)
      .map(({ target }) => target),
  );
  expect(unusedPackages(manifest, imported, commands)).toEqual([]);
});

test('what only its own file uses is not exported by the page', () => {
  const users = new Map([...sources].filter(([file]) => /^(renderer|tests)\//.test(file)));
  expect(ownExports(users, (file) => file.startsWith('renderer/') && !isTest(file))).toEqual([]);
});

test('a file that nothing leads to is dead, one of types alone is not', () => {
  const graph = graphOf({
    'main/index.ts': "import type { A } from './a.ts';\nconst b = await import('./b.ts');",
    'main/a.ts': '',
    'main/b.ts': '',
    'main/c.ts': "import './a.ts';",
  });
  expect(deadFiles(graph, ['main/index.ts'])).toEqual(['main/c.ts']);
});

test('a package is used by an import, by its command, or by what it describes', () => {
  const manifest = {
    scripts: { lint: 'c check .' },
    dependencies: { a: '1.0.0' },
    devDependencies: { b: '1.0.0', c: '1.0.0', '@types/a': '1.0.0', '@types/b': '1.0.0' },
  };
  expect(unusedPackages(manifest, new Set(['a']), { c: ['c'] })).toEqual(['b', '@types/b']);
});

test('an export counts as used by an import of its name, of all, or of the file when it is needed', () => {
  const files = new Map([
    ['renderer/a.ts', 'export const one = 1;\nexport type Two = 2;\nexport default 3;'],
    ['renderer/b.ts', 'export const four = 4;'],
    ['renderer/c.ts', 'export const five = 5;'],
    [
      'renderer/d.ts',
      "import { type Two } from './a.ts';\nimport * as b from './b.ts';\nvoid import('./c.ts');",
    ],
  ]);
  expect(ownExports(files, () => true)).toEqual(['renderer/a.ts: default', 'renderer/a.ts: one']);
});
