// Lists the numbered rules of the socket protocol, the HTTP API and the eggs that no test of `npm test` carries in its title, and numbers that two rules have.
// `node scripts/list-rules.mjs` prints them; with `--all` every rule with the files of its tests. Exit code 1 if a rule has none.
import { readFileSync } from 'node:fs';
import { inRoot } from './lib/paths.mjs';
import { filesByNumber } from './lib/test-titles.mjs';

const documents = ['docs/protocol.md', 'docs/http.md', 'docs/eggs.md'];
/** Rules that documents refer to without a paragraph of their own. */
const families = { S: 16, X: 6, H: 4, A: 20 };
const known = Object.entries(families).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);
// As headings or in bold; B, C, F and G are faults (list-untested-faults.mjs).
const written = documents.flatMap((path) =>
  [...readFileSync(inRoot(path), 'utf8').matchAll(/(?:^#+ |\*\*)([ADEHIK-Z]\d{1,2})\b/gm)].map(
    ([, rule]) => rule,
  ),
);
const rules = [...new Set([...known, ...written])];
// A9 has a paragraph for files and one for archives.
const twice = written.filter((rule, index) => rule !== 'A9' && written.indexOf(rule) < index);

const proofs = filesByNumber(rules, /\b[A-Z]\d{1,2}\b/g);
const missing = rules.filter((rule) => proofs.get(rule).size === 0);
if (twice.length > 0) process.stdout.write(`Numbers that two rules have: ${twice.join(' ')}\n`);
if (process.argv.includes('--all')) {
  for (const [rule, files] of proofs) process.stdout.write(`${rule}: ${[...files].join(', ') || 'none'}\n`);
} else {
  process.stdout.write(
    missing.length === 0 ? 'Every rule has a test.\n' : `Rules without a test: ${missing.join(' ')}\n`,
  );
}
process.exit(missing.length + twice.length === 0 ? 0 : 1);
