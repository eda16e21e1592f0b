import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain, shell } from 'electron';
import { z } from 'zod';
import { bridgeChannels } from '../../shared/bridge.ts';
import type { Connection } from '../../shared/model/connection.ts';
import {
  type DesktopVersions,
  type Preferences,
  preferenceChangesSchema,
} from '../../shared/model/preferences.ts';
import type { UserServiceState } from '../../shared/model/user-service.ts';
import type { AppImageEntry } from './app-image-entry.ts';
import type { HostConnection } from './contract.ts';
import { openableUrl } from './openable-url.ts';
import type { PreferenceStore } from './preferences.ts';
import type { Questions } from './questions.ts';
import { strings } from './shell-strings.ts';
import type { Updates } from './updates.ts';
import { volumeFolder } from './volume-folder.ts';

export interface BridgeOptions {
  host: HostConnection;
  preferences: PreferenceStore;
  questions: Questions;
  versions: () => DesktopVersions;
  appImageEntry: Pick<AppImageEntry, 'state' | 'set'>;
  /** Whether a page of this origin is ours. */
  isOurs: (origin: string) => boolean;
  updates: () => Promise<Updates>;
  userService: {
    state: () => Promise<UserServiceState>;
    /** Also starts the app anew. */
    set: (on: boolean) => Promise<UserServiceState>;
  };
}

const text = z.string().max(4096);

/** Answers the page's bridge: our own page alone, and only what fits the schemas. */
export function answerBridge(options: BridgeOptions): void {
  const { host, preferences, questions, versions, updates, userService, appImageEntry, isOurs } = options;
  const answer = <T>(channel: string, schema: z.ZodType<T>, work: (input: T) => unknown): void => {
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, input: unknown) => {
      if (!event.senderFrame || !isOurs(event.senderFrame.origin))
        throw new Error('Only Lightdeck’s own page may ask this.');
      return work(schema.parse(input));
    });
  };
  const nothing = z.undefined();
  answer(bridgeChannels.connection, nothing, (): Connection => ({ url: host.url, token: host.token }));
  answer(bridgeChannels.preferences, nothing, (): Preferences => preferences.current);
  answer(bridgeChannels.changePreferences, preferenceChangesSchema, (changes) => preferences.change(changes));
  answer(bridgeChannels.versions, nothing, versions);
  answer(bridgeChannels.updates, nothing, async () => (await updates()).state);
  answer(bridgeChannels.lookForUpdate, nothing, async () => (await updates()).look());
  answer(bridgeChannels.installUpdate, nothing, async () => (await updates()).install());
  answer(bridgeChannels.userService, nothing, () => userService.state());
  answer(bridgeChannels.setUserService, z.boolean(), (on) => userService.set(on));
  answer(bridgeChannels.appImageEntry, nothing, () => appImageEntry.state());
  answer(bridgeChannels.setAppImageEntry, z.boolean(), async (on) => {
    await appImageEntry.set(on);
    return appImageEntry.state();
  });
  answer(bridgeChannels.resetToken, nothing, () => resetToken(host, questions));
  answer(
    bridgeChannels.chooseFolder,
    nothing,
    async () => (await questions.choose('openDirectory'))[0] ?? null,
  );
  answer(bridgeChannels.chooseFiles, nothing, () => questions.choose('openFile', 'multiSelections'));
  answer(bridgeChannels.showFiles, text, async (serverId) => {
    const folder = await volumeFolder(host, serverId);
    // The file manager is asked to show it, not to open it: opening could run something.
    if (folder) shell.showItemInFolder(folder);
    return folder !== null;
  });
  answer(bridgeChannels.openExternal, text, (address) => openExternal(questions, address));
}

/** Asked here and not by the page: whatever the page may do, the user knows of this. */
async function resetToken(host: HostConnection, questions: Questions): Promise<string | null> {
  const { response } = await questions.ask({
    type: 'warning',
    message: strings.tokenTitle(),
    detail: strings.tokenDetail(),
    buttons: [strings.tokenReplace(), strings.cancel()],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0 ? host.resetToken() : null;
}

/** The text of a console can hold any address: the user sees where it goes before it is opened. */
async function openExternal(questions: Questions, address: string): Promise<boolean> {
  const url = openableUrl(address);
  if (url === null) return false;
  const { response } = await questions.ask({
    type: 'question',
    message: strings.openTitle(),
    detail: url,
    buttons: [strings.openIt(), strings.cancel()],
    defaultId: 1,
    cancelId: 1,
  });
  if (response === 0) await shell.openExternal(url);
  return response === 0;
}

/** The page is sent to a path of its own: by a notification, a link, the tray or the menu. */
export function sendTo(window: BrowserWindow, path: string): void {
  window.webContents.send(bridgeChannels.open, path);
}
