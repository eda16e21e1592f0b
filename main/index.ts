import { mkdirSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { app, dialog, protocol } from 'electron';
import { errorText } from '../shared/error-text.ts';
import type { Output } from './command-line.ts';
import { parseArguments } from './config/arguments.ts';
import { defaultDataDir } from './config/data-dir.ts';
import { appScheme } from './desktop/app-page.ts';
import { type DeepLink, parseDeepLink } from './desktop/deep-links.ts';
import { DesktopApp } from './desktop/desktop-app.ts';
import { asksForWords, desktopArguments } from './desktop/desktop-arguments.ts';
import { connectOrStartHost } from './desktop/host-connection.ts';
import { runProgram } from './desktop/run-program.ts';
import { UserService } from './desktop/user-service.ts';
import { usualRestMs } from './desktop/window-rest.ts';
import { internalErrorExit, LastResort } from './lib/last-resort.ts';
import { type Log, silentLog } from './lib/log.ts';
import { openLogFiles } from './lib/log-files.ts';
import { openLog } from './lib/open-log.ts';
import { version } from './version.ts';

/** The built page and bridge lie beside this file's folder in dist/. */
const pageFolder = join(import.meta.dirname, '../renderer');
const bridgeFile = join(import.meta.dirname, '../preload/index.cjs');
const iconFolder = join(import.meta.dirname, 'icons');

const output: Output = { out: (text) => void writeSync(1, text), err: (text) => void writeSync(2, text) };

/** A link that was clicked before the app could follow it; macOS tells of it early. */
let earlyLink: DeepLink | null = null;
let desktop: DesktopApp | null = null;
/** From the start of the app on. */
let log: Log = silentLog;

async function run(
  request: ReturnType<typeof parseArguments>,
  { dataDir, folder, isUsual }: { dataDir: string; folder: string; isUsual: boolean },
): Promise<void> {
  // A menu starts it without a terminal: what it says would be nowhere.
  const files = openLogFiles(join(dataDir, 'logs'));
  log = openLog({ dev: request.dev, files });
  log.info({ version, electron: process.versions.electron }, 'the app starts');
  new LastResort({ log, end: endNow, elapsed: () => performance.now() }).watch();
  const userService = new UserService({
    platform: process.platform,
    otherDataDir: isUsual ? null : dataDir,
    run: runProgram,
  });
  desktop = await DesktopApp.start({
    folder,
    logFolder: files.folder,
    pageFolder,
    bridgeFile,
    iconFolder,
    devUrl: app.isPackaged ? null : (process.env.LIGHTDECK_DEV_URL ?? null),
    isDev: request.dev || !app.isPackaged,
    // Another time is for tests.
    restMs: (app.isPackaged ? 0 : Number(process.env.LIGHTDECK_REST_MS)) || usualRestMs,
    updateUrl: process.env.LIGHTDECK_UPDATE_URL ?? null,
    loginArguments: [
      ...(app.isPackaged ? [] : [app.getAppPath()]),
      ...(request.data === null ? [] : ['--data', dataDir]),
    ],
    otherDataDir: isUsual ? null : dataDir,
    userService,
    connectOrStartHost: () =>
      connectOrStartHost({
        service: () => userService.begin(),
        load: () => import('./daemon.ts'),
        dataDir,
        host: request.host ?? undefined,
        port: request.port ?? undefined,
        uiDir: pageFolder,
        dev: request.dev,
        env: process.env,
        log,
      }),
    log,
  });
  desktop.open(process.argv);
  if (earlyLink) desktop.follow(earlyLink);
}

/** The app can't go on. Servers do: they belong to the engine. */
function endNow(problem: string): void {
  dialog.showErrorBox(
    'Lightdeck must close',
    `Something went wrong inside Lightdeck (${problem}). Your servers keep running. Start Lightdeck again; if this comes back, please report it with the log.`,
  );
  app.exit(internalErrorExit);
}

/** Says what is in the way, also to whoever has no terminal; starts anew if the user has cleared it away. */
async function fail(error: unknown): Promise<void> {
  const message = errorText(error);
  log.error({ err: error }, 'the app can’t start');
  process.stderr.write(`lightdeck: ${message}\n`);
  await app.whenReady();
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: 'Lightdeck can’t start',
    detail: message,
    buttons: ['Quit', 'Try again'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  if (response === 1) app.relaunch();
  app.exit(1);
}

/**
 * Answers in the terminal, before anything of the app begins: it works beside an app that runs on the folder, and without a screen. The exit code. Its
 * code is loaded only then.
 */
async function answerInWords(argv: string[]): Promise<number> {
  const { runCommand, tellFailure } = await import('./command-line.ts');
  const { env, platform } = process;
  try {
    const request = parseArguments(argv);
    const dataDir = resolve(request.data ?? defaultDataDir({ platform, env, home: homedir() }));
    return (await runCommand(request, dataDir, output)) ?? 0;
  } catch (error) {
    return tellFailure(error, output);
  }
}

/** The app without its window: what a service of the user's runs, so that servers are looked after when nobody is logged in. */
async function serve(request: ReturnType<typeof parseArguments>, dataDir: string): Promise<void> {
  // Not the window's: the app that is opened later has its own lock there.
  app.setPath('userData', join(dataDir, 'window', 'service'));
  const { tellFailure } = await import('./command-line.ts');
  const { runHost } = await import('./run-host.ts');
  try {
    app.exit(await runHost({ parsed: request, dataDir, output, uiDir: pageFolder }));
  } catch (error) {
    app.exit(tellFailure(error, output));
  }
}

function main(): void {
  const request = parseArguments(desktopArguments(process.argv));
  const { env, platform } = process;
  const usual = resolve(defaultDataDir({ platform, env, home: homedir() }));
  const dataDir = resolve(request.data ?? usual);
  if (request.service) {
    void serve(request, dataDir);
    return;
  }
  // Also makes the single-instance lock one for each data folder.
  const folder = join(dataDir, 'window');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app
    .whenReady()
    .then(() => run(request, { dataDir, folder, isUsual: dataDir === usual }))
    .catch(fail);
}

const words = desktopArguments(process.argv);
// Electron goes on to the screen only when this file has been run to its end.
if (asksForWords(words)) process.exit(await answerInWords(words));

app.on('open-url', (event, url) => {
  event.preventDefault();
  const link = parseDeepLink(url);
  if (link && desktop) desktop.follow(link);
  else earlyLink = link;
});
app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
try {
  main();
} catch (error) {
  void fail(error);
}
