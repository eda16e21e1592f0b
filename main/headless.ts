import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { LightdeckError } from '../shared/errors.ts';
import { type Arguments, helpText, parseArguments } from './config/arguments.ts';
import { defaultDataDir } from './config/data-dir.ts';
import { storePath } from './config/data-paths.ts';
import { changeMasterToken, readMasterToken } from './config/master-token.ts';
import { reloadHost } from './config/reload-host.ts';
import { internalErrorExit, LastResort } from './lib/last-resort.ts';
import { version } from './version.ts';

/** Exit codes: each says what kind of end it was. */
const exitCodes = { ok: 0, failed: 1, usage: 2, inUse: 3, internal: internalErrorExit } as const;

/** The page's built files lie beside this one in dist/. */
const uiDir = join(import.meta.dirname, '../renderer');

async function main(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv);
  const { env, platform } = process;
  const dataDir = resolve(parsed.data ?? defaultDataDir({ platform, env, home: homedir() }));
  switch (parsed.action.type) {
    case 'help':
      process.stdout.write(helpText);
      return exitCodes.ok;
    case 'version':
      process.stdout.write(`${version}\n`);
      return exitCodes.ok;
    case 'token': {
      const { action } = parsed;
      const before = readMasterToken(dataDir);
      if (action.act === 'what') {
        process.stdout.write(`${before}\n`);
        return exitCodes.ok;
      }
      const token = changeMasterToken(dataDir, action.act === 'set' ? action.value : null);
      process.stdout.write(`${token}\n`);
      const problem = await reloadHost(dataDir, before);
      if (problem !== null) process.stderr.write(`lightdeck: warning: ${problem}\n`);
      return exitCodes.ok;
    }
    case 'servers': {
      process.stdout.write(await listServers(dataDir, parsed.action.page, parsed.json));
      return exitCodes.ok;
    }
    case 'run':
      return run(parsed, dataDir);
  }
}

/** Out of the store, so that it works whether or not a host runs on the folder. */
async function listServers(dataDir: string, page: number, json: boolean): Promise<string> {
  const { readStoredServers } = await import('./store/stored-servers.ts');
  const { serverPage, serverTable } = await import('./servers/registry/server-page.ts');
  const { servers, unreadable } = readStoredServers(storePath(dataDir));
  if (unreadable > 0) process.stderr.write(`lightdeck: ${unreadable} servers can't be read\n`);
  const found = serverPage(servers, page);
  return json ? `${JSON.stringify(found)}\n` : serverTable(found);
}

async function run(parsed: Arguments, dataDir: string): Promise<number> {
  const stop = untilSignal();
  // Here, not at the top: whoever only asks for the version or the token need not wait for the whole host to be loaded.
  const { default: pino } = await import('pino');
  const { startDaemon } = await import('./daemon.ts');
  const log = pino({ level: parsed.dev ? 'debug' : 'info' }, pino.destination({ fd: 2, sync: true }));
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
  (error: unknown) => {
    const known = error instanceof LightdeckError;
    process.stderr.write(
      `lightdeck: ${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    const code = !known
      ? exitCodes.failed
      : error.code === 'conflict'
        ? exitCodes.inUse
        : error.code === 'invalid'
          ? exitCodes.usage
          : exitCodes.failed;
    process.exit(code);
  },
);
