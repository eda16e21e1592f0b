import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, Menu, Notification, nativeImage, powerMonitor, shell, Tray } from 'electron';
import { errorText } from '../../shared/error-text.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import type { Log } from '../lib/log.ts';
import { writeAtomically } from '../lib/write-atomically.ts';
import { appMenuTemplate } from './app-menu.ts';
import { type DeepLink, linkScheme } from './deep-links.ts';
import type { OpenHostWatch } from './host-watch.ts';
import { loginItem } from './login-item.ts';
import { electronNotice, openNotifier } from './notifications.ts';
import type { PreferenceStore } from './preferences.ts';
import { restartRemembered, takeRemembered } from './restore-on-launch.ts';
import { strings } from './shell-strings.ts';
import { electronTray, type OpenTray, openTray } from './tray.ts';
import { trayIcon } from './tray-icon.ts';
import type { WindowManager } from './window-manager.ts';

export interface ShellOptions {
  watch: OpenHostWatch;
  preferences: PreferenceStore;
  window: WindowManager;
  /** Where the servers that are to come back are remembered. */
  rememberedFile: string;
  /** Arguments that a start at login needs to find this app's data again. */
  loginArguments: readonly string[];
  iconFolder: string;
  isDev: boolean;
  log: Log;
}

const helpLinks = [{ label: 'Docker’s own help', url: 'https://docs.docker.com/get-started/' }] as const;

/** What surrounds the window: tray, notifications, menu, links, start at login. All of it lives on the host's watch and on preferences. */
export class DesktopShell {
  private readonly options: ShellOptions;
  private readonly tray: OpenTray | null;
  private readonly disposers: (() => void)[] = [];
  private readonly end = new AbortController();

  constructor(options: ShellOptions) {
    this.options = options;
    this.tray = this.makeTray();
    this.makeMenu();
    this.makeNotifications();
    this.followLogin();
    const { watch, rememberedFile, log } = options;
    const wake = (): void => watch.retryNow();
    powerMonitor.on('resume', wake);
    this.disposers.push(() => powerMonitor.off('resume', wake));
    if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
    void restartRemembered({ watch, ids: takeRemembered(rememberedFile, log), signal: this.end.signal, log });
  }

  /** Whether there is something to come back by when the window is hidden. */
  get hasTray(): boolean {
    return this.tray !== null;
  }

  /** Goes where a link leads; what would change something is asked about first. */
  async follow(link: DeepLink): Promise<void> {
    const { watch, window } = this.options;
    if ('path' in link) {
      window.show(link.path);
      return;
    }
    const server = watch.servers?.find(({ internal_id }) => internal_id === link.serverId);
    window.show(`/servers/${link.serverId}`);
    if (!server) return;
    const { title, action } = strings.linkAsks[link.ask](server.name);
    const question = {
      type: 'question' as const,
      message: title,
      detail: strings.linkDetail,
      buttons: [action, strings.cancel],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    };
    const { current } = window;
    const { response } = await (current
      ? dialog.showMessageBox(current, question)
      : dialog.showMessageBox(question));
    if (response === 0) await this.power(link.serverId, link.ask);
  }

  /** Says once that closing the window is not the end. */
  tellHidden(): void {
    new Notification({ title: strings.app, body: strings.goesOn }).show();
  }

  tellStopping(count: number): void {
    new Notification({ title: strings.app, body: strings.stopping(count) }).show();
  }

  close(): void {
    this.end.abort();
    this.tray?.close();
    for (const dispose of this.disposers) dispose();
  }

  private async power(serverId: string, action: PowerAction): Promise<void> {
    try {
      await this.options.watch.power(serverId, action);
    } catch (error) {
      const detail = errorText(error);
      await dialog.showMessageBox({ type: 'error', message: strings.powerFailed, detail, noLink: true });
    }
  }

  /** Some desktops have none: then closing the window ends the app. */
  private makeTray(): OpenTray | null {
    const { watch, window, iconFolder, log } = this.options;
    const { platform } = process;
    const file = platform === 'darwin' ? 'trayTemplate.png' : 'tray.png';
    try {
      const tray = openTray({
        make: () => electronTray(Tray, trayIcon(nativeImage, join(iconFolder, file), platform), platform),
        build: (template) => Menu.buildFromTemplate(template),
        state: () => ({ servers: watch.servers, engine: watch.engine }),
        acts: {
          open: (path) => window.show(path),
          power: (serverId, action) => void this.power(serverId, action),
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

  private makeMenu(): void {
    const { window, isDev } = this.options;
    const template = appMenuTemplate({
      platform: process.platform,
      isDev,
      open: (path) => window.show(path),
      links: helpLinks,
      openLink: (url) => void shell.openExternal(url),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
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
    const { preferences, loginArguments, log } = this.options;
    const item = loginItem({
      app,
      platform: process.platform,
      env: process.env,
      home: homedir(),
      execPath: process.execPath,
      args: loginArguments,
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
