import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { z } from 'zod';

const host = join(import.meta.dirname, '../../dist/main');
const map = z.object({ sources: z.array(z.string()) });
const filesOf = (end: string): { name: string; text: string }[] =>
  readdirSync(host, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => ({ name, text: readFileSync(join(host, name), 'utf8') }));

test('the main process loads one bundle, and of other packages only what has native parts', () => {
  const named = filesOf('.js').flatMap(({ name, text }) => {
    const { staticImports, dynamicImports } = parseSync(name, text).module;
    return [
      ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
    ];
  });
  const others = named.filter((name) => !name.startsWith('.') && !isBuiltin(name));
  expect([...new Set(others)].sort()).toEqual(['electron', 'libsql']);
});

test('parts of libraries that are never called are not in it: each start would pay for them', () => {
  const sources = filesOf('.js.map').flatMap(({ text }) => map.parse(JSON.parse(text)).sources);
  const bundled = sources.map((source) => source.split('/node_modules/')[1] ?? '');
  expect(bundled).toContain('dockerode/lib/docker.js');
  const heavy = /^(@grpc|protobufjs|ajv|tar-stream|cpu-features)\//;
  expect(bundled.filter((path) => heavy.test(path))).toEqual([]);
});
