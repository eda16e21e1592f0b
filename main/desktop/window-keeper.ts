import { type BrowserWindow, dialog } from 'electron';
import { sendTo } from './bridge-handlers.ts';
import { focusWindow, openWindow, type WindowOptions } from './window.ts';

export interface WindowKeeperOptions extends Omit<WindowOptions, 'path'> {
  /** Whether closing the window only hides it. */
  hidesOnClose: () => boolean;
}

/** The app's one window: opened, hidden, and found again. */
export class WindowKeeper {
  private readonly options: WindowKeeperOptions;
  private window: BrowserWindow | null = null;
  private isEnding = false;

  constructor(options: WindowKeeperOptions) {
    this.options = options;
  }

  get current(): BrowserWindow | null {
    return this.window;
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
    });
    window.webContents.on('will-prevent-unload', (event) => {
      if (leavesUnsaved(window)) event.preventDefault();
    });
    window.once('closed', () => {
      this.window = null;
    });
  }

  /** For good, unless the page holds something unsaved and the user wants to stay: then false. */
  async end(): Promise<boolean> {
    const { window } = this;
    if (!window) return true;
    this.isEnding = true;
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
    message: 'Something on this page isn’t saved, or is still under way.',
    buttons: ['Leave', 'Stay'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return answer === 0;
}
