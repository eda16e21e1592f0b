import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, clipboard, Menu, Notification, nativeImage, powerMonitor, shell, Tray } from 'electron';
import { errorText } from '../../shared/error-text.ts';
import type { Preferences } from '../../shared/model/preferences.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import type { Log } from '../lib/log.ts';
import { writeAtomically } from '../lib/write-atomically.ts';
import { appMenuTemplate } from './app-menu.ts';
import { type DeepLink, linkScheme, registersLinks } from './deep-links.ts';
import { stopAllQuestion } from './end-questions.ts';
import { followLink } from './follow-link.ts';
import type { OpenHostWatch } from './host-watch.ts';
import { loginItem } from './login-item.ts';
import { electronNotice, type NoticeLike, openNotifier } from './notifications.ts';
import type { PreferenceStore } from './preferences.ts';
import { restartRemembered, takeRemembered } from './restore-on-launch.ts';
import { strings } from './shell-strings.ts';
import { electronTray, type OpenTray, openTray } from './tray.ts';
import { trayIcon, withDot } from './tray-icon.ts';
import type { WindowManager } from './window-manager.ts';

export interface ShellOptions {
  watch: OpenHostWatch;
  preferences: PreferenceStore;
  window: WindowManager;
  /** Where the servers that are to come back are remembered. */
  rememberedFile: string;
  /** Arguments that a start at login needs to find this app's data again. */
  loginArguments: readonly string[];
  /** The data folder if that isn't the usual one. */
  otherDataDir: string | null;
  iconFolder: string;
  /** Where the log's files are. */
  logFolder: string;
  /** `diagnosticsText` as things are. */
  diagnostics: () => Promise<string>;
  isDev: boolean;
  log: Log;
}

const dockerHelp = 'https://docs.docker.com/get-started/';

/** What surrounds the window: tray, notifications, menu, links, start at login. All of it lives on the host's watch and on preferences. */
export class DesktopShell {
  private readonly options: ShellOptions;
  private readonly tray: OpenTray | null;
  private readonly disposers: (() => void)[] = [];
  private readonly end = new AbortController();
  private told: NoticeLike | null = null;

  constructor(options: ShellOptions) {
    this.options = options;
    this.tray = this.makeTray();
    this.makeMenu();
    this.makeNotifications();
    this.followLogin();
    this.followLanguage();
    const { watch, rememberedFile, log } = options;
    const wake = (): void => watch.retryNow();
    powerMonitor.on('resume', wake);
    this.disposers.push(() => powerMonitor.off('resume', wake));
    if (app.isPackaged && registersLinks(process.platform)) app.setAsDefaultProtocolClient(linkScheme);
    void restartRemembered({ watch, ids: takeRemembered(rememberedFile, log), signal: this.end.signal, log });
  }

  /** Whether there is an icon for a tray; some desktops show none all the same. */
  get hasIcon(): boolean {
    return this.tray !== null;
  }

  /** Goes where a link leads; what would change something is asked about first. */
  async follow(link: DeepLink): Promise<void> {
    const { watch, window } = this.options;
    await followLink(link, {
      watch,
      show: (path) => window.show(path),
      shown: () => window.shown(),
      confirm: async (message, action) => {
        const { response } = await window.questions.ask({
          type: 'question',
          message,
          detail: strings.linkDetail(),
          buttons: [action, strings.cancel()],
          defaultId: 1,
          cancelId: 1,
        });
        return response === 0;
      },
      power: (serverId, action) => this.power(serverId, action),
      signal: this.end.signal,
    });
  }

  /** Says once that closing the window is not the end. */
  tellAway(act: 'hide' | 'minimize'): void {
    this.tell(act === 'hide' ? strings.goesOn() : strings.goesOnMinimized(), () =>
      this.options.window.show(),
    );
  }

  tellStopping(count: number): void {
    this.tell(strings.stopping(count), () => {});
  }

  tellUpdate(body: string, onClick: () => void): void {
    this.tell(body, onClick);
  }

  close(): void {
    this.end.abort();
    this.tray?.close();
    this.told?.close();
    for (const dispose of this.disposers) dispose();
  }

  /** One at a time; kept, since the click of a collected one would be lost. */
  private tell(body: string, onClick: () => void): void {
    this.told?.close();
    this.told = electronNotice(Notification, { title: strings.app, body, urgency: 'normal' });
    this.told.onClick(onClick);
    this.told.show();
  }

  private async power(serverId: string, action: PowerAction): Promise<void> {
    try {
      await this.options.watch.power(serverId, action);
    } catch (error) {
      const detail = hostText(errorText(error));
      await this.options.window.questions.ask({ type: 'error', message: strings.powerFailed(), detail });
    }
  }

  /** One after the other; what goes wrong with one keeps none of the others. */
  private async powerAll(serverIds: readonly string[], action: 'start' | 'stop'): Promise<void> {
    if (action === 'stop') {
      const { watch, window } = this.options;
      const servers = watch.servers?.filter(({ internal_id }) => serverIds.includes(internal_id)) ?? [];
      const { response } = await window.questions.ask(stopAllQuestion(serverIds.length, servers));
      if (response !== 0) return;
    }
    for (const id of serverIds) await this.power(id, action);
  }

  /** Without it the window is minimised where it would be hidden. */
  private makeTray(): OpenTray | null {
    const { watch, window, iconFolder, log } = this.options;
    const { platform } = process;
    const file = platform === 'darwin' ? 'trayTemplate.png' : 'tray.png';
    try {
      const tray = openTray({
        make: () => electronTray(Tray, iconPair(join(iconFolder, file), platform), platform),
        build: (template) => Menu.buildFromTemplate(template),
        state: () => ({ servers: watch.servers, engine: watch.engine }),
        acts: {
          open: (path) => window.show(path),
          power: (serverId, action) => void this.power(serverId, action),
          powerAll: (ids, action) => void this.powerAll(ids, action),
          quit: () => app.quit(),
        },
      });
      this.disposers.push(watch.onChange(() => tray.changed()));
      return tray;
    } catch (error) {
      log.warn({ error: String(error) }, 'this desktop has no tray');
      return null;
    }
  }

  /** Menu and tray are made of texts; all others are taken when they are shown. */
  private followLanguage(): void {
    const { preferences } = this.options;
    let spoken = preferences.current.language;
    const follow = ({ language }: Pick<Preferences, 'language'>): void => {
      if (language === spoken) return;
      spoken = language;
      this.makeMenu();
      this.tray?.changed();
    };
    this.disposers.push(preferences.onChange(follow));
  }

  private makeMenu(): void {
    const { window, isDev } = this.options;
    const template = appMenuTemplate({
      platform: process.platform,
      isDev,
      open: (path) => window.show(path),
      links: [{ label: strings.menu.dockerHelp(), url: dockerHelp }],
      openLink: (url) => void shell.openExternal(url),
      showLogs: () => void shell.openPath(this.options.logFolder),
      copyDiagnostics: () => void this.copyDiagnostics(),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  private async copyDiagnostics(): Promise<void> {
    clipboard.writeText(await this.options.diagnostics());
    await this.options.window.questions.ask({
      type: 'info',
      message: strings.diagnosticsCopied(),
      detail: strings.diagnosticsDetail(),
    });
  }

  private makeNotifications(): void {
    const { watch, preferences, window } = this.options;
    const notifier = openNotifier({
      make: (notice) => electronNotice(Notification, notice),
      level: () => preferences.current.notifications,
      isLookedAt: (serverId) => window.isShowing(`/servers/${serverId}`),
      open: (path) => window.show(path),
    });
    this.disposers.push(
      watch.onNews((news) => notifier.tell(news)),
      () => notifier.close(),
    );
  }

  /** The preference says what is wanted; what counts is the system's own list, which the user can change there. */
  private followLogin(): void {
    const { preferences, loginArguments, otherDataDir, log } = this.options;
    const item = loginItem({
      app,
      platform: process.platform,
      env: process.env,
      home: homedir(),
      execPath: process.execPath,
      args: loginArguments,
      dataDir: otherDataDir,
      write: writeAtomically,
    });
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        log.warn({ error: String(error) }, 'the start at login could not be changed');
      }
    };
    attempt(() => {
      item.refresh();
      const isOn = item.isOn();
      if (isOn !== preferences.current.start_at_login) preferences.change({ start_at_login: isOn });
    });
    this.disposers.push(
      preferences.onChange(({ start_at_login: wanted }) =>
        attempt(() => {
          if (item.isOn() !== wanted) item.set(wanted);
        }),
      ),
    );
  }
}

/** The tray's icon, and the same with a dot. */
function iconPair(
  path: string,
  platform: NodeJS.Platform,
): { plain: Electron.NativeImage; marked: Electron.NativeImage } {
  const plain = trayIcon(nativeImage, path, platform);
  const size = plain.getSize();
  const marked = nativeImage.createFromBitmap(withDot(plain.toBitmap(), size), size);
  if (platform === 'darwin') marked.setTemplateImage(true);
  return { plain, marked };
}
