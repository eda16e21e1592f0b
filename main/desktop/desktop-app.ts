import { app, dialog, nativeTheme, protocol } from 'electron';
import type { Log } from '../lib/log.ts';
import { appScheme, servePage } from './app-page.ts';
import { answerBridge } from './bridge-handlers.ts';
import type { ShownHost } from './contract.ts';
import { PreferenceStore } from './preferences.ts';
import { type QuitChoice, quitInOrder } from './quit-order.ts';
import { denyByDefault, ourPages } from './security.ts';
import { WindowKeeper } from './window-keeper.ts';

export interface DesktopOptions {
  /** Folder for what is the app's own: preferences, the window's place, Chromium's files. */
  folder: string;
  /** The built page and bridge. */
  pageFolder: string;
  bridgeFile: string;
  /** A development server that has the page; null in what users get. */
  devUrl: string | null;
  provideHost: () => Promise<ShownHost>;
  log: Log;
}

/** The app from its start to its end; one for each process, after Electron is ready. Rejects with what `provideHost` rejects with. */
export class DesktopApp {
  private readonly host: ShownHost;
  private readonly preferences: PreferenceStore;
  private readonly window: WindowKeeper;
  private quitState: 'no' | 'asking' | 'done' = 'no';
  private canAsk = true;

  static async start(options: DesktopOptions): Promise<DesktopApp> {
    const preferences = new PreferenceStore(options.folder);
    nativeTheme.themeSource = preferences.current.theme;
    preferences.onChange(({ theme }) => {
      nativeTheme.themeSource = theme;
    });
    // The window can wait for the host: without it there is nothing to show.
    return new DesktopApp(options, await options.provideHost(), preferences);
  }

  private constructor(options: DesktopOptions, host: ShownHost, preferences: PreferenceStore) {
    this.host = host;
    this.preferences = preferences;
    const isOurs = ourPages(options.devUrl);
    this.window = new WindowKeeper({
      preload: options.bridgeFile,
      placeFile: `${options.folder}/window.json`,
      pageUrl: options.devUrl ?? undefined,
      hidesOnClose: () => false,
    });
    denyByDefault(isOurs);
    protocol.handle(appScheme, (request) => servePage(options.pageFolder, host.url, request.url));
    answerBridge({ host, preferences, window: () => this.window.current, isOurs });
    this.listen();
  }

  show(path?: string): void {
    this.window.show(path);
  }

  private listen(): void {
    app.on('second-instance', () => this.show());
    app.on('activate', () => this.show());
    app.on('window-all-closed', () => {
      // On macOS an app stays in the dock without a window.
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('before-quit', (event) => {
      if (this.quitState === 'done') return;
      event.preventDefault();
      if (this.quitState === 'no') void this.quit();
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => {
        this.canAsk = false;
        app.quit();
      });
  }

  private async quit(): Promise<void> {
    this.quitState = 'asking';
    const ends = await quitInOrder({
      host: this.host,
      watch: null,
      preferences: this.preferences.current,
      canAsk: this.canAsk,
      ask: (running) => this.askWhatBecomesOf(running),
      leave: () => this.window.end(),
    });
    this.quitState = ends ? 'done' : 'no';
    if (ends) app.quit();
  }

  private async askWhatBecomesOf(running: number): Promise<QuitChoice> {
    const question = {
      type: 'question' as const,
      message: running === 1 ? 'One server is running.' : `${running} servers are running.`,
      detail:
        'They can go on without Lightdeck. It finds them again at its next start, with all that they wrote.',
      buttons: ['Leave running', 'Stop first', 'Cancel'],
      defaultId: 0,
      cancelId: 2,
      checkboxLabel: 'Don’t ask again',
      noLink: true,
    };
    const window = this.window.current;
    const { response, checkboxChecked } = await (window
      ? dialog.showMessageBox(window, question)
      : dialog.showMessageBox(question));
    const choice = response === 0 ? 'leave' : response === 1 ? 'stop' : null;
    if (choice !== null && checkboxChecked) this.preferences.change({ on_quit: choice });
    return choice;
  }
}
