import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { app, type BrowserWindow, dialog, ipcMain, protocol } from 'electron';
import pino from 'pino';
import { bridgeChannels } from '../shared/bridge.ts';
import type { Connection } from '../shared/model/connection.ts';
import { parseArguments } from './config/arguments.ts';
import { defaultDataDir } from './config/data-dir.ts';
import type { Daemon } from './daemon.ts';
import { appOrigin, appScheme, servePage } from './desktop/app-page.ts';
import { desktopArguments } from './desktop/desktop-arguments.ts';
import { denyByDefault } from './desktop/security.ts';
import { focusWindow, openWindow } from './desktop/window.ts';

/** The built page and bridge lie beside this file's folder in dist/. */
const pageFolder = join(import.meta.dirname, '../renderer');
const bridgeFile = join(import.meta.dirname, '../preload/index.cjs');

/** Builds the host in this process and opens its window. Rejects with what startDaemon rejects with. */
async function run(wish: ReturnType<typeof parseArguments>, dataDir: string): Promise<void> {
  const log = pino({ level: wish.dev ? 'debug' : 'info' }, pino.destination({ fd: 2, sync: true }));
  // The window can wait for the host: without it there is nothing to show.
  const { startDaemon } = await import('./daemon.ts');
  const daemon = await startDaemon({
    dataDir,
    host: wish.host ?? undefined,
    port: wish.port ?? undefined,
    uiDir: pageFolder,
    dev: wish.dev,
    env: process.env,
    log,
  });
  quitInOrder(daemon);
  denyByDefault();
  protocol.handle(appScheme, (request) => servePage(pageFolder, daemon.url, request.url));
  ipcMain.handle(bridgeChannels.connection, (event): Connection => {
    if (event.senderFrame?.origin !== appOrigin) throw new Error('Not our page.');
    return { url: daemon.url, token: daemon.token };
  });
  keepOneWindow();
}

function keepOneWindow(): void {
  let window: BrowserWindow | null = null;
  const show = (): void => {
    if (window) {
      focusWindow(window);
      return;
    }
    window = openWindow(bridgeFile);
    window.once('closed', () => {
      window = null;
    });
  };
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {
    // On macOS an app stays in the dock without a window.
    if (process.platform !== 'darwin') app.quit();
  });
  show();
}

/** Holds the first quit back until the host has closed, which has its own limits. Containers go on running. */
function quitInOrder(daemon: Daemon): void {
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    daemon.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

function fail(error: unknown): void {
  const words = error instanceof Error ? error.message : String(error);
  process.stderr.write(`lightdeck: ${words}\n`);
  dialog.showErrorBox('Lightdeck can’t start', words);
  app.exit(1);
}

function main(): void {
  const wish = parseArguments(desktopArguments(process.argv));
  const { env, platform } = process;
  const dataDir = resolve(wish.data ?? defaultDataDir({ platform, env, home: homedir() }));
  // Also makes the single-instance lock one for each data folder.
  const windowData = join(dataDir, 'window');
  mkdirSync(windowData, { recursive: true, mode: 0o700 });
  app.setPath('userData', windowData);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app
    .whenReady()
    .then(() => run(wish, dataDir))
    .catch(fail);
}

app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
try {
  main();
} catch (error) {
  fail(error);
}
