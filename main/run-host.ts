import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, type Output } from './command-line.ts';
import type { Arguments } from './config/arguments.ts';
import { LastResort } from './lib/last-resort.ts';
import { version } from './version.ts';

export interface RunHostOptions {
  parsed: Arguments;
  dataDir: string;
  output: Output;
  /** The folder of the built page; where it isn't there the host has no page. */
  uiDir: string;
  /** What is due once the host is ready. */
  onReady?: () => void;
}

/**
 * Runs a host without a window until a signal comes: in plain Node, or in the app as a service. Then it ends in order, and servers go
 * on running; a second signal ends it at once. The exit code. Rejects with what `startDaemon` rejects with.
 */
export async function runHost({ parsed, dataDir, output, uiDir, onReady }: RunHostOptions): Promise<number> {
  const stop = untilSignal();
  // Here, not at the top: whoever only asks for the version or the token need not wait for the whole host to be loaded.
  const { openLog } = await import('./lib/open-log.ts');
  const { startDaemon } = await import('./daemon.ts');
  const log = openLog({ dev: parsed.dev });
  new LastResort({
    log,
    end: (problem) => {
      output.err(`lightdeck: ${problem}\n`);
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
  output.out(parsed.json ? `${JSON.stringify(ready)}\n` : readyWords(daemon.url, dataDir));
  onReady?.();
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
