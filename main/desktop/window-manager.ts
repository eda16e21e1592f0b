import { type BrowserWindow, dialog } from 'electron';
import type { Log } from '../lib/log.ts';
import { sendTo } from './bridge-handlers.ts';
import type { CloseAct } from './close-act.ts';
import { electronPage, recoverPage } from './page-recovery.ts';
import { openQuestions, type Questions, visibleParent } from './questions.ts';
import { strings } from './shell-strings.ts';
import { focusWindow, openWindow, type WindowOptions } from './window.ts';
import { WindowRest } from './window-rest.ts';

export interface WindowManagerOptions extends Omit<WindowOptions, 'path' | 'minimized'> {
  closeAct: () => CloseAct;
  /** It was closed and goes on. */
  onAway: (act: Exclude<CloseAct, 'close'>) => void;
  /** A window that was hidden for so long, in ms, is let go. */
  restMs: number;
  /** The user logs out, or the machine goes down (Windows). */
  onSessionEnd: () => void;
  /** The user gives a page up that dies or hangs. */
  onQuit: () => void;
  log: Log;
}

/** The app's one window: opened, hidden, and found again. */
export class WindowManager {
  private readonly options: WindowManagerOptions;
  private window: BrowserWindow | null = null;
  private isEnding = false;
  /** Its page is dead or hangs, and the user wants no more of it: it isn't asked whether it may close. */
  private isGivenUp = false;
  private readonly waiting = new Set<(isVisible: boolean) => void>();
  /** Questions on top of the window, or alone while it can't be seen. */
  readonly questions: Questions = openQuestions(dialog, () => this.window);

  private readonly rest: WindowRest;

  constructor(options: WindowManagerOptions) {
    this.options = options;
    this.rest = new WindowRest({
      afterMs: options.restMs,
      close: () => this.window?.close(),
      open: (path) => this.open({ path }),
    });
  }

  /** Whether there is no window because nobody looked at it for long; it comes back by `show`. */
  get isResting(): boolean {
    return this.rest.isResting;
  }

  get current(): BrowserWindow | null {
    return this.window;
  }

  /** Whether it is on the screen, as far as the app knows. */
  get isVisible(): boolean {
    return visibleParent(this.window) !== null;
  }

  /** Resolves to true as soon as the window is on the screen, however long that takes; to false when the app ends. */
  shown(): Promise<boolean> {
    if (this.isVisible) return Promise.resolve(true);
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  /** Whether the user looks at a page of this path, or below it. */
  isShowing(path: string): boolean {
    const { window } = this;
    if (!window?.isVisible() || !window.isFocused()) return false;
    const pathname = pathOf(window);
    return pathname === path || pathname.startsWith(`${path}/`);
  }

  /** The window of a start that is to be seen by nobody, where there is no tray to come back from. */
  showMinimized(): void {
    if (!this.window) this.open({ minimized: true });
  }

  /** Brings the window to the front, made if need be; with a path, the page goes there. */
  show(path?: string): void {
    if (this.rest.wake(path)) return;
    if (this.window) {
      focusWindow(this.window);
      if (path !== undefined) sendTo(this.window, path);
      return;
    }
    this.open(path === undefined ? {} : { path });
  }

  private open(request: Pick<WindowOptions, 'path' | 'minimized'>): void {
    const window = openWindow({ ...this.options, ...request });
    this.window = window;
    const path = (): string => pathOf(window);
    window.on('close', (event) => {
      const act = this.isEnding || this.rest.isResting ? 'close' : this.options.closeAct();
      if (act === 'close') return;
      event.preventDefault();
      if (act === 'hide') {
        window.hide();
        this.rest.hidden(path);
      } else window.minimize();
      this.options.onAway(act);
    });
    // Windows waits for nobody, but for as long as it takes to ask.
    window.on('query-session-end', () => this.options.onSessionEnd());
    window.webContents.on('will-prevent-unload', (event) => {
      if (this.rest.isResting && !this.isEnding) {
        // Nobody is there to be asked: it stays.
        const wanted = this.rest.stays(path);
        if (wanted !== null) this.show(wanted);
      } else if (this.leavesUnsaved()) event.preventDefault();
    });
    window.on('show', () => {
      this.rest.shown();
      this.settle(true);
    });
    window.on('restore', () => this.settle(true));
    this.recover(window);
    window.once('closed', () => {
      this.window = null;
      this.rest.closed();
    });
  }

  /** For good, unless the page holds something unsaved, the user may be asked, and wants to stay: then false. */
  async end(mayAsk: boolean): Promise<boolean> {
    const { window } = this;
    this.isEnding = true;
    const hasEnded = !window || (await this.close(window, mayAsk && !this.isGivenUp));
    if (hasEnded) this.settle(false);
    return hasEnded;
  }

  private close(window: BrowserWindow, mayAsk: boolean): Promise<boolean> {
    if (!mayAsk) {
      window.destroy();
      return Promise.resolve(true);
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

  private settle(isVisible: boolean): void {
    for (const resolve of this.waiting) resolve(isVisible);
    this.waiting.clear();
  }

  private recover(window: BrowserWindow): void {
    const { log, onQuit } = this.options;
    recoverPage({
      page: electronPage(window.webContents),
      askDied: async () => {
        const { response } = await this.questions.ask({
          type: 'error',
          message: strings.pageDied(),
          detail: strings.pageDiedDetail(),
          buttons: [strings.reload(), strings.quitApp()],
          defaultId: 0,
          cancelId: 0,
        });
        return response === 1 ? 'quit' : 'reload';
      },
      askStuck: async (signal) => {
        const { response } = await this.questions.ask({
          type: 'warning',
          message: strings.pageStuck(),
          detail: strings.pageDiedDetail(),
          buttons: [strings.wait(), strings.reload(), strings.quitApp()],
          defaultId: 0,
          cancelId: 0,
          signal,
        });
        return response === 2 ? 'quit' : response === 1 ? 'reload' : 'wait';
      },
      quit: () => {
        this.isGivenUp = true;
        onQuit();
      },
      log,
    });
  }

  private leavesUnsaved(): boolean {
    const answer = this.questions.askNow({
      type: 'warning',
      message: strings.unsaved(),
      buttons: [strings.leave(), strings.stay()],
      defaultId: 1,
      cancelId: 1,
    });
    return answer === 0;
  }
}

/** Where its page is; before it has begun to load, nowhere yet. */
function pathOf({ webContents }: BrowserWindow): string {
  const address = webContents.getURL();
  return URL.canParse(address) ? new URL(address).pathname : '/';
}
