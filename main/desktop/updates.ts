import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../lib/log.ts';
import { strings } from './shell-strings.ts';

/** Between two looks for a new version. */
const lookEveryMs = 6 * 60 * 60 * 1000;
/** The feed's word for a version goes into a sentence: nothing else may come of it. */
const plainVersion = /^[0-9][\w.+-]{0,60}$/;

/** A new version, once for each. */
export interface UpdateNotice {
  version: string;
  /** A sentence for the user. */
  text: string;
  /**
   * Ends the app, installs, and starts it again; only after the user's OK, and after the host has been closed: on Windows the
   * installer doesn't wait. Null where it can only be told.
   */
  install: (() => void) | null;
}

/** What we use of electron-updater. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  logger: object | null;
  setFeedURL(feed: { provider: 'generic'; url: string }): void;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { version: string }) => void): unknown;
  on(event: 'appimage-filename-updated', listener: (path: string) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  checkForUpdates(): Promise<unknown>;
  quitAndInstall(isSilent: boolean, isForceRunAfter: boolean): void;
}

export interface UpdateOptions {
  /** Where new versions are announced, https; null: where the package says (resources/app-update.yml), if it says. */
  feedUrl: string | null;
  onReady: (news: UpdateNotice) => void;
  /** Starts a program apart from this one, with these arguments. */
  start: (program: string, args: readonly string[]) => void;
  /** The arguments that this app was started with. */
  args: readonly string[];
  log: Log;
  /** The rest is for tests. */
  load?: () => Promise<Updater>;
  platform?: NodeJS.Platform;
  env?: NodeJS.ProcessEnv;
  /** Electron's folder of resources; none when it isn't packaged. */
  resources?: string | null;
}

export interface Updates {
  close(): void;
}

async function loadUpdater(): Promise<Updater> {
  const { default: electronUpdater } = await import('electron-updater');
  return electronUpdater.autoUpdater;
}

/** What the package itself says about updates, or null: it names the feed, and on Windows who must have signed. */
function readPackaged(resources: string | null): Promise<string | null> {
  if (resources === null) return Promise.resolve(null);
  return readFile(join(resources, 'app-update.yml'), 'utf8').catch(() => null);
}

/**
 * Whether a download is checked by what can't come from the feed: by macOS itself, on Windows against the publisher that the
 * package names. An AppImage has no signature and relies on https; other Linux packages belong to the package manager.
 */
function canInstall(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, packaged: string | null): boolean {
  if (platform === 'darwin') return true;
  if (platform === 'win32') return packaged !== null && /^publisherName:/m.test(packaged);
  return platform === 'linux' && Boolean(env.APPIMAGE);
}

function isSafe(feedUrl: string): boolean {
  return URL.canParse(feedUrl) && new URL(feedUrl).protocol === 'https:';
}

/**
 * Looks for new versions now and every six hours, fetches them where they can be installed, and tells of each once. Nothing is
 * ever installed but by `install`. Off without a feed, and in an app that isn't packaged. Never rejects: what goes wrong is
 * logged, and tried again next time.
 */
export async function startUpdates(options: UpdateOptions): Promise<Updates> {
  const { feedUrl, onReady, log, load = loadUpdater } = options;
  const {
    platform = process.platform,
    env = process.env,
    resources = process.resourcesPath ?? null,
  } = options;
  const off: Updates = { close() {} };
  const packaged = await readPackaged(resources);
  if (feedUrl === null && packaged === null) return off;
  if (feedUrl !== null && !isSafe(feedUrl)) {
    log.warn({ feedUrl }, 'no updates: their address must begin with https://');
    return off;
  }
  try {
    const updater = await load();
    const installs = canInstall(platform, env, packaged);
    configure(updater, installs, feedUrl);
    const run = (): void => installAndRestart(updater, env.APPIMAGE, options);
    announce(updater, installs ? run : null, onReady, log);
    return checkRegularly(updater, log);
  } catch (error) {
    log.warn({ err: error }, 'no updates: what looks for them could not be loaded');
    return off;
  }
}

function configure(updater: Updater, installs: boolean, feedUrl: string | null): void {
  updater.autoDownload = installs;
  updater.autoInstallOnAppQuit = false;
  // Its own lines hold whole addresses and stacks; what matters comes by its events.
  updater.logger = null;
  if (feedUrl !== null) updater.setFeedURL({ provider: 'generic', url: feedUrl });
}

function announce(
  updater: Updater,
  install: (() => void) | null,
  onReady: (news: UpdateNotice) => void,
  log: Log,
): void {
  const installs = install !== null;
  let announced: string | null = null;
  updater.on(installs ? 'update-downloaded' : 'update-available', ({ version }) => {
    if (!plainVersion.test(version) || version === announced) return;
    announced = version;
    log.info({ version, installs }, 'there is a new version');
    const text = installs ? strings.updateReady(version) : strings.updateAvailable(version);
    onReady({ version, text, install });
  });
  updater.on('error', (error) => log.warn({ err: error.message }, 'looking for a new version failed'));
}

/** Installers start the new version themselves, an AppImage without the arguments that this one has: that is done here. */
function installAndRestart(
  updater: Updater,
  image: string | undefined,
  { start, args }: Pick<UpdateOptions, 'start' | 'args'>,
): void {
  if (image === undefined) {
    updater.quitAndInstall(true, true);
    return;
  }
  let program = image;
  updater.on('appimage-filename-updated', (path) => {
    program = path;
  });
  updater.quitAndInstall(true, false);
  // Also when it couldn't be installed, which is in the log: the user wants the app back.
  start(program, args);
}

function checkRegularly(updater: Updater, log: Log): Updates {
  const check = (): void => {
    // A failure comes as an event, too.
    updater
      .checkForUpdates()
      .catch((error: unknown) => log.debug({ err: error }, 'no look for a new version'));
  };
  check();
  const timer = setInterval(check, lookEveryMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
