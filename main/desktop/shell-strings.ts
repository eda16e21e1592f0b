import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/shell-strings.en.json';

const t = textsOf('main/desktop/shell-strings', en);

/** How often a server has crashed: of those that were told before, `isMore` is true. */
interface Times {
  count: number;
  isMore: boolean;
}

function recoveredTimes(name: string, { count, isMore }: Times, reason: string | undefined): string {
  if (reason === undefined) return t(isMore ? 'recoveredMore' : 'recoveredTimes', { name, count });
  const why = hostText(reason);
  return t(isMore ? 'recoveredMoreAfter' : 'recoveredTimesAfter', { name, count, reason: why });
}

/**
 * All texts of the tray, the menus, the notifications and new versions, in the language that is spoken when they are asked for: it can
 * change while the app runs. What the host says comes in it as well.
 */
export const strings = {
  app: 'Lightdeck',

  openApp: () => t('openApp'),
  quitApp: () => t('quitApp'),
  openServer: () => t('openServer'),
  noHost: () => t('noHost'),
  noEngine: () => t('noEngine'),
  lookingForEngine: () => t('lookingForEngine'),
  noServers: () => t('noServers'),
  newServer: () => t('newServer'),
  settings: () => t('settings'),
  startAll: (count: number) => t('startAll', { count }),
  stopAll: (count: number) => t('stopAll', { count }),
  stopAllTitle: (count: number) => t('stopAllTitle', { count }),
  stopAllDetail: () => t('stopAllDetail'),
  stop: () => t('stop'),
  moreServers: (count: number) => t('moreServers', { count }),
  tooltip: (running: number, all: number) => t('tooltip', { running, all }),
  tooltipAway: () => t('tooltipAway'),

  crashed: (name: string, reason: string) => t('crashed', { name, reason: hostText(reason) }),
  crashedTimes: (name: string, { count, isMore }: Times, reason: string) =>
    t(isMore ? 'crashedMore' : 'crashedTimes', { name, count, reason: hostText(reason) }),
  recovered: (name: string, reason: string | undefined) =>
    reason === undefined ? t('recovered', { name }) : t('recoveredAfter', { name, reason: hostText(reason) }),
  recoveredTimes,
  severalServers: (count: number) => t('severalServers', { count }),
  severalTroubled: (names: string, more: number) =>
    more > 0 ? t('severalTroubledMore', { names, more }) : t('severalTroubled', { names }),
  ready: (name: string) => t('ready', { name }),
  installed: (name: string) => t('installed', { name }),
  installFailed: (name: string) => t('installFailed', { name }),
  outOfSpace: (name: string) => t('outOfSpace', { name }),
  newsTitle: {
    crashed: (name: string) => t('title.crashed', { name }),
    recovered: (name: string) => t('title.recovered', { name }),
    several: (name: string) => t('title.several', { name }),
    ready: (name: string) => t('title.ready', { name }),
    'out-of-space': (name: string) => t('title.outOfSpace', { name }),
    installed: (name: string) => t('title.installed', { name }),
    'install-failed': (name: string) => t('title.installFailed', { name }),
  },

  hostUnreachable: () => t('hostUnreachable'),

  goesOn: () => t('goesOn'),
  goesOnMinimized: () => t('goesOnMinimized'),
  stopping: (count: number) => t('stopping', { count }),
  pageDied: () => t('pageDied'),
  pageDiedDetail: () => t('pageDiedDetail'),
  pageStuck: () => t('pageStuck'),
  reload: () => t('reload'),
  wait: () => t('wait'),
  diagnosticsCopied: () => t('diagnosticsCopied'),
  diagnosticsDetail: () => t('diagnosticsDetail'),
  powerFailed: () => t('powerFailed'),
  cancel: () => t('cancel'),
  linkDetail: () => t('linkDetail'),
  linkAsks: {
    start: (name: string) => ({ title: t('ask.start', { name }), action: t('act.start') }),
    stop: (name: string) => ({ title: t('ask.stop', { name }), action: t('stop') }),
    restart: (name: string) => ({ title: t('ask.restart', { name }), action: t('act.restart') }),
  },

  quitTitle: (count: number) => t('quitTitle', { count }),
  quitDetail: () => t('quitDetail'),
  /** Who plays on a server that may be stopped. */
  playing: (count: number, name: string) => t('playing', { count, name }),
  playingElsewhere: (count: number, servers: number) => t('playingElsewhere', { count, servers }),
  quitLeave: () => t('quitLeave'),
  quitStop: () => t('quitStop'),
  updateReady: (version: string) => t('updateReady', { version }),
  updateAvailable: (version: string) => t('updateAvailable', { version }),
  updateWaits: () => t('updateWaits'),
  installNow: () => t('installNow'),
  later: () => t('later'),
  dontAsk: () => t('dontAsk'),
  unsaved: () => t('unsaved'),
  leave: () => t('leave'),
  stay: () => t('stay'),

  tokenTitle: () => t('tokenTitle'),
  tokenDetail: () => t('tokenDetail'),
  tokenReplace: () => t('tokenReplace'),
  openTitle: () => t('openTitle'),
  openIt: () => t('openIt'),

  menu: {
    file: () => t('menu.file'),
    edit: () => t('menu.edit'),
    view: () => t('menu.view'),
    window: () => t('menu.window'),
    help: () => t('menu.help'),
    newServer: () => t('menu.newServer'),
    overview: () => t('menu.overview'),
    preferences: () => t('menu.preferences'),
    showLogs: () => t('menu.showLogs'),
    copyDiagnostics: () => t('menu.copyDiagnostics'),
    dockerHelp: () => t('menu.dockerHelp'),
  },
  /** Of Electron's roles, whose own labels are English everywhere. */
  roles: {
    about: () => t('role.about'),
    services: () => t('role.services'),
    hide: () => t('role.hide'),
    hideOthers: () => t('role.hideOthers'),
    unhide: () => t('role.unhide'),
    quit: () => t('quitApp'),
    close: () => t('role.close'),
    undo: () => t('role.undo'),
    redo: () => t('role.redo'),
    cut: () => t('role.cut'),
    copy: () => t('role.copy'),
    paste: () => t('role.paste'),
    pasteAndMatchStyle: () => t('role.pasteAndMatchStyle'),
    delete: () => t('role.delete'),
    selectAll: () => t('role.selectAll'),
    reload: () => t('reload'),
    resetZoom: () => t('role.resetZoom'),
    zoomIn: () => t('role.zoomIn'),
    zoomOut: () => t('role.zoomOut'),
    togglefullscreen: () => t('role.togglefullscreen'),
    minimize: () => t('role.minimize'),
    zoom: () => t('role.zoom'),
    front: () => t('role.front'),
  },

  menuComment: () => t('menuComment'),
  loginComment: () => t('loginComment'),
} as const;
