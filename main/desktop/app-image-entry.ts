import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { AppImageEntryState } from '../../shared/model/app-image-entry.ts';
import { hasCode } from '../lib/system-error.ts';
import { menuEntry } from './desktop-entry.ts';
import { strings } from './shell-strings.ts';
import type { Asked } from './tray-host.ts';

const entryName = 'lightdeck.desktop';
const toolMs = 10_000;

export interface AppImageEntryOptions {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
  /** The picture that the menu shows: a PNG of 256 pixels. */
  icon: string;
  /** Replaces a file whole (lib/write-atomically.ts). */
  write: (path: string, text: string) => void;
  /** Runs a program without a shell, for `ms` at most. Never rejects. */
  run: (program: string, args: readonly string[], ms: number) => Promise<Asked>;
}

/**
 * The menu entry of an AppImage, which no package manager makes: with it the app is in the menu and lightdeck:// links open it. It is written into
 * the user's own folders only when the user says so.
 */
export class AppImageEntry {
  private readonly options: AppImageEntryOptions;

  constructor(options: AppImageEntryOptions) {
    this.options = options;
  }

  /** Throws what the file system says. */
  state(): AppImageEntryState {
    const image = this.image;
    if (image === null) return 'unavailable';
    return readIfThere(this.path) === this.text(image) ? 'on' : 'off';
  }

  /** Throws what the file system says. What a desktop's own tools say doesn't matter: most look at the folder by themselves. */
  async set(on: boolean): Promise<void> {
    const image = this.image;
    if (image === null) return;
    if (!on) {
      rmSync(this.path, { force: true });
      rmSync(this.iconPath, { force: true });
    } else {
      mkdirSync(this.folder, { recursive: true });
      mkdirSync(this.iconFolder, { recursive: true });
      copyFileSync(this.options.icon, this.iconPath);
      this.options.write(this.path, this.text(image));
    }
    await this.options.run('update-desktop-database', [this.folder], toolMs);
    if (on) await this.options.run('xdg-mime', ['default', entryName, 'x-scheme-handler/lightdeck'], toolMs);
  }

  /** Corrects an entry of ours that names an AppImage which is gone: each new version may be another file. */
  async refresh(): Promise<void> {
    const text = readIfThere(this.path);
    if (this.image === null || text === null || !text.includes(mark) || this.state() === 'on') return;
    const named = new RegExp(`^${mark}(.*)$`, 'm').exec(text)?.[1] ?? '';
    if (!existsSync(named)) await this.set(true);
  }

  /** The AppImage that runs; null where it isn't one. */
  private get image(): string | null {
    const { platform, env } = this.options;
    const image = env.APPIMAGE;
    return platform === 'linux' && image && isAbsolute(image) && !/[\n\r]/.test(image) ? image : null;
  }

  private get data(): string {
    const { env, home } = this.options;
    return env.XDG_DATA_HOME && isAbsolute(env.XDG_DATA_HOME)
      ? env.XDG_DATA_HOME
      : join(home, '.local/share');
  }

  private get folder(): string {
    return join(this.data, 'applications');
  }

  private get path(): string {
    return join(this.folder, entryName);
  }

  private get iconFolder(): string {
    return join(this.data, 'icons/hicolor/256x256/apps');
  }

  private get iconPath(): string {
    return join(this.iconFolder, 'lightdeck.png');
  }

  private text(image: string): string {
    const entry = menuEntry({
      name: strings.app,
      comment: strings.menuComment(),
      command: [image],
      icon: this.iconPath,
      schemes: ['lightdeck'],
    });
    return `${entry}${mark}${image}\n`;
  }
}

/** A key of ours: whose entry it is, and which file it starts, without the escapes of `Exec`. */
const mark = 'X-Lightdeck-AppImage=';

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
