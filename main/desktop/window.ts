import { BrowserWindow } from 'electron';
import { appOrigin } from './app-page.ts';

/** The one factory of windows. `preload` is the bridge's built file. Shown when its first frame is painted. */
export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 360,
    minHeight: 400,
    show: false,
    title: 'Lightdeck',
    autoHideMenuBar: true,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.once('ready-to-show', () => window.show());
  window.loadURL(`${appOrigin}/`).catch(() => {
    // The window was closed while loading; there is nobody left to tell.
  });
  return window;
}

/** Brings the window to the front, for a second start of the app. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
