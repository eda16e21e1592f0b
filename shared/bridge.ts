import type { AppImageEntryState } from './model/app-image-entry.ts';
import type { Connection } from './model/connection.ts';
import type { DesktopVersions, PreferenceChanges, Preferences } from './model/preferences.ts';
import type { UpdateState } from './model/update.ts';
import type { UserServiceState } from './model/user-service.ts';

/**
 * All that the desktop app gives its page beyond what a browser has: shell matters only, nothing about servers. Each call asks the main
 * process, which checks who asks and what; what comes back is parsed by the page. All reject for any page but our own.
 */
export interface Bridge {
  connection(): Promise<Connection>;
  preferences(): Promise<Preferences>;
  /** Changes some, and gives all. */
  changePreferences(changes: PreferenceChanges): Promise<Preferences>;
  versions(): Promise<DesktopVersions>;
  updates(): Promise<UpdateState>;
  /** Looks for a new version now; what it finds is fetched and told as one that was found by itself. */
  lookForUpdate(): Promise<UpdateState>;
  /** Ends the app as Quit does, and installs what is ready. False if nothing is. */
  installUpdate(): Promise<boolean>;
  /** Whether a service of the user's is the host. */
  userService(): Promise<UserServiceState>;
  /** Switches it on or off; then the app starts anew, and servers go on. Rejects where the system refuses. */
  setUserService(on: boolean): Promise<UserServiceState>;
  /** Whether the menu has an entry for the AppImage that runs. */
  appImageEntry(): Promise<AppImageEntryState>;
  setAppImageEntry(on: boolean): Promise<AppImageEntryState>;
  /** Asks the user, then replaces the master token: it, or null if they would rather not. Who came in with the old one is out. */
  resetToken(): Promise<string | null>;
  /** Asks the user for a folder of this machine; its path, or null if none was chosen. */
  chooseFolder(): Promise<string | null>;
  /** The same for files. */
  chooseFiles(): Promise<string[]>;
  /** Shows a server's files in the system's own file manager. False if they aren't on this machine. */
  showFiles(serverId: string): Promise<boolean>;
  /** Opens an https address in the user's browser. False for any other. */
  openExternal(url: string): Promise<boolean>;
  /** Where the page is to go: a notification was clicked, or a link opened. Returns its disposer. */
  onOpen(listener: (path: string) => void): () => void;
}

/** The bridge's name on the page's global object. */
export const bridgeName = 'lightdeck';
/** Names of the messages between page and main process. */
export const bridgeChannels = {
  connection: 'connection',
  preferences: 'preferences',
  changePreferences: 'change-preferences',
  versions: 'versions',
  updates: 'updates',
  lookForUpdate: 'look-for-update',
  installUpdate: 'install-update',
  userService: 'user-service',
  setUserService: 'set-user-service',
  appImageEntry: 'app-image-entry',
  setAppImageEntry: 'set-app-image-entry',
  resetToken: 'reset-token',
  chooseFolder: 'choose-folder',
  chooseFiles: 'choose-files',
  showFiles: 'show-files',
  openExternal: 'open-external',
  open: 'open',
} as const;
