// The titles of all tests that `npm test` runs (not the long lane's), for those who look for numbers of rules and faults in them.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './paths.mjs';

// After `it.each(…)` too, whose table may have brackets of its own.
const title = /(?:\b(?:it|test|describe)(?:\.\w+)*|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;

function testFiles() {
  return ['client', 'main', 'shared', 'preload', 'renderer', 'tests'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() &&
          /\.test\.tsx?$/.test(entry.name) &&
          !entry.name.includes('.long.') &&
          !entry.parentPath.includes('node_modules'),
      )
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

/** By number, the files (relative to the repository) with a test whose title has it. `number` is a global expression. */
export function filesByNumber(numbers, number) {
  const found = new Map(numbers.map((one) => [one, new Set()]));
  for (const file of testFiles()) {
    for (const match of readFileSync(file, 'utf8').matchAll(title)) {
      for (const [one] of match[2].matchAll(number)) found.get(one)?.add(relative(root, file));
    }
  }
  return found;
}
