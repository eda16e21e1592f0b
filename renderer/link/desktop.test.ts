import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Bridge } from '../../shared/bridge.ts';
import { desktopApp, isPagePath } from './desktop.ts';
import { fakeBridge } from './fake-bridge.test-helper.ts';

const inApp = (changes: Partial<Bridge> = {}) => {
  const bridge = { ...fakeBridge(), ...changes };
  vi.stubGlobal('window', { lightdeck: bridge });
  const app = desktopApp();
  if (!app) throw new Error('There is no bridge.');
  return { app, bridge };
};
afterEach(() => vi.unstubAllGlobals());

describe('the desktop app, with a fake of its bridge', () => {
  test('a browser has none', () => {
    vi.stubGlobal('window', {});
    expect(desktopApp()).toBeNull();
  });

  test('settings are read, changed, and given whole', async () => {
    const { app } = inApp();
    expect(await app.preferences()).toMatchObject({ close_to_tray: true, theme: 'system' });
    expect(await app.changePreferences({ theme: 'dark' })).toMatchObject({
      close_to_tray: true,
      theme: 'dark',
    });
    expect((await app.preferences()).theme).toBe('dark');
  });

  test('an answer that is not what was agreed on is refused in words', async () => {
    // As an older or newer main process would send it.
    const wrong: unknown = { app: '1', host: 'elsewhere' };
    const { app } = inApp({ versions: async () => JSON.parse(JSON.stringify(wrong)) });
    await expect(app.versions()).rejects.toThrow(/could not tell its versions.*one version/s);
  });

  test('a failure is told without the names of the wire', async () => {
    const { app } = inApp({
      changePreferences: () =>
        Promise.reject(
          new Error("Error invoking remote method 'change-preferences': Error: the disk is full"),
        ),
    });
    await expect(app.changePreferences({ theme: 'dark' })).rejects.toThrow(
      'The app could not change its settings: the disk is full',
    );
  });

  test('only pages of ours are gone to', () => {
    const { app, bridge } = inApp();
    const gone: string[] = [];
    const dispose = app.onOpen((path) => gone.push(path));
    for (const path of ['/servers/a', '//evil.example', 'https://evil.example', '/']) bridge.open(path);
    dispose();
    bridge.open('/settings');
    expect(gone).toEqual(['/servers/a', '/']);
  });
});

test.each([
  ['/', true],
  ['/servers/a/files/world?edit', true],
  ['/servers/a#x', true],
  ['', false],
  ['servers', false],
  ['//evil.example', false],
  ['/\\evil.example', false],
  ['/\t/evil.example', false],
  ['javascript:alert(1)', false],
  ['https://evil.example/', false],
  [`/${'a'.repeat(2000)}`, false],
  [7, false],
])('%s is a page of ours: %s', (path, expected) => {
  expect(isPagePath(path)).toBe(expected);
});
