// Lists the numbered rules of the socket protocol and the HTTP API that no test carries in its title.
// `node scripts/list-rules.mjs` prints them; with `--all` every rule with the files of its tests.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './lib/paths.mjs';

const families = { S: 16, X: 6, H: 3, A: 15 };
const rules = Object.entries(families).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);
const title = /\b(?:it|test|describe)(?:\.\w+(?:\([^()]*\))?)*\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;

function testFiles() {
  return ['client', 'main', 'shared', 'preload', 'renderer', 'tests'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && /\.test\.tsx?$/.test(entry.name) && !entry.parentPath.includes('node_modules'),
      )
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

const proofs = new Map(rules.map((rule) => [rule, new Set()]));
for (const file of testFiles()) {
  for (const match of readFileSync(file, 'utf8').matchAll(title)) {
    for (const [rule] of match[2].matchAll(/\b[SXHA]\d{1,2}\b/g)) proofs.get(rule)?.add(relative(root, file));
  }
}
const missing = rules.filter((rule) => proofs.get(rule).size === 0);
if (process.argv.includes('--all')) {
  for (const [rule, files] of proofs) process.stdout.write(`${rule}: ${[...files].join(', ') || 'none'}\n`);
} else {
  process.stdout.write(
    missing.length === 0 ? 'Every rule has a test.\n' : `Rules without a test: ${missing.join(' ')}\n`,
  );
}
