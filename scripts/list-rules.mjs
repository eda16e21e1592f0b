// Lists the numbered rules of the socket protocol and the HTTP API that no test carries in its title.
// `node scripts/list-rules.mjs` prints them; with `--all` every rule with the files of its tests.
import { filesByNumber } from './lib/test-titles.mjs';

const families = { S: 16, X: 6, H: 4, A: 20, W: 7 };
const rules = Object.entries(families).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);

const proofs = filesByNumber(rules, /\b[SXHAW]\d{1,2}\b/g);
const missing = rules.filter((rule) => proofs.get(rule).size === 0);
if (process.argv.includes('--all')) {
  for (const [rule, files] of proofs) process.stdout.write(`${rule}: ${[...files].join(', ') || 'none'}\n`);
} else {
  process.stdout.write(
    missing.length === 0 ? 'Every rule has a test.\n' : `Rules without a test: ${missing.join(' ')}\n`,
  );
}
