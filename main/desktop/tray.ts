import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { hasTrouble, type TrayActs, type TrayState, trayTemplate, trayTip } from './tray-menu.ts';

/** What a tray needs of Electron's; `M` is a built menu. */
export interface TrayLike<M> {
  setContextMenu(menu: M): void;
  setToolTip(text: string): void;
  /** Marks the icon, or takes the mark away. */
  setTrouble(isThere: boolean): void;
  onClick(listener: () => void): void;
  destroy(): void;
}

export interface TrayOptions<M> {
  make: () => TrayLike<M>;
  build: (template: MenuItemConstructorOptions[]) => M;
  /** Asked anew before each drawing. */
  state: () => TrayState;
  acts: TrayActs;
  /** Least time between two new menus, in ms. */
  everyMs?: number;
}

export interface OpenTray {
  /** The state may have changed: to be called as often as one likes. */
  changed(): void;
  close(): void;
}

/** A menu that is open closes when it is replaced, so it is done seldom. */
const leastMs = 400;

/**
 * The icon in the tray with its menu. The first change is drawn at once, what follows shortly after is drawn together, and what
 * looks the same isn't drawn at all. Throws what `make` throws: some desktops have no tray.
 */
export function openTray<M>({ make, build, state, acts, everyMs = leastMs }: TrayOptions<M>): OpenTray {
  const tray = make();
  tray.onClick(() => acts.open());
  let shown: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isWaiting = false;
  let isClosed = false;

  const draw = (): void => {
    const now = state();
    const template = trayTemplate(now, acts);
    const tip = trayTip(now);
    // Functions are left out of it; the ids stand for them.
    const trouble = hasTrouble(now);
    const text = JSON.stringify([tip, trouble, template]);
    if (text === shown) return;
    shown = text;
    tray.setToolTip(tip);
    tray.setTrouble(trouble);
    tray.setContextMenu(build(template));
  };
  const changed = (): void => {
    if (isClosed) return;
    if (timer) {
      isWaiting = true;
      return;
    }
    draw();
    timer = setTimeout(() => {
      timer = null;
      if (!isWaiting) return;
      isWaiting = false;
      changed();
    }, everyMs);
  };
  changed();
  return {
    changed,
    close: () => {
      if (isClosed) return;
      isClosed = true;
      if (timer) clearTimeout(timer);
      tray.destroy();
    },
  };
}

/** Electron's own tray as `openTray` wants it. A click opens the window, but on macOS, where it opens the menu. */
export function electronTray(
  TrayClass: typeof Tray,
  images: { plain: NativeImage; marked: NativeImage },
  platform: NodeJS.Platform,
): TrayLike<Menu> {
  const tray = new TrayClass(images.plain);
  return {
    setContextMenu: (menu) => tray.setContextMenu(menu),
    setToolTip: (text) => tray.setToolTip(text),
    setTrouble: (isThere) => tray.setImage(isThere ? images.marked : images.plain),
    onClick: (listener) => {
      if (platform !== 'darwin') tray.on('click', listener);
    },
    destroy: () => tray.destroy(),
  };
}
