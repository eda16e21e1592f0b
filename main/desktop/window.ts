import { BrowserWindow, screen } from 'electron';
import { appOrigin } from './app-page.ts';
import { placeWindow, readPlace, smallest, writePlace } from './window-place.ts';

export interface WindowOptions {
  /** The bridge's built file. */
  preload: string;
  /** Where the window's place is kept. */
  placeFile: string;
  /** The page's path to begin with. */
  path?: string;
  /** Instead of our own page: a development server. */
  pageUrl?: string | undefined;
}

const keepPlaceMs = 500;

/** The one factory of windows. Shown when its first frame is painted, where the last one was. */
export function openWindow({ preload, placeFile, path = '/', pageUrl }: WindowOptions): BrowserWindow {
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id);
  const { maximized, ...bounds } = placeWindow(
    readPlace(placeFile),
    [main, ...others].map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Lightdeck',
    autoHideMenuBar: true,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  keepPlace(window, placeFile);
  window.loadURL((pageUrl ?? appOrigin) + path).catch(() => {
    // The window was closed while loading; there is nobody left to tell.
  });
  return window;
}

function keepPlace(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed() || window.isMinimized()) return;
    writePlace(file, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(keep, keepPlaceMs);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', keep);
  window.once('closed', () => clearTimeout(timer));
}

/** Brings the window to the front, for a second start of the app. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
