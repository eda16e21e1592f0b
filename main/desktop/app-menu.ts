import type { MenuItemConstructorOptions } from 'electron';
import { strings } from './shell-strings.ts';

export interface AppMenuOptions {
  platform: NodeJS.Platform;
  /** Shows the developer tools. */
  isDev: boolean;
  /** Shows the window at a path of the page. */
  open: (path: string) => void;
  /** What the help menu leads to, in the user's browser. */
  links: readonly { label: string; url: string }[];
  openLink: (url: string) => void;
  showLogs: () => void;
  copyDiagnostics: () => void;
}

type Item = MenuItemConstructorOptions;
/** A menu's name with its key after Alt; macOS has no such keys. */
const named = (label: string, isMac: boolean): string => (isMac ? label : `&${label}`);
const line: Item = { type: 'separator' };
const role = (name: keyof typeof strings.roles): Item => ({ role: name, label: strings.roles[name]() });

/** The app's menu with the shortcuts of its system. On Windows and Linux it is behind Alt; its shortcuts are always there. Pure. */
export function appMenuTemplate(options: AppMenuOptions): Item[] {
  const isMac = options.platform === 'darwin';
  return [
    ...(isMac ? [macMenu(options)] : []),
    fileMenu(options, isMac),
    editMenu(isMac),
    viewMenu(options, isMac),
    windowMenu(isMac),
    helpMenu(options, isMac),
  ];
}

/** Each system calls it by another name. */
const preferences = ({ open, platform }: AppMenuOptions): Item => ({
  id: 'preferences',
  label: platform === 'darwin' ? strings.settings() : strings.menu.preferences(),
  accelerator: 'CommandOrControl+,',
  click: () => open('/settings'),
});

function macMenu(options: AppMenuOptions): Item {
  return {
    label: strings.app,
    submenu: [
      role('about'),
      line,
      preferences(options),
      line,
      role('services'),
      line,
      role('hide'),
      role('hideOthers'),
      role('unhide'),
      line,
      role('quit'),
    ],
  };
}

function fileMenu(options: AppMenuOptions, isMac: boolean): Item {
  const create: Item = {
    id: 'new-server',
    label: strings.menu.newServer(),
    accelerator: 'CommandOrControl+N',
    click: () => options.open('/new'),
  };
  const rest: Item[] = isMac ? [role('close')] : [preferences(options), line, role('close'), role('quit')];
  return { label: named(strings.menu.file(), isMac), submenu: [create, line, ...rest] };
}

/** Without these roles macOS knows no copy and paste in the page. */
function editMenu(isMac: boolean): Item {
  return {
    label: named(strings.menu.edit(), isMac),
    submenu: [
      role('undo'),
      role('redo'),
      line,
      role('cut'),
      role('copy'),
      role('paste'),
      ...(isMac ? [role('pasteAndMatchStyle')] : []),
      role('delete'),
      line,
      role('selectAll'),
    ],
  };
}

function viewMenu({ isDev, open }: AppMenuOptions, isMac: boolean): Item {
  const developer: Item[] = [line, { role: 'forceReload' }, { role: 'toggleDevTools' }];
  return {
    label: named(strings.menu.view(), isMac),
    submenu: [
      { id: 'overview', label: strings.menu.overview(), click: () => open('/') },
      line,
      role('reload'),
      role('resetZoom'),
      role('zoomIn'),
      // The role wants Shift with the key that has the plus on it.
      { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false, acceleratorWorksWhenHidden: true },
      role('zoomOut'),
      line,
      role('togglefullscreen'),
      ...(isDev ? developer : []),
    ],
  };
}

function windowMenu(isMac: boolean): Item {
  const more: Item[] = isMac ? [role('zoom'), line, role('front')] : [];
  return {
    role: 'window',
    label: named(strings.menu.window(), isMac),
    submenu: [role('minimize'), ...more],
  };
}

function helpMenu({ links, openLink, showLogs, copyDiagnostics }: AppMenuOptions, isMac: boolean): Item {
  const items = links.map(({ label, url }): Item => ({ label, click: () => openLink(url) }));
  const trouble: Item[] = [
    ...(items.length > 0 ? [line] : []),
    { id: 'show-logs', label: strings.menu.showLogs(), click: showLogs },
    { id: 'copy-diagnostics', label: strings.menu.copyDiagnostics(), click: copyDiagnostics },
  ];
  // On macOS it stands in the app's own menu.
  const about: Item[] = isMac ? [] : [line, role('about')];
  return {
    role: 'help',
    label: named(strings.menu.help(), isMac),
    submenu: [...items, ...trouble, ...about],
  };
}
