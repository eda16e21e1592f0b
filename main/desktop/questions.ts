import type { BrowserWindow, Dialog, MessageBoxOptions } from 'electron';

/** What must be known of a window before a question is put on top of it. */
export interface ParentWindow {
  isDestroyed(): boolean;
  isVisible(): boolean;
  isMinimized(): boolean;
}

/** The buttons are in the question's order; `response` is the index of the one that was pressed. */
export interface Answer {
  response: number;
  checkboxChecked: boolean;
}

/** All questions of the app go through here. */
export interface Questions {
  ask(question: MessageBoxOptions): Promise<Answer>;
  /** Blocks the whole main process: only where Electron wants the answer within its event. */
  askNow(question: MessageBoxOptions): number;
  /** Asks for files or folders; their paths, none if the user chose none. */
  choose(...properties: ChooseProperty[]): Promise<string[]>;
}

export type ChooseProperty = 'openDirectory' | 'openFile' | 'multiSelections';

/**
 * The window that a question may be modal to, or null. A dialog whose parent isn't on the screen is put below it by window managers once
 * that one appears: then it can't be seen, and the window takes no clicks.
 */
export function visibleParent<W extends ParentWindow>(window: W | null): W | null {
  return window && !window.isDestroyed() && window.isVisible() && !window.isMinimized() ? window : null;
}

/** `dialog` is Electron's; `window` is the app's own, null while there is none. */
export function openQuestions(dialog: Dialog, window: () => BrowserWindow | null): Questions {
  return {
    ask: (question) => {
      const parent = visibleParent(window());
      const whole = { noLink: true, ...question };
      return parent ? dialog.showMessageBox(parent, whole) : dialog.showMessageBox(whole);
    },
    askNow: (question) => {
      const parent = visibleParent(window());
      const whole = { noLink: true, ...question };
      return parent ? dialog.showMessageBoxSync(parent, whole) : dialog.showMessageBoxSync(whole);
    },
    choose: async (...properties) => {
      const parent = visibleParent(window());
      const chosen = await (parent
        ? dialog.showOpenDialog(parent, { properties })
        : dialog.showOpenDialog({ properties }));
      return chosen.canceled ? [] : chosen.filePaths;
    },
  };
}
