import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildGraph, readSources } from './import-graph.ts';
import { findPageProblems, findReplacements } from './page-fences.ts';

const root = join(import.meta.dirname, '../..');

test('the page keeps to its plan: link, state, ui, and features that do not know each other', () => {
  const graph = buildGraph(readSources(root, ['renderer']));
  expect(graph.size).toBeGreaterThan(200);
  expect(findPageProblems(graph)).toEqual([]);
});

test('I3 no page puts a failure, or waiting for a second answer, in the place of what is typed in it', () => {
  const sources = readSources(root, ['renderer']);
  expect(findReplacements(sources)).toEqual([]);
});

test.each([
  'if (query.error)\n    return <QueryTrouble />;',
  'if (query.error) return null;',
  'if (servers === null || pool.isPending) return null;',
])('I3 %s is found', (text) => {
  expect(findReplacements(new Map([['renderer/features/a/b.tsx', text]]))).toHaveLength(1);
});

test('I3 a failure before there is anything else may stand alone', () => {
  const text = 'if (query.error && !query.data) return <QueryTrouble />;';
  expect(findReplacements(new Map([['renderer/features/a/b.tsx', text]]))).toEqual([]);
});

test.each([
  ['renderer/features/a/b.tsx', "import '../c/d.ts';", 'share only'],
  ['renderer/ui/b.tsx', "import '../features/c/d.ts';", 'features is not below'],
  ['renderer/state/b.ts', "import '../ui/c.ts';", 'ui is not below'],
  ['renderer/state/b.ts', "import 'react';", 'no React'],
  ['renderer/link/b.ts', "import '@mantine/core';", 'no React'],
])('%s with %s is a problem', (file, text, problem) => {
  const found = findPageProblems(buildGraph(new Map([[file, text]])));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(problem);
});

test.each([
  ['renderer/features/a/b.tsx', "import './c/d.ts';\nimport '../feature.ts';\nimport '../../ui/e.tsx';"],
  ['renderer/features/pages.ts', "import './a/page.ts';\nimport './b/page.ts';"],
  ['renderer/app.tsx', "import './features/a/b.tsx';"],
])('%s with %s is none', (file, text) => {
  expect(findPageProblems(buildGraph(new Map([[file, text]])))).toEqual([]);
});
