import type { DesktopVersions, Preferences } from '../../../shared/model/preferences.ts';

/** Texts of the section that the desktop app alone has; loaded with it. */
export const desktopStrings = {
  title: 'This app',
  seeing: 'seeing the app’s settings',
  tray: 'Keep running in the tray when the window is closed',
  trayHelp: 'Off: closing the window ends the app.',
  noTray: 'Keep running when the window is closed',
  noTrayHelp:
    'This desktop shows no tray icons, so the window is minimised instead. (On GNOME the extension AppIndicator shows them.) Off: closing the window ends the app.',
  noTrayHidden: 'When it was started at login. Without a tray the window is minimised.',
  login: 'Start when you log in to this computer',
  hidden: 'Start without a window',
  hiddenHelp: 'When it was started at login. The window opens from the tray.',
  menuEntry: 'Show this AppImage in the menu, and open lightdeck:// links with it',
  menuEntryHelp: 'Writes a menu entry and an icon into your own folder .local/share; off removes both.',
  service: 'Keep servers looked after when you log out',
  serviceHelp:
    'Lightdeck then also runs as a service of yours: from the start of this computer, without a window, and after you log out. Restarts after a crash, schedules, backups and panels go on. The app starts anew once; servers run on.',
  serviceOff:
    'The service ends, and the app runs the host itself, as long as it is open. The app starts anew once; servers run on.',
  serviceChange: 'Switch on and restart the app',
  serviceEnd: 'Switch off and restart the app',
  cancel: 'Cancel',
  notifications: 'Notifications',
  notificationKinds: {
    all: 'All',
    problems: 'Problems only',
    none: 'None',
  } satisfies Record<Preferences['notifications'], string>,
  quit: 'Running servers, when the app ends',
  quitHelp: 'Left running, players stay connected, and the app finds the servers again at its next start.',
  quitAttached: 'The host runs apart from this app: servers run on when the app ends.',
  quitKinds: {
    ask: 'Ask me',
    leave: 'Leave them running',
    stop: 'Stop them first',
  } satisfies Record<Preferences['on_quit'], string>,
  hosts: {
    own: 'This app runs the host itself.',
    attached:
      'This app shows a host that ran before it, as a service or in a terminal. It goes on without the app.',
  } satisfies Record<DesktopVersions['host'], string>,
  updatesOff: 'This copy of the app doesn’t look for new versions: get them where you got it.',
  updateLooking: 'Looking for a new version…',
  updateCurrent: 'This is the newest version.',
  updateLookedAt: (at: string) => `Looked at ${at}.`,
  updateDownloading: (version: string) => `Lightdeck ${version} is being downloaded…`,
  updateAvailable: (version: string) => `There is Lightdeck ${version}. Get it where you got this one.`,
  updateReady: (version: string) =>
    `Lightdeck ${version} has been downloaded and can be installed. Servers go on running.`,
  updateFailed: (problem: string) => `It could not be found out whether there is a new version: ${problem}.`,
  updateNotes: 'What it brings',
  updateLook: 'Check now',
  updateInstall: 'Install and restart',
  updateSkip: 'Skip this version',
  updateUnskip: 'Tell me of it after all',
  version: 'App',
  folder: 'Data folder',
  folderCopied: 'data folder',
} as const;
