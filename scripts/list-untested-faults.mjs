// Compares docs/faults.md with the titles of the tests. `node scripts/list-untested-faults.mjs` names what is not mended yet and
// what has no test; with `--all` every fault with the files of its tests. Exit code 1 if a mended one has no test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/paths.mjs';
import { filesByNumber } from './lib/test-titles.mjs';

const text = readFileSync(join(root, 'docs/faults.md'), 'utf8');
const faults = [...text.matchAll(/^\| ([BCFG]\d{1,2}) \| (mended|partly|open|known) \| \S/gm)].map(
  ([, number, state]) => ({ number, state }),
);
const rows = text.match(/^\| [A-Z]\d/gm)?.length ?? 0;
if (faults.length === 0 || faults.length !== rows) {
  process.stderr.write(`docs/faults.md: ${rows - faults.length} of ${rows} rows can't be read\n`);
  process.exit(1);
}
const proofs = filesByNumber(
  faults.map(({ number }) => number),
  /\b[BCFG]\d{1,2}\b/g,
);
const filesOf = ({ number }) => [...(proofs.get(number) ?? [])];
const untested = faults.filter((fault) => fault.state === 'mended' && filesOf(fault).length === 0);
const names = (list) => list.map(({ number }) => number).join(' ') || 'none';

if (process.argv.includes('--all')) {
  for (const fault of faults)
    process.stdout.write(`${fault.number} ${fault.state}: ${filesOf(fault).join(', ') || 'no test'}\n`);
} else {
  const inState = (state) => names(faults.filter((fault) => fault.state === state));
  process.stdout.write(
    `${faults.length} faults. Open: ${inState('open')}. In part: ${inState('partly')}. Kept as they are: ${inState('known')}.\n`,
  );
  process.stdout.write(`Mended, and in no test's title: ${names(untested)}\n`);
}
process.exit(untested.length === 0 ? 0 : 1);
