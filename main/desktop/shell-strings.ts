/** All texts of the tray, the menus, the notifications and new versions. */
export const strings = {
  app: 'Lightdeck',

  openApp: 'Open Lightdeck',
  quitApp: 'Quit Lightdeck',
  openServer: 'Open',
  noHost: 'The host can’t be reached; trying again…',
  noEngine: 'The Docker engine can’t be reached',
  lookingForEngine: 'Looking for the Docker engine…',
  noServers: 'No servers yet',
  newServer: 'New Server…',
  settings: 'Settings…',
  startAll: (count: number) => `Start All (${count})`,
  stopAll: (count: number) => `Stop All (${count})…`,
  stopAllTitle: (count: number) => `Stop ${count} servers?`,
  stopAllDetail: 'Each is told to end in order; players are thrown out.',
  stop: 'Stop',
  moreServers: (count: number) => (count === 1 ? '1 more server…' : `${count} more servers…`),
  tooltip: (running: number, all: number) => `Lightdeck: ${running} of ${all} running`,
  tooltipAway: 'Lightdeck: the host can’t be reached',

  crashed: (name: string, reason: string) => `${name} ended without anybody’s wish: ${reason}.`,
  crashedTimes: (name: string, times: string, reason: string) =>
    `${name} ended ${times} without anybody’s wish, last: ${reason}.`,
  recovered: (name: string, reason: string | undefined) =>
    `${name} is running again${reason === undefined ? '' : `, after this: ${reason}`}.`,
  recoveredTimes: (name: string, times: string, reason: string | undefined) =>
    `${name} is running again. It ended ${times} without anybody’s wish${reason === undefined ? '' : `, last: ${reason}`}.`,
  times: (times: number, isMore: boolean) =>
    `${times === 1 ? 'once' : `${times} times`}${isMore ? ' more' : ''}`,
  severalServers: (count: number) => `${count} servers`,
  severalTroubled: (names: string, more: number) =>
    `${names}${more > 0 ? ` and ${more} more` : ''}: something went wrong with each. Their pages tell what.`,
  ready: (name: string) => `${name} is running.`,
  installed: (name: string) => `${name} is installed and can be started.`,
  installFailed: (name: string) => `${name} could not be installed. Its console tells why.`,
  outOfSpace: (name: string) =>
    `${name} has nearly no storage left: it may lose what it can’t save. Delete what is not needed, or give it more.`,
  newsTitle: {
    crashed: (name: string) => `${name} crashed`,
    recovered: (name: string) => `${name} crashed and runs again`,
    several: (name: string) => `${name} have problems`,
    ready: (name: string) => `${name} is ready`,
    'out-of-space': (name: string) => `${name} is out of storage`,
    installed: (name: string) => `${name} is installed`,
    'install-failed': (name: string) => `${name}: install failed`,
  },

  hostUnreachable: 'The host can’t be reached. Lightdeck tries to connect again by itself.',

  goesOn:
    'The window is closed, Lightdeck goes on in the tray. Click its icon there, or this, to see the window.',
  goesOnMinimized:
    'Lightdeck goes on, minimised: this desktop shows no tray icons. Quit it from its File menu, or click this to see the window.',
  stopping: (count: number) =>
    `${count === 1 ? 'One server is' : `${count} servers are`} being stopped. Quit again to leave without waiting.`,
  pageDied: 'Lightdeck’s window has crashed twice',
  pageDiedDetail: 'Your servers are not affected. If this comes back, please report it with the log.',
  pageStuck: 'Lightdeck’s window does not answer',
  reload: 'Reload',
  wait: 'Wait',
  diagnosticsCopied: 'The diagnostics are on the clipboard',
  diagnosticsDetail:
    'Versions, the engine, and what was tried to find it. There are no tokens in it; look through it before you send it.',
  powerFailed: 'That didn’t work',
  cancel: 'Cancel',
  linkDetail: 'A link asks for this. Only go on if you clicked it yourself.',
  linkAsks: {
    start: (name: string) => ({ title: `Start ${name}?`, action: 'Start' }),
    stop: (name: string) => ({ title: `Stop ${name}?`, action: 'Stop' }),
    restart: (name: string) => ({ title: `Restart ${name}?`, action: 'Restart' }),
  },

  quitTitle: (running: number) =>
    running === 1 ? 'One server is running.' : `${running} servers are running.`,
  quitDetail:
    'They can go on without Lightdeck. It finds them again at its next start, with all that they wrote.',
  quitLeave: 'Leave running',
  quitStop: 'Stop first',
  updateReady: (version: string) =>
    `Lightdeck ${version} has been downloaded. It is installed when you say so; servers go on running.`,
  updateAvailable: (version: string) =>
    `There is Lightdeck ${version}. Get it the way you got this one: with your package manager, or from where you downloaded it.`,
  updateWaits: 'A new version of Lightdeck has been downloaded. Click to see what you can do.',
  installNow: 'Install and restart',
  later: 'Later',
  dontAsk: 'Don’t ask again',
  unsaved: 'Something on this page isn’t saved, or is still under way.',
  leave: 'Leave',
  stay: 'Stay',

  menu: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    window: 'Window',
    help: 'Help',
    newServer: 'New Server',
    overview: 'Overview',
    preferences: 'Preferences…',
    settings: 'Settings…',
    showLogs: 'Show Logs',
    copyDiagnostics: 'Copy Diagnostics',
  },

  menuComment: 'Runs game servers in Docker on your own machine',
  loginComment: 'Manages game servers on this machine',
} as const;
