import type { DesktopVersions, Preferences } from '../../../shared/model/preferences.ts';
import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/desktop-strings.en.json';

const t = textsOf('features/settings/desktop-strings', en);

/** Texts of the section that the desktop app alone has; loaded with it. */
export const desktopStrings = {
  title: t('title'),
  seeing: t('seeing'),
  tray: t('tray'),
  trayHelp: t('trayHelp'),
  noTray: t('noTray'),
  noTrayHelp: t('noTrayHelp'),
  noTrayHidden: t('noTrayHidden'),
  login: t('login'),
  hidden: t('hidden'),
  hiddenHelp: t('hiddenHelp'),
  menuEntry: t('menuEntry'),
  menuEntryHelp: t('menuEntryHelp'),
  service: t('service'),
  serviceHelp: t('serviceHelp'),
  serviceOff: t('serviceOff'),
  serviceChange: t('serviceChange'),
  serviceEnd: t('serviceEnd'),
  cancel: t('cancel'),
  notifications: t('notifications'),
  notificationKinds: {
    all: t('notificationKinds.all'),
    problems: t('notificationKinds.problems'),
    none: t('notificationKinds.none'),
  } satisfies Record<Preferences['notifications'], string>,
  quit: t('quit'),
  quitHelp: t('quitHelp'),
  quitAttached: t('quitAttached'),
  quitKinds: {
    ask: t('quitKinds.ask'),
    leave: t('quitKinds.leave'),
    stop: t('quitKinds.stop'),
  } satisfies Record<Preferences['on_quit'], string>,
  hosts: {
    own: t('hosts.own'),
    attached: t('hosts.attached'),
  } satisfies Record<DesktopVersions['host'], string>,
  updatesOff: t('updatesOff'),
  updateLooking: t('updateLooking'),
  updateCurrent: t('updateCurrent'),
  updateLookedAt: (at: string) => t('updateLookedAt', { at }),
  updateDownloading: (version: string) => t('updateDownloading', { version }),
  updateAvailable: (version: string) => t('updateAvailable', { version }),
  updateReady: (version: string) => t('updateReady', { version }),
  updateFailed: (problem: string) => t('updateFailed', { problem }),
  updateNotes: t('updateNotes'),
  updateLook: t('updateLook'),
  updateInstall: t('updateInstall'),
  updateSkip: t('updateSkip'),
  updateUnskip: t('updateUnskip'),
  version: t('version'),
  folder: t('folder'),
  folderCopied: t('folderCopied'),
} as const;
