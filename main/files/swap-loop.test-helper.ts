import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Swaps `path` between what is there and what lies at `other`, as fast as it can. In between there is nothing at `path` for a
 * moment: what somebody makes there then is put aside.
 */
const program = `
const { renameSync } = require('node:fs');
const [path, other] = process.argv.slice(1);
const spare = path + '.spare';
let aside = 0;
process.stdout.write('ready');
for (;;) {
  renameSync(path, spare);
  for (;;) {
    try {
      renameSync(other, path);
      break;
    } catch {
      aside += 1;
      renameSync(path, path + '.aside' + aside);
    }
  }
  renameSync(spare, other);
}`;

/** A process of its own, so that it runs in between our calls. Resolves when it swaps; `close` ends it, with either one in place. */
export async function startSwapLoop(path: string, other: string): Promise<{ close(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', program, path, other], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  return {
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
