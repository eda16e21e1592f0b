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
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/desktop.en.json';

const t = textsOf('link/desktop', en);

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
    preferences: () => ask(t('failed.preferences'), bridge.preferences, preferencesSchema),
    changePreferences: (changes) =>
      ask(t('failed.changePreferences'), () => bridge.changePreferences(changes), preferencesSchema),
    versions: () => ask(t('failed.versions'), bridge.versions, desktopVersionsSchema),
    userService: () => ask(t('failed.userService'), bridge.userService, userServiceSchema),
    setUserService: (on) =>
      ask(t('failed.setUserService'), () => bridge.setUserService(on), userServiceSchema),
    appImageEntry: () => ask(t('failed.appImageEntry'), bridge.appImageEntry, appImageEntrySchema),
    setAppImageEntry: (on) =>
      ask(t('failed.setAppImageEntry'), () => bridge.setAppImageEntry(on), appImageEntrySchema),
    updates: () => ask(t('failed.updates'), bridge.updates, updateStateSchema),
    lookForUpdate: () => ask(t('failed.lookForUpdate'), bridge.lookForUpdate, updateStateSchema),
    installUpdate: () => ask(t('failed.installUpdate'), bridge.installUpdate, z.boolean()),
    resetToken: () => ask(t('failed.resetToken'), bridge.resetToken, z.string().min(1).nullable()),
    chooseFolder: () => ask(t('failed.chooseFolder'), bridge.chooseFolder, z.string().min(1).nullable()),
    showFiles: (id) => ask(t('failed.showFiles'), () => bridge.showFiles(id), z.boolean()),
    openExternal: (url) => ask(t('failed.openExternal'), () => bridge.openExternal(url), z.boolean()),
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

/** `failed`: that it could not, as a sentence without its end. */
async function ask<T>(failed: string, call: () => Promise<unknown>, schema: z.ZodType<T>): Promise<T> {
  let reply: unknown;
  try {
    reply = await call();
  } catch (error) {
    // Electron puts the channel's name in front of what the main process said.
    const why = (error instanceof Error ? error.message : String(error)).replace(
      /^Error invoking remote method '[^']*': (Error: )?/,
      '',
    );
    throw new DesktopError(t('because', { failed, why: hostText(why) }));
  }
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw new DesktopError(t('strange', { failed }));
}
