// Makes the package that the tests look into and run, if it isn't there; its folder is the last line of the output.
import { runMain } from './lib/output.mjs';
import { ensureTestPackage } from './lib/test-package.mjs';

runMain(async () => void process.stdout.write(`\n${await ensureTestPackage()}\n`));
