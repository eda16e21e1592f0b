import { BrowserWindow, screen } from 'electron';
import { appOrigin } from './app-page.ts';
import { placeOf, placeWindow, readPlace, smallest, type WindowPlace, writePlace } from './window-place.ts';

export interface WindowOptions {
  /** The bridge's built file. */
  preload: string;
  /** Where the window's place is kept. */
  placeFile: string;
  /** The page's path to begin with. */
  path?: string;
  /** Instead of our own page: a development server. */
  pageUrl?: string | undefined;
  /** The window's icon where the system has none for it, as without an installed package. */
  icon: string;
  /** Shown in the list of windows only. */
  minimized?: boolean;
  isOurs: (address: string) => boolean;
}

const keepPlaceMs = 500;

/** The one factory of windows. Shown when its first frame is painted, where the last one was. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { preload, placeFile, path = '/', pageUrl, icon, minimized = false, isOurs } = options;
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id);
  const place = placeWindow(
    readPlace(placeFile),
    [main, ...others].map(({ workArea }) => workArea),
  );
  const { maximized, ...bounds } = place;
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Lightdeck',
    autoHideMenuBar: true,
    ...(process.platform === 'linux' ? { icon } : {}),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      // Without dictionaries, see security.ts.
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    // Mapped first: a window that was never on the screen can't be minimised on X11.
    if (minimized) window.showInactive();
    else window.show();
    if (minimized) window.minimize();
  });
  keepPlace(window, placeFile, place);
  const load = (address: string): void => {
    window.loadURL((pageUrl ?? appOrigin) + address).catch(() => {
      // The window was closed while loading; there is nobody left to tell.
    });
  };
  // The one address that a page can leave for without being asked is about:blank, and there the window would stay empty.
  window.webContents.on('did-navigate', (_event, address) => {
    if (!isOurs(address)) load('/');
  });
  load(path);
  return window;
}

function keepPlace(window: BrowserWindow, file: string, first: WindowPlace): void {
  let place = first;
  let timer: NodeJS.Timeout | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    place = placeOf(window, place);
    writePlace(file, place);
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
