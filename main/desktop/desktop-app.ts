import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { homedir, release } from 'node:os';
import { join } from 'node:path';
import { app, nativeTheme, powerMonitor, protocol } from 'electron';
import { HttpClient } from '../../client/http-client.ts';
import { readSystem } from '../../shared/http/system.ts';
import type { ServerSummary } from '../../shared/model/host.ts';
import type { DesktopVersions } from '../../shared/model/preferences.ts';
import type { UserServiceState } from '../../shared/model/user-service.ts';
import type { Log } from '../lib/log.ts';
import { writeAtomically } from '../lib/write-atomically.ts';
import { version } from '../version.ts';
import { AppImageEntry } from './app-image-entry.ts';
import { appScheme, servePage } from './app-page.ts';
import { answerBridge } from './bridge-handlers.ts';
import { closeAct } from './close-act.ts';
import type { HostConnection } from './contract.ts';
import { type DeepLink, linkIn } from './deep-links.ts';
import { argumentsAgain } from './desktop-arguments.ts';
import { diagnosticsText } from './diagnostics.ts';
import { quitQuestion } from './end-questions.ts';
import { type OpenHostWatch, openHostWatch } from './host-watch.ts';
import { speakAsChosen } from './language.ts';
import { isLoginStart } from './login-item.ts';
import { isWanted } from './notifications.ts';
import { PreferenceStore } from './preferences.ts';
import { type QuitChoice, quitInOrder } from './quit-order.ts';
import { rememberServers } from './restore-on-launch.ts';
import { runProgram } from './run-program.ts';
import { denyByDefault, ourPages } from './security.ts';
import { DesktopShell } from './shell.ts';
import { strings } from './shell-strings.ts';
import { TrayHost } from './tray-host.ts';
import { offerUpdate } from './update-offer.ts';
import { startUpdates, type UpdateNotice, type Updates } from './updates.ts';
import type { UserService } from './user-service.ts';
import { WindowManager } from './window-manager.ts';

export interface DesktopOptions {
  /** Folder for what is the app's own: preferences, the window's place, Chromium's files. */
  folder: string;
  /** The built page, the bridge, and the tray's icons. */
  logFolder: string;
  pageFolder: string;
  bridgeFile: string;
  iconFolder: string;
  /** A development server that has the page; null in what users get. */
  devUrl: string | null;
  isDev: boolean;
  /** A window that was hidden for so long, in ms, gives its memory back. */
  restMs: number;
  /** Where new versions are announced; null: where the package says. */
  updateUrl: string | null;
  /** Arguments that a start at login needs to find this app's data again. */
  loginArguments: readonly string[];
  /** The data folder if that isn't the usual one. */
  otherDataDir: string | null;
  userService: UserService;
  connectOrStartHost: () => Promise<HostConnection>;
  log: Log;
}

/** The app from its start to its end; one for each process, after Electron is ready. */
export class DesktopApp {
  private readonly options: DesktopOptions;
  private readonly host: HostConnection;
  private readonly preferences: PreferenceStore;
  private readonly watch: OpenHostWatch;
  private readonly window: WindowManager;
  private readonly trayHost: TrayHost;
  private readonly shell: DesktopShell;
  private quitState: 'no' | 'under way' | 'done' = 'no';
  private hurry = new AbortController();
  private forced = new AbortController();
  private readonly updates: Promise<Updates>;
  /** What is to be done instead of a plain end, once the host is closed. */
  private atEnd: (() => void) | null = null;
  /** Why the app ends, when it does: by its user, by a signal, or because the machine does. */
  private reason: 'user' | 'signal' | 'shutdown' = 'user';

  /** Rejects with what `connectOrStartHost` rejects with. */
  static async start(options: DesktopOptions): Promise<DesktopApp> {
    const preferences = new PreferenceStore(options.folder);
    nativeTheme.themeSource = preferences.current.theme;
    const spoken = (): void => speakAsChosen(preferences.current.language, app.getPreferredSystemLanguages());
    spoken();
    preferences.onChange(({ theme }) => {
      nativeTheme.themeSource = theme;
      spoken();
    });
    const trayHost = new TrayHost({ platform: process.platform, env: process.env, run: runProgram });
    // The window can wait for the host: without it there is nothing to show.
    const [host] = await Promise.all([options.connectOrStartHost(), trayHost.look()]);
    return new DesktopApp(options, host, { preferences, trayHost });
  }

  private constructor(
    options: DesktopOptions,
    host: HostConnection,
    { preferences, trayHost }: { preferences: PreferenceStore; trayHost: TrayHost },
  ) {
    this.options = options;
    this.trayHost = trayHost;
    this.host = host;
    this.preferences = preferences;
    const { folder, log } = options;
    const isOurs = ourPages(options.devUrl);
    denyByDefault(isOurs);
    protocol.handle(appScheme, (request) => servePage(options.pageFolder, host.url, request.url));
    this.window = new WindowManager({
      preload: options.bridgeFile,
      placeFile: join(folder, 'place.json'),
      pageUrl: options.devUrl ?? undefined,
      icon: join(options.iconFolder, 'window.png'),
      isOurs,
      closeAct: () => closeAct(preferences.current, this.hasTray),
      onAway: (act) => this.tellAway(act),
      restMs: options.restMs,
      onSessionEnd: () => this.quitFor('shutdown'),
      onQuit: () => app.quit(),
      log,
    });
    answerBridge({
      appImageEntry: appImageEntry(options),
      host,
      preferences,
      questions: this.window.questions,
      versions: () => this.versions,
      updates: () => this.updates,
      userService: {
        state: () => options.userService.state(),
        set: (on) => this.setUserService(on),
      },
      isOurs,
    });
    this.watch = openHostWatch({
      connection: () => ({ url: host.url, token: host.token }),
      isWanted: (kind) => isWanted(kind, preferences.current.notifications),
      log,
    });
    this.shell = new DesktopShell({
      watch: this.watch,
      preferences,
      window: this.window,
      rememberedFile: this.rememberedFile,
      loginArguments: options.loginArguments,
      otherDataDir: options.otherDataDir,
      iconFolder: options.iconFolder,
      logFolder: options.logFolder,
      diagnostics: () => this.diagnostics(),
      isDev: options.isDev,
      log,
    });
    this.updates = startUpdates({
      feedUrl: options.updateUrl,
      onReady: (news) => void this.offerUpdate(news),
      skipped: () => preferences.current.skipped_version,
      install: (work) => this.quitAndInstall(work),
      start: (program, args) =>
        spawn(program, args, { detached: true, stdio: 'ignore' })
          .on('error', (error) =>
            log.error({ program, error: String(error) }, 'the new version did not start'),
          )
          .unref(),
      args: argumentsAgain(process.argv),
      log,
    });
    this.listen();
  }

  /** The first window, unless the login started the app and the user wants none; or where the link leads that did. */
  open(argv: readonly string[]): void {
    const link = linkIn(argv);
    const isHidden = isLoginStart(argv, app, process.platform) && this.preferences.current.start_hidden;
    if (link) this.follow(link);
    else if (!isHidden) this.window.show();
    else if (!this.hasTray) this.window.showMinimized();
  }

  /** Whether there is something to come back by when the window is hidden. */
  private get hasTray(): boolean {
    return this.shell.hasIcon && this.trayHost.isThere;
  }

  /** A link that was clicked while the app runs. */
  follow(link: DeepLink): void {
    void this.shell.follow(link);
  }

  private get versions(): DesktopVersions {
    const { host } = this;
    return {
      app: version,
      electron: process.versions.electron ?? '',
      chromium: process.versions.chrome ?? '',
      host: host.kind,
      data_dir: host.dataDir,
      tray: this.hasTray,
      packaged: app.isPackaged,
    };
  }

  private async diagnostics(): Promise<string> {
    const client = new HttpClient({ connection: () => this.host, answerMs: 5_000 });
    const { XDG_CURRENT_DESKTOP: desktop, XDG_SESSION_TYPE: session, APPIMAGE: image } = process.env;
    return diagnosticsText({
      versions: this.versions,
      system: await client.call(readSystem, {}).catch(() => null),
      machine: `${process.platform} ${release()} ${process.arch}`,
      desktop: [desktop, session].filter(Boolean).join(', ') || null,
      package: image ? 'AppImage' : app.isPackaged ? 'installed' : 'from source',
      home: homedir(),
    });
  }

  private get rememberedFile(): string {
    return join(this.options.folder, 'come-back.json');
  }

  private listen(): void {
    app.on('second-instance', (_event, argv) => {
      const link = linkIn(argv);
      if (link) this.follow(link);
      else this.window.show();
    });
    app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
      // Chromium starts its helpers anew by itself; a page has its own way back (page-recovery.ts).
      if (reason !== 'clean-exit')
        this.options.log.warn({ type, reason, exitCode, name }, 'a process of the app ended');
    });
    app.on('activate', () => this.window.show());
    app.on('window-all-closed', () => {
      // On macOS an app stays in the dock without a window. A quit under way has closed it, and isn't in a hurry by that.
      if (process.platform !== 'darwin' && this.quitState === 'no' && !this.window.isResting) app.quit();
    });
    app.on('before-quit', (event) => {
      if (this.quitState === 'done') return;
      event.preventDefault();
      // Whoever asks twice doesn't want to wait for the servers.
      if (this.quitState === 'under way') this.hurry.abort();
      else void this.quit();
    });
    // Held back until the servers have stopped, or until the system has waited long enough.
    powerMonitor.on('shutdown', (...parts: unknown[]) => {
      holdBack(parts[0]);
      this.quitFor('shutdown');
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => this.quitFor('signal'));
  }

  private quitFor(reason: 'signal' | 'shutdown'): void {
    this.reason = reason;
    this.forced.abort();
    app.quit();
  }

  private async quit(): Promise<void> {
    this.quitState = 'under way';
    this.hurry = new AbortController();
    this.forced = new AbortController();
    const ends = await quitInOrder({
      host: this.host,
      watch: this.watch,
      preferences: this.preferences.current,
      event: this.reason === 'shutdown' ? 'shutdown' : 'quit',
      canAsk: this.reason === 'user',
      ask: (running, forced) => this.askWhatBecomesOf(running, forced),
      leave: () => this.window.end(this.reason === 'user'),
      onStopping: (count) => this.shell.tellStopping(count),
      remember: (ids) => this.remember(ids),
      hurry: this.hurry.signal,
      forced: this.forced.signal,
      log: this.options.log,
    });
    this.quitState = ends ? 'done' : 'no';
    if (!ends) {
      this.atEnd = null;
      return;
    }
    void this.updates.then((updates) => updates.close());
    this.shell.close();
    this.watch.close();
    this.atEnd?.();
    // Also where an update couldn't be installed: all else has ended already. macOS' own installer quits the app when it is ready.
    if (!this.atEnd || process.platform !== 'darwin') app.quit();
  }

  private quitAndInstall(work: () => void): void {
    this.atEnd = work;
    app.quit();
  }

  /** Who is the host changes with the app's next start, which begins when this one has ended. */
  private async setUserService(on: boolean): Promise<UserServiceState> {
    const { userService } = this.options;
    await userService.set(on);
    const state = await userService.state();
    // Not before the page has its answer. Nobody is asked: servers run on.
    setImmediate(() => {
      this.atEnd = () => app.relaunch({ args: argumentsAgain(process.argv) });
      this.quitFor('signal');
    });
    return state;
  }

  private async offerUpdate(news: UpdateNotice): Promise<void> {
    await offerUpdate(news, {
      shown: () => this.window.shown(),
      notify: (text, onClick) => this.shell.tellUpdate(text, onClick),
      show: () => this.window.show(),
      confirm: async (message) => {
        const { response } = await this.window.questions.ask({
          type: 'info',
          message,
          buttons: [strings.installNow(), strings.later()],
          defaultId: 0,
          cancelId: 1,
        });
        return response === 0;
      },
      install: (work) => this.quitAndInstall(work),
    });
  }

  private remember(ids: readonly string[]): void {
    try {
      rememberServers(this.rememberedFile, ids, writeAtomically);
    } catch (error) {
      this.options.log.warn({ error: String(error) }, 'which servers come back could not be kept');
    }
  }

  /** The first time that closing the window isn't the end; then it is known. */
  private tellAway(act: 'hide' | 'minimize'): void {
    // A panel may have come since; the next time counts.
    void this.trayHost.look();
    const file = join(this.options.folder, 'told-of-tray');
    if (existsSync(file)) return;
    try {
      writeFileSync(file, '');
    } catch {
      // Told again next time.
    }
    this.shell.tellAway(act);
  }

  private async askWhatBecomesOf(
    running: readonly ServerSummary[],
    signal: AbortSignal,
  ): Promise<QuitChoice> {
    const { response, checkboxChecked } = await this.window.questions.ask({
      ...quitQuestion(running),
      signal,
    });
    const choice = response === 0 ? 'leave' : response === 1 ? 'stop' : null;
    if (choice !== null && checkboxChecked) this.preferences.change({ on_quit: choice });
    return choice;
  }
}

/** The event comes with what its types don't tell of. */
function holdBack(event: unknown): void {
  if (event instanceof Object && 'preventDefault' in event && typeof event.preventDefault === 'function')
    event.preventDefault();
}

function appImageEntry({ iconFolder, log }: DesktopOptions): AppImageEntry {
  const entry = new AppImageEntry({
    platform: process.platform,
    env: process.env,
    home: homedir(),
    icon: join(iconFolder, 'window.png'),
    write: writeAtomically,
    run: runProgram,
  });
  entry
    .refresh()
    .catch((error: unknown) => log.warn({ error: String(error) }, 'the menu entry could not be corrected'));
  return entry;
}
