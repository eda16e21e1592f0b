import { type BrowserWindow, dialog } from 'electron';
import { sendTo } from './bridge-handlers.ts';
import { strings } from './shell-strings.ts';
import { focusWindow, openWindow, type WindowOptions } from './window.ts';

export interface WindowManagerOptions extends Omit<WindowOptions, 'path'> {
  /** Whether closing the window only hides it. */
  hidesOnClose: () => boolean;
  onHidden: () => void;
  /** The user logs out, or the machine goes down (Windows). */
  onSessionEnd: () => void;
}

/** The app's one window: opened, hidden, and found again. */
export class WindowManager {
  private readonly options: WindowManagerOptions;
  private window: BrowserWindow | null = null;
  private isEnding = false;

  constructor(options: WindowManagerOptions) {
    this.options = options;
  }

  get current(): BrowserWindow | null {
    return this.window;
  }

  /** Whether the user looks at a page of this path, or below it. */
  isShowing(path: string): boolean {
    const { window } = this;
    if (!window?.isVisible() || !window.isFocused()) return false;
    const { pathname } = new URL(window.webContents.getURL());
    return pathname === path || pathname.startsWith(`${path}/`);
  }

  /** Brings the window to the front, made if need be; with a path, the page goes there. */
  show(path?: string): void {
    if (this.window) {
      focusWindow(this.window);
      if (path !== undefined) sendTo(this.window, path);
      return;
    }
    const window = openWindow({ ...this.options, ...(path === undefined ? {} : { path }) });
    this.window = window;
    window.on('close', (event) => {
      if (this.isEnding || !this.options.hidesOnClose()) return;
      event.preventDefault();
      window.hide();
      this.options.onHidden();
    });
    // Windows waits for nobody, but for as long as it takes to ask.
    window.on('query-session-end', () => this.options.onSessionEnd());
    window.webContents.on('will-prevent-unload', (event) => {
      if (leavesUnsaved(window)) event.preventDefault();
    });
    window.once('closed', () => {
      this.window = null;
    });
  }

  /** For good, unless the page holds something unsaved, the user may be asked, and wants to stay: then false. */
  async end(mayAsk: boolean): Promise<boolean> {
    const { window } = this;
    if (!window) return true;
    this.isEnding = true;
    if (!mayAsk) {
      window.destroy();
      return true;
    }
    return new Promise((resolve) => {
      window.once('closed', () => resolve(true));
      // Comes before the question above is answered: what counts is whether the window is there after it.
      window.webContents.once('will-prevent-unload', () => {
        setImmediate(() => {
          if (!this.window) return;
          this.isEnding = false;
          resolve(false);
        });
      });
      window.close();
    });
  }
}

function leavesUnsaved(window: BrowserWindow): boolean {
  const answer = dialog.showMessageBoxSync(window, {
    type: 'warning',
    message: strings.unsaved,
    buttons: [strings.leave, strings.stay],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return answer === 0;
}
