import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { exitCodes, type Output, runCommand, tellFailure } from './command-line.ts';
import { type Arguments, parseArguments } from './config/arguments.ts';
import { defaultDataDir } from './config/data-dir.ts';
import { LastResort } from './lib/last-resort.ts';
import { version } from './version.ts';

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
  return (await runCommand(parsed, dataDir, output)) ?? run(parsed, dataDir);
}

const output: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

async function run(parsed: Arguments, dataDir: string): Promise<number> {
  const stop = untilSignal();
  // Here, not at the top: whoever only asks for the version or the token need not wait for the whole host to be loaded.
  const { openLog } = await import('./lib/open-log.ts');
  const { startDaemon } = await import('./daemon.ts');
  const log = openLog({ dev: parsed.dev });
  new LastResort({
    log,
    end: (problem) => {
      process.stderr.write(`lightdeck: ${problem}\n`);
      process.exit(exitCodes.internal);
    },
    elapsed: () => performance.now(),
  }).watch();
  const daemon = await startDaemon({
    dataDir,
    host: parsed.host ?? undefined,
    port: parsed.port ?? undefined,
    uiDir: existsSync(join(uiDir, 'index.html')) ? uiDir : undefined,
    dev: parsed.dev,
    env: process.env,
    log,
  });
  const ready = { event: 'ready', url: daemon.url, data: dataDir, sftp_port: daemon.sftpPort };
  process.stdout.write(parsed.json ? `${JSON.stringify(ready)}\n` : readyWords(daemon.url, dataDir));
  setTimeout(() => setFlagsFromString('--interrupt-budget=15000'), settledMs).unref();
  const signal = await stop;
  log.info({ signal }, 'stopping; servers go on running');
  await daemon.close();
  return exitCodes.ok;
}

function readyWords(url: string, dataDir: string): string {
  return `Lightdeck ${version} is ready at ${url} (data in ${dataDir}; show the token with --token what)\n`;
}

/** The first signal ends orderly, a second one at once. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(exitCodes.failed);
      asked = true;
      resolve(signal);
    };
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, onSignal);
  });
}

// Loading and console text make much memory that dies young. V8 would let the space for it grow to 48 MB; collected more often, and
// as quickly, it stays small. That is why the host itself is loaded afterwards.
setFlagsFromString('--semi-space-growth-factor=1');

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => process.exit(tellFailure(error, output)),
);
