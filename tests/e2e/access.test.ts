import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expectFocus, findings, focused, settled, sideways, tabTo } from '../support/access.ts';
import { findInConsole, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { isWide, someOf } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';

type Box = { x: number; width: number } | null;
const inWindow = (page: Page, box: Box): boolean =>
  box !== null && box.x >= 0 && box.x + box.width <= (page.viewportSize()?.width ?? 0);

const moreTabs = ['players', 'game', 'crashes'];
/** What changes something, as buttons say it. */
const changing =
  /^(start|stop|restart|kill|delete|save|create|upload|rename|move|extract|archive|make|change|add|remove|run|back up|reinstall|new|reset|switch|bring|revoke|end)\b/i;
const labels = (elements: { ariaLabel: string | null; textContent: string | null }[]): string[] =>
  elements.map(({ ariaLabel, textContent }) => (ariaLabel ?? textContent ?? '').trim());

describe.skipIf(!has('chromium') || !has('images'))('the interface for everybody', () => {
  const onEnd = suiteCleanup();
  let scene: Scene;
  let id = '';
  let routes: string[] = [];
  let browser: Awaited<ReturnType<typeof openBrowser>>;

  beforeAll(async () => {
    scene = await openScene({ onEnd });
    id = await scene.server({
      startup_command: 'echo up; while read -r line; do echo "you said $line"; done',
      start_pattern: '^up',
      tty: false,
    });
    const tabs = ['console', 'files', 'backups', 'network', 'schedules', 'settings', 'activity'];
    routes = [
      '/',
      '/new',
      '/new/any-image',
      '/network',
      '/activity',
      '/deleted',
      '/settings',
      '/settings/alerts',
      ...tabs.map((tab) => `/servers/${id}/${tab}`),
      '/servers/nobody',
      '/nowhere',
    ];
    browser = await openBrowser(onEnd);
  });

  /** In the page that is open, as a link would: what the host told stays. */
  async function go(page: Page, path: string): Promise<void> {
    await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`);
    await settled(page);
  }

  /** Every page, the palette and the list of shortcuts, whose title is told. */
  async function walk(page: Page, look: (name: string) => Promise<void>, shortcuts: string): Promise<void> {
    for (const route of routes) {
      await go(page, route);
      await look(route);
    }
    await page.keyboard.press('Control+k');
    await page.getByRole('option').first().waitFor();
    await look('palette');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: shortcuts }).waitFor();
    await look('shortcuts');
  }

  /** What the second scheme could have besides the first one is its contrast. */
  async function inSchemes(
    page: Page,
    schemes: readonly ('light' | 'dark')[] = ['light', 'dark'],
  ): Promise<string[]> {
    const all: string[] = [];
    for (const [index, colorScheme] of schemes.entries()) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      all.push(...(await findings(page, index === 0 ? undefined : ['color-contrast'])));
    }
    return all;
  }

  test('axe finds nothing serious on any page and dialog, in one scheme or the other, in the long lane in both', async () => {
    const { page } = await openPage(browser, scene.host, { context: { bypassCSP: true } });
    await page.getByRole('main').getByRole('article').first().waitFor();
    const found: Record<string, string[]> = {};
    let looks = 0;
    const look = async (name: string): Promise<void> => {
      looks += 1;
      const problems = await inSchemes(page, isWide ? ['light', 'dark'] : [looks % 2 ? 'light' : 'dark']);
      if (problems.length > 0) found[name] = problems;
    };
    await walk(page, look, 'Keyboard shortcuts');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await scene.host.api.post(`/containers/${id}/start`);
    await page.getByRole('button', { name: `Stop ${id}` }).waitFor();
    await look('nowhere, with a running server');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('kill');
    await page.getByRole('option', { name: `Kill ${id}` }).click();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await look('kill');
    await page.getByRole('button', { name: 'Kill', exact: true }).click();
    await page.getByRole('button', { name: `Start ${id}` }).waitFor();
    await look('nowhere, with a killed server');
    expect(found).toEqual({});
  });

  test('in German, on a phone: axe finds nothing serious on any page and dialog, nothing sticks out; in the long lane in both schemes', async () => {
    const context = { bypassCSP: true, locale: 'de-DE', viewport: { width: 390, height: 844 } };
    const { page } = await openPage(browser, scene.host, { context });
    await page.getByRole('main').getByRole('article').first().waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    const found: Record<string, string[]> = {};
    // The other scheme than in English, by turns.
    let looks = 1;
    const look = async (name: string): Promise<void> => {
      looks += 1;
      const schemes = isWide ? undefined : ([looks % 2 ? 'light' : 'dark'] as const);
      const problems = [...(await inSchemes(page, schemes)), ...(await sideways(page))];
      if (problems.length > 0) found[name] = problems;
    };
    await walk(page, look, 'Tastenkürzel');
    expect(found).toEqual({});
  });

  test('axe finds nothing serious on the sign-in page', async () => {
    const { page } = await openPage(browser, scene.host, { token: null, context: { bypassCSP: true } });
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await inSchemes(page)).toEqual([]);
    await page.getByRole('textbox', { name: /token/i }).fill('lightd_0123456789abcdef');
    await page.getByRole('button', { name: /connect|sign in/i }).click();
    await page.getByRole('alert').first().waitFor();
    expect(await inSchemes(page)).toEqual([]);
  });

  test('from load to a started server and its answer by keys alone, and the palette by keys alone', async () => {
    const { page, trouble } = await openPage(browser, scene.host);
    const start = page.getByRole('main').getByRole('button', { name: 'Start' });
    await start.waitFor();
    await page.keyboard.press('Tab');
    expect((await focused(page)).name).toMatch(/skip/i);
    await page.keyboard.press('Enter');
    await tabTo(page, start);
    await page.keyboard.press('Enter');
    await page.getByRole('main').getByText('Running').first().waitFor();

    await page.keyboard.press('Control+k');
    await page.keyboard.type('console');
    await page.getByRole('option', { name: new RegExp(`Console.*${id}|${id}.*Console`) }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('log').waitFor();
    const line = page.getByRole('textbox', { name: /command/i });
    await line.waitFor();
    await page.keyboard.press('/');
    await expectFocus(line);
    await page.keyboard.type('hello');
    await page.keyboard.press('Enter');
    await findInConsole(page, 'you said hello');

    await page.keyboard.press('Control+k');
    await page.keyboard.type('stop');
    await page.getByRole('option', { selected: true }).filter({ hasText: /^Stop/ }).waitFor();
    await page.keyboard.press('Enter');
    await page
      .getByText(/^(Stopped|Crashed)$/)
      .first()
      .waitFor();
    expect(await page.title()).toMatch(/(Stopped|Crashed) – Lightdeck$/);
    expect(trouble).toEqual([]);
  });

  test('the palette finds by state and address, remembers what was chosen, says when there is nothing; Esc gives the focus back', async () => {
    const { page } = await openPage(browser, scene.host);
    await page.getByRole('main').getByRole('article').first().waitFor();
    const find = page.getByRole('button', { name: /find anything/i });
    await find.focus();
    await expectFocus(find);
    await page.keyboard.press('Enter');
    const field = page.getByRole('combobox');
    await field.waitFor();
    await page.keyboard.type('zzzz');
    await page.getByText('Nothing fits').waitFor();
    expect(await page.getByRole('status').filter({ hasText: 'Nothing found' }).count()).toBe(1);
    await field.fill('activity of the host');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/activity');
    // A command that leads to another page takes the focus there.
    await expectFocus(page.getByRole('main'));
    await find.focus();
    await page.keyboard.press('Control+k');
    await page
      .getByRole('group', { name: 'Recent' })
      .getByRole('option', { name: /Activity of the host/ })
      .waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    await expectFocus(find);
  });

  test('a token that may only look has no dead end, no false offer and no error without words', async () => {
    const request = {
      ttl: '1h',
      scopes: ['containers.read', 'console.read', 'files.read'],
      containers: [id],
    };
    const { token } = (await scene.host.api.post('/auth/tokens', request)).parse(
      z.object({ token: z.string() }),
    );
    const { page, trouble } = await openPage(browser, scene.host, { token });
    await page.getByRole('main').getByRole('article').first().waitFor();
    const found: Record<string, string[]> = {};
    for (const route of [...routes, ...moreTabs.map((tab) => `/servers/${id}/${tab}`), '/new/import']) {
      await go(page, route);
      const main = page.getByRole('main');
      await expect.poll(async () => (await main.innerText()).trim().length).toBeGreaterThan(20);
      const offers = await main.locator('button:enabled').evaluateAll(labels);
      const problems = [
        ...offers.filter((label) => changing.test(label)).map((label) => `offers “${label}”`),
        ...(await main.getByRole('alert').allInnerTexts())
          .filter((text) => !/\w+ \w+ \w+/.test(text))
          .map((text) => `says only “${text}”`),
        ...(/undefined|\[object|NaN|\bnull\b|: files\.write|: containers\.write/.test(await main.innerText())
          ? ['shows what is no text']
          : []),
      ];
      if (problems.length > 0) found[route] = problems;
    }
    expect(found).toEqual({});
    expect(trouble).toEqual([]);
  });

  const narrow = [
    { name: '390 px wide', viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 },
    { name: 'at 200 % zoom', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  ];
  test.each(someOf(narrow, 1))(
    'nothing sticks out and everything is reachable $name',
    async ({ name: _name, ...context }) => {
      const { page } = await openPage(browser, scene.host, { context });
      await page.getByRole('main').getByRole('article').first().waitFor();
      const wide: Record<string, string[]> = {};
      for (const route of routes) {
        await go(page, route);
        const problems = await sideways(page);
        if (problems.length > 0) wide[route] = problems;
      }
      expect(wide).toEqual({});
      await go(page, `/servers/${id}/settings`);
      const all = page.getByRole('button', { name: 'All tabs' });
      await all.click();
      await page.getByRole('menuitem', { name: 'Activity' }).waitFor();
      const names = (await page.getByRole('menuitem').allTextContents()).map((text) => text.trim());
      expect(names).toEqual(await page.getByRole('tab').allTextContents());
      await page.getByRole('menuitem', { name: 'Activity' }).click();
      const activity = page.getByRole('tab', { name: 'Activity', selected: true });
      await activity.waitFor();
      // The row has gone along.
      await expect.poll(async () => inWindow(page, await activity.boundingBox())).toBe(true);
      await go(page, `/servers/${id}/settings`);
      await page.getByRole('textbox', { name: 'Ready pattern' }).fill('^down');
      const bar = page.getByRole('region', { name: '1 change' });
      // Neither what the keyboard comes to nor the page's end is under the bar.
      await page.getByRole('button', { name: 'Delete server…' }).focus();
      await page.getByRole('button', { name: 'Delete server…' }).click({ trial: true });
      await bar.getByRole('button', { name: 'Discard' }).click();
      await bar.waitFor({ state: 'detached' });
      await go(page, '/');
      const menu = page.getByRole('button', { name: 'Menu' });
      const settings = page.getByRole('navigation').getByRole('link', { name: 'Settings' });
      // A closed drawer is nothing to Tab and screen readers.
      expect(await page.locator('#sidebar').getAttribute('inert')).not.toBeNull();
      await menu.click();
      await settings.focus();
      await expectFocus(settings);
      await page.keyboard.press('Escape');
      await expectFocus(menu);
      await menu.click();
      await settings.click();
      await page.waitForURL('**/settings');
      await page.getByRole('button', { name: /find anything/i }).click();
      await page.getByRole('dialog').getByRole('combobox').waitFor();
      expect(await sideways(page)).toEqual([]);
    },
  );
});
