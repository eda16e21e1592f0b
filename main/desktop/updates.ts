import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import { maxNotes, type UpdateState } from '../../shared/model/update.ts';
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

/** What a feed says of a version; notes are one text, or one for each version since. */
interface UpdateInfo {
  version: string;
  releaseNotes?: string | readonly { note?: string | null }[] | null | undefined;
}

/** What we use of electron-updater. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  logger: object | null;
  setFeedURL(feed: { provider: 'generic'; url: string }): void;
  on(event: 'update-available' | 'update-downloaded', listener: (info: UpdateInfo) => void): unknown;
  on(event: 'update-not-available', listener: () => void): unknown;
  on(event: 'appimage-filename-updated', listener: (path: string) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  checkForUpdates(): Promise<unknown>;
  quitAndInstall(isSilent: boolean, isForceRunAfter: boolean): void;
}

export interface UpdateOptions {
  /** Where new versions are announced, https; null: where the package says (resources/app-update.yml), if it says. */
  feedUrl: string | null;
  onReady: (news: UpdateNotice) => void;
  /** The version that the user doesn't want to be told of. */
  skipped: () => string | null;
  /** Ends the app as the user wants it ended, then does that. */
  install: (work: () => void) => void;
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
  /** As it is now. */
  readonly state: UpdateState;
  /** Looks now, and resolves with the state when it has looked. Never rejects. */
  look(): Promise<UpdateState>;
  /** As if the user had agreed to a notice's `install`; false where nothing is ready. */
  install(): boolean;
  close(): void;
}

const nothingKnown: UpdateState = {
  state: 'off',
  version: null,
  notes: null,
  looked_at: null,
  problem: null,
};

/** Where there is nothing to look at. */
const off: Updates = {
  state: nothingKnown,
  look: async () => nothingKnown,
  install: () => false,
  close() {},
};

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
  const { feedUrl, log, load = loadUpdater } = options;
  const {
    platform = process.platform,
    env = process.env,
    resources = process.resourcesPath ?? null,
  } = options;
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
    return new FeedUpdates(updater, installs ? run : null, options);
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

/** What the feed says, told once for each version and kept for who asks. */
class FeedUpdates implements Updates {
  private readonly updater: Updater;
  /** Null: it can only be told. */
  private readonly run: (() => void) | null;
  private readonly options: UpdateOptions;
  private readonly timer: NodeJS.Timeout;
  private current: UpdateState = { ...nothingKnown, state: 'looking' };
  private announced: string | null = null;

  constructor(updater: Updater, run: (() => void) | null, options: UpdateOptions) {
    this.updater = updater;
    this.run = run;
    this.options = options;
    updater.on('update-available', (info) => this.found(info, run === null ? 'available' : 'downloading'));
    updater.on('update-downloaded', (info) => this.found(info, 'ready'));
    updater.on('update-not-available', () => this.change({ ...nothingKnown, state: 'current' }));
    updater.on('error', (error) => this.failed(error));
    void this.look();
    this.timer = setInterval(() => void this.look(), lookEveryMs);
    this.timer.unref();
  }

  get state(): UpdateState {
    return this.current;
  }

  async look(): Promise<UpdateState> {
    // One that is there, or on its way, is not forgotten by a look that fails.
    const isFound = ['available', 'downloading', 'ready'].includes(this.current.state);
    if (!isFound) this.change({ ...this.current, state: 'looking' });
    try {
      await this.updater.checkForUpdates();
    } catch (error) {
      // It comes as an event, too.
      this.failed(error instanceof Error ? error : new Error(errorText(error)));
    }
    if (this.current.state === 'looking') this.change({ ...nothingKnown, state: 'current' });
    this.change({ ...this.current, looked_at: Date.now() });
    return this.current;
  }

  install(): boolean {
    if (this.current.state !== 'ready' || this.run === null) return false;
    this.options.install(this.run);
    return true;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private found({ version, releaseNotes }: UpdateInfo, state: 'available' | 'downloading' | 'ready'): void {
    if (!plainVersion.test(version)) return;
    this.change({ ...nothingKnown, state, version, notes: notesOf(releaseNotes) });
    if (state === 'downloading' || version === this.announced || version === this.options.skipped()) return;
    this.announced = version;
    const { run } = this;
    this.options.log.info({ version, installs: run !== null }, 'there is a new version');
    const text = run === null ? strings.updateAvailable(version) : strings.updateReady(version);
    this.options.onReady({ version, text, install: run });
  }

  private failed(error: Error): void {
    this.options.log.warn({ err: error.message }, 'looking for a new version failed');
    if (this.current.state === 'looking' || this.current.state === 'downloading')
      this.change({ ...nothingKnown, state: 'failed', problem: error.message.slice(0, 300) });
  }

  private change(state: UpdateState): void {
    this.current = { ...state, looked_at: state.looked_at ?? this.current.looked_at };
  }
}

/** Its makers may write it as a page: what is shown is its text. */
function notesOf(notes: UpdateInfo['releaseNotes']): string | null {
  const texts = typeof notes === 'string' ? [notes] : (notes ?? []).map(({ note }) => note ?? '');
  const text = texts
    .join('\n\n')
    .replace(/<(?:br|\/p|\/li|\/h\d)[^>]{0,20}>/gi, '\n')
    .replace(/<[^>]{1,200}>/g, '')
    .trim();
  return text === '' ? null : text.slice(0, maxNotes);
}
