import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawRooms } from './draw-rooms.ts';
import { findProblems, isProduct } from './fences.ts';
import { buildGraph, findCycles, reachable, readSources, scanImports } from './import-graph.ts';

const root = join(import.meta.dirname, '../..');
const graphOf = (files: Record<string, string>) => buildGraph(new Map(Object.entries(files)));

describe('the import graph of this repository', () => {
  const folders = ['client', 'main', 'shared', 'preload', 'renderer', 'tests', 'bench'];
  const graph = buildGraph(readSources(root, folders));

  test('keeps to the plan of the house', () => {
    expect(findProblems(graph)).toEqual([]);
  });

  test('docs/rooms.svg shows it as it is; `npm run rooms` draws it anew', () => {
    expect(readFileSync(join(root, 'docs/rooms.svg'), 'utf8')).toBe(drawRooms(graph, isProduct));
  });

  test('every stop of the reading order in docs/architecture.md is there', () => {
    const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const stops = text.slice(text.indexOf('## Reading order')).matchAll(/^\d\. .*$/gm);
    const named = [...stops].flatMap(([stop]) =>
      [...stop.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
    );
    expect(named.length).toBeGreaterThan(10);
    for (const path of named) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
  });

  test('is really read: the host is made of many files of all rooms, and reaches its packages', () => {
    const loaded = reachable(graph, 'main/headless.ts');
    for (const part of [
      'main/daemon.ts',
      'main/socket/socket-server.ts',
      'shared/errors.ts',
      'dockerode',
      'ws',
    ]) {
      expect(loaded).toContain(part);
    }
  });
});

describe('the reader', () => {
  test('finds every form of import, and nothing in comments and text', () => {
    const text = `
      import a, { type B } from './a.ts';
      import type { C } from './c.ts';
      import {
        d,
        e,
      } from '../d.ts';
      import './e.css';
      export * from './f.ts';
      export type { G } from './g.ts';
      const h = await import('./h.ts');
      const i = createRequire(import.meta.url).resolve('./i.js');
      // import x from './comment.ts';
      const text = "import y from './text.ts'";
      const code = \`
      import z from './template.ts';
      \`;
      export const from = './no.ts';
    `;
    expect(scanImports(text)).toEqual([
      { specifier: './a.ts', typeOnly: false },
      { specifier: './c.ts', typeOnly: true },
      { specifier: '../d.ts', typeOnly: false },
      { specifier: './e.css', typeOnly: false },
      { specifier: './f.ts', typeOnly: false },
      { specifier: './g.ts', typeOnly: true },
      { specifier: './h.ts', typeOnly: false },
      { specifier: './i.js', typeOnly: false },
    ]);
  });

  test('a cycle of values is found once, one of types is none', () => {
    const b = "import { c } from './c.ts'; import type { A } from './a.ts';";
    expect(findCycles(graphOf({ 'a.ts': "import './b.ts';", 'b.ts': b, 'c.ts': '' }))).toEqual([]);
    expect(
      findCycles(graphOf({ 'a.ts': "import './b.ts';", 'b.ts': b, 'c.ts': "import './a.ts';" })),
    ).toEqual([['a.ts', 'b.ts', 'c.ts']]);
  });
});

describe('the fences', () => {
  test.each([
    ['main/lib/a.ts', "import '../docker/b.ts';", 'main/docker is not below main/lib'],
    ['main/http/a.ts', "import '../socket/b.ts';", 'main/socket is not below main/http'],
    ['main/servers/a.ts', "import type { B } from '../http/b.ts';", 'main/http is not below main/servers'],
    ['main/http/a.ts', "import 'dockerode';", 'dockerode may only be used in main/docker'],
    ['main/http/a.ts', "import type { WebSocket } from 'ws';", 'ws may only be used in main/socket'],
    ['main/lib/a.ts', "import 'electron/main';", 'electron may only be used in'],
    ['main/servers/a.ts', "import '../desktop/b.ts';", 'only main/index.ts may import the desktop parts'],
    ['renderer/a.tsx', "import '../main/lib/b.ts';", 'renderer may only import from shared'],
    ['client/a.ts', "import '../main/lib/b.ts';", 'client may only import from shared'],
    ['client/a.ts', "import { WebSocket } from 'ws';", 'ws may only be used in main/socket'],
    ['client/a.ts', "import 'node:fs';", 'client may only use zod'],
    ['main/http/a.ts', "import '../../client/b.ts';", 'main/http may not import from client'],
    ['renderer/a.tsx', "import 'node:fs';", 'the page has no Node'],
    ['preload/a.ts', "import 'zod';", 'preload may only use electron'],
    ['shared/a.ts', "import 'node:fs';", 'shared may only use zod'],
    ['shared/a.ts', "import '../main/lib/b.ts';", 'main/lib is not below shared'],
    ['main/lib/a.ts', "import '../../tests/support/b.ts';", 'must not import what is not product code'],
    ['main/lib/a.ts', "import './b.test-helper.ts';", 'must not import what is not product code'],
    ['main/servers/a.ts', "import '../wire/b.ts';", 'only main/socket may import from main/wire'],
    [
      'main/console/a.ts',
      "import type { B } from '../wire/b.ts';",
      'only main/socket may import from main/wire',
    ],
    ['main/novel/a.ts', "import '../lib/b.ts';", 'main/novel is not in the plan of the house'],
    ['main/lib/a.ts', "import './gone.ts';", 'which is not there'],
  ])('%s with %s is a problem', (file, text, problem) => {
    const rooms = ['docker', 'socket', 'http', 'desktop', 'lib', 'wire'].map((room) => [
      `main/${room}/b.ts`,
      '',
    ]);
    const others = {
      ...Object.fromEntries(rooms),
      'client/b.ts': '',
      'tests/support/b.ts': '',
      'main/lib/b.test-helper.ts': '',
    };
    const found = findProblems(graphOf({ ...others, [file]: text }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });

  test('two rooms on one floor that need each other are a problem', () => {
    const files = {
      'main/docker/a.ts': "import '../stats/b.ts';",
      'main/stats/b.ts': '',
      'main/stats/c.ts': "import '../docker/d.ts';",
      'main/docker/d.ts': '',
    };
    expect(findProblems(graphOf(files))).toEqual(['two rooms that need each other: main/docker main/stats']);
  });

  test('electron behind a dynamic import is still loaded by the headless host', () => {
    const files = {
      'main/headless.ts': "await import('./daemon.ts');",
      'main/daemon.ts': "import 'electron';",
    };
    expect(findProblems(graphOf(files))).toContain('main/headless.ts loads electron');
  });
});
