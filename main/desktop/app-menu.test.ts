import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { appMenuTemplate } from './app-menu.ts';

type Item = MenuItemConstructorOptions;
const inside = ({ submenu }: Item): Item[] => (Array.isArray(submenu) ? submenu : []);

function menu(platform: NodeJS.Platform, isDev = false) {
  const opened: string[] = [];
  const template = appMenuTemplate({
    platform,
    isDev,
    open: (path) => void opened.push(path),
    links: [{ label: 'Manual', url: 'https://example.org/manual' }],
    openLink: (url) => void opened.push(url),
    showLogs: () => void opened.push('logs'),
    copyDiagnostics: () => void opened.push('diagnostics'),
  });
  const all = template.flatMap(inside);
  const click = (find: (item: Item) => boolean): void => {
    const act: unknown = all.find(find)?.click;
    if (typeof act === 'function') act();
  };
  return { template, all, opened, click, roles: all.map(({ role }) => role) };
}

describe.each(['darwin', 'win32', 'linux'] as const)('the menu on %s', (platform) => {
  test('leads to pages and links', () => {
    const { click, opened } = menu(platform);
    click(({ accelerator }) => accelerator === 'CommandOrControl+,');
    click(({ accelerator }) => accelerator === 'CommandOrControl+N');
    click(({ id }) => id === 'overview');
    click(({ label }) => label === 'Manual');
    click(({ id }) => id === 'show-logs');
    click(({ id }) => id === 'copy-diagnostics');
    expect(opened).toEqual(['/settings', '/new', '/', 'https://example.org/manual', 'logs', 'diagnostics']);
  });

  test('opens by Alt and a letter that no other menu has, where there is such a thing', () => {
    const letters = menu(platform).template.map(({ label }) => /&(.)/.exec(label ?? '')?.[1]);
    if (platform === 'darwin') expect(letters.every((letter) => letter === undefined)).toBe(true);
    else expect(letters).toEqual(['F', 'E', 'V', 'W', 'H']);
  });

  test('has what every app has, and no shortcut twice', () => {
    const { all, roles, template } = menu(platform);
    for (const role of [
      'undo',
      'cut',
      'copy',
      'paste',
      'selectAll',
      'resetZoom',
      'zoomIn',
      'zoomOut',
    ] as const)
      expect(roles).toContain(role);
    for (const role of ['togglefullscreen', 'minimize', 'close', 'quit', 'about'] as const)
      expect(roles.filter((one) => one === role)).toEqual([role]);
    const keys = all.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    // Each item does something or is a line.
    for (const item of all) expect(item.role ?? item.click ?? item.type).toBeDefined();
    for (const { label } of template) expect(label).toBeTruthy();
  });

  test('shows developer tools to developers alone', () => {
    expect(menu(platform).roles).not.toContain('toggleDevTools');
    expect(menu(platform, true).roles).toContain('toggleDevTools');
  });
});

test('macOS has the app’s own menu first, with what belongs there', () => {
  const [first, file] = menu('darwin').template;
  expect(inside(first ?? {}).map(({ role, id }) => role ?? id)).toEqual(
    expect.arrayContaining(['about', 'preferences', 'services', 'hide', 'quit']),
  );
  expect(inside(file ?? {}).map(({ role }) => role)).not.toContain('quit');
});
