import type { MenuItemConstructorOptions } from 'electron';
import { afterEach, expect, test } from 'vitest';
import { appMenuTemplate } from './app-menu.ts';
import { speakAsChosen } from './language.ts';
import { strings } from './shell-strings.ts';
import { trayTemplate } from './tray-menu.ts';

afterEach(() => speakAsChosen('en', []));

const nothing = (): void => {};

/** All labels of the app's menu, in their order. */
function labels(platform: NodeJS.Platform): string[] {
  const template = appMenuTemplate({
    platform,
    isDev: false,
    open: nothing,
    links: [{ label: strings.menu.dockerHelp(), url: 'https://example.com' }],
    openLink: nothing,
    showLogs: nothing,
    copyDiagnostics: nothing,
  });
  const of = (items: MenuItemConstructorOptions[]): string[] =>
    items.flatMap(({ type, visible, label, submenu }) => [
      ...(type === 'separator' || visible === false ? [] : [label ?? '(none)']),
      ...(Array.isArray(submenu) ? of(submenu) : []),
    ]);
  return of(template);
}

test.each(['linux', 'win32', 'darwin'] as const)('every entry of the menu is translated (%s)', (platform) => {
  const english = labels(platform);
  expect(english).not.toContain('(none)');
  speakAsChosen('de', []);
  const german = labels(platform);
  const same = german.filter((label, index) => label === english[index]);
  // The app's name is the title of its own menu.
  expect(same).toEqual(platform === 'darwin' ? ['Lightdeck'] : []);
  speakAsChosen('en', ['de-AT']);
  expect(labels(platform)).toEqual(english);
});

test('the system decides unless something is chosen, and where it speaks neither it is English', () => {
  speakAsChosen('system', ['fr-FR', 'de-CH']);
  expect(strings.later()).toBe('Später');
  speakAsChosen('system', ['fr-FR']);
  expect(strings.later()).toBe('Later');
  speakAsChosen('de', ['en-US']);
  expect(strings.later()).toBe('Später');
});

test('numbers, and what the host says, come in German as well', () => {
  speakAsChosen('de', []);
  expect(strings.quitTitle(1)).toBe('Ein Server läuft.');
  expect(strings.quitTitle(3)).toBe('3 Server laufen.');
  expect(strings.crashed('Survival', 'crashed (exit code 1)')).toContain('abgestürzt (Exit-Code 1)');
  expect(strings.recoveredTimes('Survival', { count: 2, isMore: true }, undefined)).toBe(
    'Survival läuft wieder. Der Server endete noch 2-mal, ohne dass es jemand wollte.',
  );
  const menu = trayTemplate(
    { servers: [], engine: 'down' },
    { open: nothing, power: nothing, powerAll: nothing, quit: nothing },
  );
  expect(menu.map(({ label }) => label)).toContain('Die Docker-Engine ist nicht erreichbar');
});
