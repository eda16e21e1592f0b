import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { App } from 'electron';
import { hasCode } from '../lib/system-error.ts';
import { autostartEntry, isEntryOn, programOf } from './desktop-entry.ts';
import { strings } from './shell-strings.ts';

/** Marks a start by the login, on the command line. */
export const hiddenArgument = '--hidden';

export interface LoginItemOptions {
  app: Pick<App, 'setLoginItemSettings' | 'getLoginItemSettings'>;
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** The user's home folder. */
  home: string;
  /** `process.execPath`. */
  execPath: string;
  /** Arguments to come before `--hidden`: the app's folder if it isn't packaged, `--data FOLDER` if that isn't the default. */
  args?: readonly string[];
  /** The data folder if that isn't the usual one: each has a login item of its own. */
  dataDir?: string | null;
  /** Replaces a file whole (config/write-atomically.ts). */
  write: (path: string, text: string) => void;
}

/** Whether the system starts the app after login. All throw what the system or the file system says. */
export interface LoginItem {
  isOn(): boolean;
  set(on: boolean): void;
  /**
   * Corrects what is on but would start an app that has moved, as an AppImage does with each version. An entry that starts another
   * program which is still there is left alone: it is the user's, who tries two versions.
   */
  refresh(): void;
}

/** The folder of the user's autostart entries. A relative XDG_CONFIG_HOME is to be ignored, by the specification. */
export function autostartFolder(env: NodeJS.ProcessEnv, home: string): string {
  const config = env.XDG_CONFIG_HOME;
  return join(config && isAbsolute(config) ? config : join(home, '.config'), 'autostart');
}

/** What starts this app anew. An AppImage runs from a mount of its own that is gone later: its file is named by APPIMAGE. */
export function startCommand({
  env,
  execPath,
  args = [],
}: Omit<LoginItemOptions, 'write' | 'app'>): string[] {
  const image = env.APPIMAGE;
  return [image && isAbsolute(image) ? image : execPath, ...args, hiddenArgument];
}

/** The item's name: each data folder has its own, so that a start on another one doesn't take the login over. */
function itemName(dataDir: string | null | undefined): string {
  if (dataDir === null || dataDir === undefined) return 'lightdeck';
  return `lightdeck-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
}

/** The login item of this system: Electron's on macOS and Windows, an XDG autostart entry elsewhere. */
export function loginItem(options: LoginItemOptions): LoginItem {
  const { platform } = options;
  return platform === 'darwin' || platform === 'win32' ? systemItem(options) : entryItem(options);
}

function systemItem({ app, platform, execPath, args = [], dataDir }: LoginItemOptions): LoginItem {
  // macOS starts the app itself, without arguments: `wasOpenedAtLogin` tells it there.
  const own =
    platform === 'win32'
      ? {
          path: execPath,
          args: [...args, hiddenArgument].map(windowsQuote),
          ...(dataDir ? { name: itemName(dataDir) } : {}),
        }
      : {};
  const set = (on: boolean): void => app.setLoginItemSettings({ openAtLogin: on, ...own });
  return {
    isOn: () => {
      const found = app.getLoginItemSettings(own);
      // Switched off in the task manager, it is written down but not in force.
      return platform === 'win32'
        ? found.openAtLogin && found.executableWillLaunchAtLogin
        : found.openAtLogin;
    },
    set,
    refresh: () => {},
  };
}

/** Electron joins arguments as they are: one with a blank has to bring its quotes. */
function windowsQuote(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument;
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

function entryItem(options: LoginItemOptions): LoginItem {
  const { env, home, write } = options;
  const folder = autostartFolder(env, home);
  const path = join(folder, `${itemName(options.dataDir)}.desktop`);
  const command = startCommand(options);
  const entry = (): string =>
    autostartEntry({ name: strings.app, comment: strings.loginComment(), command, icon: 'lightdeck' });
  const set = (on: boolean): void => {
    if (!on) {
      rmSync(path, { force: true });
      return;
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    write(path, entry());
  };
  const isOn = (): boolean => {
    const text = readIfThere(path);
    return text !== null && isEntryOn(text);
  };
  return {
    isOn,
    set,
    refresh: () => {
      const text = readIfThere(path);
      if (text === null || !isEntryOn(text) || text === entry()) return;
      const program = programOf(text);
      if (program === null || program === command[0] || !existsSync(program)) set(true);
    },
  };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Whether this start is the login's and so may be without a window (`start_hidden` decides). */
export function isLoginStart(
  argv: readonly string[],
  app: Pick<App, 'getLoginItemSettings'>,
  platform: NodeJS.Platform,
): boolean {
  return (
    argv.includes(hiddenArgument) || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin)
  );
}
