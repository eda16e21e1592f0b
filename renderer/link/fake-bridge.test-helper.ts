import type { Bridge } from '../../shared/bridge.ts';
import { type Preferences, preferencesSchema } from '../../shared/model/preferences.ts';
import type { UpdateState } from '../../shared/model/update.ts';

const noUpdates: UpdateState = {
  state: 'off',
  version: null,
  notes: null,
  looked_at: null,
  problem: null,
};

/** A fake of what the desktop app gives its page; the real one is tried on a real Electron. `open` is what a notification does. */
export function fakeBridge(): Bridge & { open: (path: string) => void } {
  let preferences: Preferences = preferencesSchema.parse({});
  const listeners = new Set<(path: string) => void>();
  return {
    connection: async () => ({ url: 'http://127.0.0.1:1', token: 'lightd_0000000000000' }),
    preferences: async () => preferences,
    async changePreferences(changes) {
      preferences = { ...preferences, ...JSON.parse(JSON.stringify(changes)) };
      return preferences;
    },
    versions: async () => ({
      app: '1.2.3',
      electron: '45.0.0',
      chromium: '150.0.0',
      host: 'own',
      data_dir: '/home/den/lightdeck',
      tray: true,
      packaged: true,
    }),
    chooseFolder: async () => '/srv/maps',
    chooseFiles: async () => [],
    showFiles: async () => false,
    userService: async () => 'off',
    setUserService: async (on) => (on ? 'on' : 'off'),
    appImageEntry: async () => 'unavailable',
    setAppImageEntry: async (on) => (on ? 'on' : 'off'),
    updates: async () => noUpdates,
    lookForUpdate: async () => noUpdates,
    installUpdate: async () => false,
    resetToken: async () => null,
    openExternal: async (url) => url.startsWith('https://'),
    onOpen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open(path) {
      for (const listener of listeners) listener(path);
    },
  };
}
