import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Desktop } from './desktop.ts';
import { within } from './within.ts';

/** What the page says to a script. Without a limit a page that answers no more would end the test without a word. */
export const answerOf = (window: Page, script: string): Promise<unknown> =>
  within(`the page's answer to ${script}`, window.evaluate<unknown>(script));

/** The page has no Node, can't leave, can't open windows, and is the only one that is answered. */
export async function expectConfined({ app: electron, window }: Desktop): Promise<void> {
  const ask = (script: string): Promise<unknown> => answerOf(window, script);
  expect(await ask('[typeof require, typeof process, typeof module, typeof Buffer].join()')).toBe(
    'undefined,undefined,undefined,undefined',
  );
  expect(await ask('Object.keys(window.lightdeck).sort().join()')).toBe(
    'appImageEntry,changePreferences,chooseFiles,chooseFolder,connection,installUpdate,lookForUpdate,onOpen,openExternal,preferences,resetToken,setAppImageEntry,setUserService,showFiles,updates,userService,versions',
  );
  // Arguments are checked on the other side.
  for (const call of [
    'changePreferences({ theme: "pink" })',
    'changePreferences({ password: "x" })',
    'changePreferences(7)',
    'openExternal({})',
    'showFiles(null)',
    'setUserService("yes")',
    'setAppImageEntry(1)',
  ])
    await expect(ask(`window.lightdeck.${call}`)).rejects.toThrow();
  for (const url of ['http://example.org', 'file:///etc/passwd', 'javascript:alert(1)', 'smb://x/y'])
    expect(await ask(`window.lightdeck.openExternal(${JSON.stringify(url)})`)).toBe(false);
  expect(await ask('window.lightdeck.showFiles("../../etc")')).toBe(false);

  // Nowhere to go, no window to open, nothing of the machine to read.
  expect(await ask("window.open('https://example.org')")).toBeNull();
  await ask("location.assign('https://example.org/')");
  await ask("location.assign('file:///etc/passwd')");
  const read = (url: string) => ask(`fetch(${JSON.stringify(url)}).then((r) => r.status, () => 'refused')`);
  expect(await read('app://local/..%2f..%2f..%2fpackage.json')).toBe(404);
  expect(await read('app://local/%2e%2e/%2e%2e/main/index.js')).toBe(404);
  expect(await read('app://elsewhere/index.html')).toBe('refused');
  expect(await read('file:///etc/passwd')).toBe('refused');
  expect(await read('https://example.org/')).toBe('refused');
  for (const name of ['geolocation', 'notifications', 'camera', 'microphone'])
    expect(await ask(`navigator.permissions.query({ name: '${name}' }).then((one) => one.state)`)).toBe(
      'denied',
    );
  expect(window.url()).toMatch(/^app:\/\/local\//);
  expect(electron.windows()).toHaveLength(1);

  // Another page with the same bridge: it exists only because the test makes it.
  const foreign = await within(
    'another page',
    electron.evaluate(async ({ app: running, BrowserWindow }) => {
      const preload = `${running.getAppPath()}/dist/preload/index.cjs`;
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await other.loadURL('data:text/html,<p>hello');
      const answer: unknown = await other.webContents.executeJavaScript(
        "window.lightdeck.connection().then(() => 'answered', (error) => String(error))",
      );
      other.destroy();
      return String(answer);
    }),
  );
  expect(foreign).toMatch(/only lightdeck’s own page/i);
}
