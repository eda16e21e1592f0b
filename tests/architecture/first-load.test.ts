import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

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
