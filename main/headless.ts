import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type Output, runCommand, tellFailure } from './command-line.ts';
import { parseArguments } from './config/arguments.ts';
import { defaultDataDir } from './config/data-dir.ts';

/** The page's built files lie beside this one in dist/. */
const uiDir = join(import.meta.dirname, '../renderer');

/**
 * When the start is over, in ms. From then on V8 optimises what runs again and again after a quarter of its usual patience: fifty lines a
 * second are so few that it would take minutes. What only a start runs is not worth the memory.
 */
const settledMs = 3500;

async function main(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv);
  const { env, platform } = process;
  const dataDir = resolve(parsed.data ?? defaultDataDir({ platform, env, home: homedir() }));
  const code = await runCommand(parsed, dataDir, output);
  if (code !== null) return code;
  const { runHost } = await import('./run-host.ts');
  const onReady = () =>
    void setTimeout(() => setFlagsFromString('--interrupt-budget=15000'), settledMs).unref();
  return runHost({ parsed, dataDir, output, uiDir, onReady });
}

const output: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

// Loading and console text make much memory that dies young. V8 would let the space for it grow to 48 MB; collected more often, and
// as quickly, it stays small. That is why the host itself is loaded afterwards.
setFlagsFromString('--semi-space-growth-factor=1');

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => process.exit(tellFailure(error, output)),
);
