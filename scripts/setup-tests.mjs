// Prepares this machine for `npx vitest`: packages, build, engines and the test images. `npm test` does this by itself. With
// `--long` also the engines that only whole proofs use.
import { withLock } from './lib/lock.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runMain, say } from './lib/output.mjs';
import { setupLock } from './lib/paths.mjs';
import { prepareTests } from './lib/test-setup.mjs';

async function main() {
  checkNodeVersion();
  const { enginePid, notes, failure } = await withLock(setupLock, () =>
    prepareTests({ isLong: process.argv.includes('--long') }),
  );
  if (failure) throw failure;
  if (enginePid) say(`Docker was started and goes on running as process ${enginePid}.`);
  say(
    notes.length === 0
      ? 'Everything is ready for the tests.'
      : 'Ready; tests that need what is missing will be skipped.',
  );
}

runMain(main);
