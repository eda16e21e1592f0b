import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';

const page = join(import.meta.dirname, '../../dist/renderer');
/** Bytes of JavaScript, gzipped, that the first page may need. */
const limit = 218_000;

/** The scripts that a browser loads before it paints: those of the page, and all that they import at once. */
function firstScripts(): Set<string> {
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  const found = new Set(
    [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? ''),
  );
  for (const path of found) {
    const text = readFileSync(join(page, path), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) found.add(`assets/${name}`);
    // boot.ts asks for the interface itself, so that it can ask again; everything else that is asked for comes later.
    if (path.includes('/index-'))
      for (const [, name] of text.matchAll(/import\(\W\.\/(main-[^"'`]+\.js)/g)) found.add(`assets/${name}`);
  }
  return found;
}

test('what the first page needs stays small: terminal, charts, editor and other pages come when they are shown', () => {
  const scripts = firstScripts();
  expect(scripts.size).toBeGreaterThan(1);
  const bytes = [...scripts].reduce((sum, path) => sum + gzipSync(readFileSync(join(page, path))).length, 0);
  expect(bytes).toBeLessThan(limit);
});

const program = join(import.meta.dirname, '../../dist/main');

/** The files of the program that a host has loaded once it listens: what `headless.js` imports, and what those import at once. */
function startFiles(): Set<string> {
  const found = new Set(['headless.js']);
  for (const path of found) {
    const text = readFileSync(join(program, path), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      found.add(join('chunks', name?.replace('chunks/', '') ?? ''));
    // Asked for later in the text, but by every start.
    for (const [, name] of text.matchAll(
      /import\(\W\.\/((?:chunks\/)?(?:run-host|daemon|docker)-[^"'`]+\.js)/g,
    ))
      found.add(join('chunks', name?.replace('chunks/', '') ?? ''));
  }
  return found;
}

test('a start loads no library that only some hosts ever need', () => {
  const sources = [...startFiles()].flatMap((path) => {
    // What the bundler puts in by itself has no sources.
    if (!existsSync(join(program, `${path}.map`))) return [];
    const map: unknown = JSON.parse(readFileSync(join(program, `${path}.map`), 'utf8'));
    return z.object({ sources: z.array(z.string()) }).parse(map).sources;
  });
  const has = (part: string): boolean => sources.some((path) => path.includes(part));
  expect(has('/main/daemon.ts')).toBe(true);
  expect(has('/node_modules/fastify/')).toBe(true);
  for (const library of ['ssh2', '@homebridge/ciao', 'yaml', 'electron-updater', 'js-yaml'])
    expect(has(`/node_modules/${library}/`), library).toBe(false);
  expect(has('/main/snapshots/store.ts')).toBe(false);
});
