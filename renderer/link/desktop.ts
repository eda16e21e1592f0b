import { z } from 'zod';
import { type AppImageEntryState, appImageEntrySchema } from '../../shared/model/app-image-entry.ts';
import {
  type DesktopVersions,
  desktopVersionsSchema,
  type PreferenceChanges,
  type Preferences,
  preferencesSchema,
} from '../../shared/model/preferences.ts';
import { type UpdateState, updateStateSchema } from '../../shared/model/update.ts';
import { type UserServiceState, userServiceSchema } from '../../shared/model/user-service.ts';

/** What the desktop app could not do, in words. */
class DesktopError extends Error {}

/** The desktop app as the page uses it: everything that comes is parsed, everything that fails is a DesktopError. */
interface Desktop {
  preferences(): Promise<Preferences>;
  /** Changes some, and gives all. */
  changePreferences(changes: PreferenceChanges): Promise<Preferences>;
  versions(): Promise<DesktopVersions>;
  userService(): Promise<UserServiceState>;
  /** Then the app starts anew, with this page. */
  setUserService(on: boolean): Promise<UserServiceState>;
  appImageEntry(): Promise<AppImageEntryState>;
  setAppImageEntry(on: boolean): Promise<AppImageEntryState>;
  updates(): Promise<UpdateState>;
  /** Looks now; what was found up to then. */
  lookForUpdate(): Promise<UpdateState>;
  /** False: there is nothing to install. */
  installUpdate(): Promise<boolean>;
  /** The new master token; null: the user would rather keep the old one. */
  resetToken(): Promise<string | null>;
  /** A folder of this machine, or null if none was chosen. */
  chooseFolder(): Promise<string | null>;
  /** False: the server's files aren't on this machine. */
  showFiles(serverId: string): Promise<boolean>;
  /** False: it isn't an https address. */
  openExternal(url: string): Promise<boolean>;
  /** Calls with pages of ours alone; what else comes is left out. Returns its disposer. */
  onOpen(listener: (path: string) => void): () => void;
}

/** Null in a browser. */
export function desktopApp(): Desktop | null {
  const bridge = window.lightdeck;
  if (!bridge) return null;
  return {
    preferences: () => ask('tell its settings', bridge.preferences, preferencesSchema),
    changePreferences: (changes) =>
      ask('change its settings', () => bridge.changePreferences(changes), preferencesSchema),
    versions: () => ask('tell its versions', bridge.versions, desktopVersionsSchema),
    userService: () => ask('tell whether a service runs the host', bridge.userService, userServiceSchema),
    setUserService: (on) =>
      ask('change the service that runs the host', () => bridge.setUserService(on), userServiceSchema),
    appImageEntry: () => ask('tell of its menu entry', bridge.appImageEntry, appImageEntrySchema),
    setAppImageEntry: (on) =>
      ask('change its menu entry', () => bridge.setAppImageEntry(on), appImageEntrySchema),
    updates: () => ask('tell of new versions', bridge.updates, updateStateSchema),
    lookForUpdate: () => ask('look for a new version', bridge.lookForUpdate, updateStateSchema),
    installUpdate: () => ask('install the new version', bridge.installUpdate, z.boolean()),
    resetToken: () => ask('replace the master token', bridge.resetToken, z.string().min(1).nullable()),
    chooseFolder: () => ask('ask for a folder', bridge.chooseFolder, z.string().min(1).nullable()),
    showFiles: (id) => ask('show the files', () => bridge.showFiles(id), z.boolean()),
    openExternal: (url) => ask('open the address', () => bridge.openExternal(url), z.boolean()),
    onOpen: (listener) =>
      bridge.onOpen((path) => {
        if (isPagePath(path)) listener(path);
      }),
  };
}

/** Longest path that a page of ours has, many times over. */
const maxPath = 2000;

/** Whether it is a path on this page: one slash in front, and nothing that a browser could take for another place. */
export function isPagePath(path: unknown): path is string {
  if (typeof path !== 'string' || path.length > maxPath) return false;
  // Browsers take a backslash for a slash, and leave out tabs and line ends.
  if (!/^\/(?!\/)[^\\\s\p{Cc}]*$/u.test(path)) return false;
  return new URL(path, 'app://page').host === 'page';
}

async function ask<T>(what: string, call: () => Promise<unknown>, schema: z.ZodType<T>): Promise<T> {
  let reply: unknown;
  try {
    reply = await call();
  } catch (error) {
    // Electron puts the channel's name in front of what the main process said.
    const why = (error instanceof Error ? error.message : String(error)).replace(
      /^Error invoking remote method '[^']*': (Error: )?/,
      '',
    );
    throw new DesktopError(`The app could not ${what}: ${why}`);
  }
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw new DesktopError(
    `The app could not ${what}: its answer is one that this page doesn’t know. Restart the app, so that both are of one version.`,
  );
}
