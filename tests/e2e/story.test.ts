import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findInConsole, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const image = '127.0.0.1:9/lightdeck-test/busybox:1';
const name = 'Our first world';
const startup = 'echo world is up; while read -r line; do echo "you said $line"; done';

/** Where the parts of the pages are, by role and words: one place to look when words change. */
const at = {
  newServer: (page: Page) => page.getByRole('main').getByRole('button', { name: 'New server' }),
  anyImage: (page: Page) =>
    page
      .getByRole('main')
      .getByText(/use a docker image/i)
      .first(),
  field: (page: Page, label: RegExp) => page.getByRole('main').getByRole('textbox', { name: label }).first(),
  create: (page: Page) =>
    page.getByRole('main').getByRole('button', { name: /^(create|make|install) server\b/i }),
  next: (page: Page) => page.getByRole('main').getByRole('button', { name: /^(next|continue|review)/i }),
  tab: (page: Page, label: string) => page.getByRole('tab', { name: label, exact: true }),
  upload: (page: Page) => page.locator('main input[type="file"]').first(),
  file: (page: Page, label: string) =>
    page
      .getByRole('main')
      .getByRole('row')
      .or(page.getByRole('main').getByRole('listitem'))
      .filter({ hasText: label }),
  editor: (page: Page) => page.locator('.cm-content'),
  save: (page: Page) => page.getByRole('button', { name: /^save/i }).first(),
  dialog: (page: Page) => page.getByRole('dialog'),
};

const definition = z.object({ volume_id: z.string(), startup_command: z.string() });

/** What the host knows about the server. */
async function defined(scene: Scene, id: string): Promise<z.infer<typeof definition>> {
  return (await scene.host.api.get(`/containers/${id}`)).parse(definition);
}

/** Fills the form for any image, over as many steps as it has, and gives the id of the server that came of it. */
async function makeServer(page: Page): Promise<string> {
  await at.newServer(page).click();
  await page.waitForURL('**/new**');
  await at.anyImage(page).click();
  // The form is a part of its own, which is loaded now.
  await at.field(page, /^image/i).waitFor();
  const values: [RegExp, string][] = [
    [/^image/i, image],
    [/^(server )?name/i, name],
    [/start(up)? command/i, startup],
    [/ready|start pattern/i, '^world is up'],
    [/install script/i, 'echo unpacking; sleep 2; echo unpacked'],
  ];
  for (let step = 0; step < 6; step += 1) {
    for (const [label, value] of values) {
      const field = at.field(page, label);
      if (await field.isVisible()) await field.fill(value);
    }
    if (await at.create(page).isVisible()) break;
    await at.next(page).click();
  }
  await at.create(page).click();
  await page.waitForURL(/\/servers\/[^/]+/);
  return /\/servers\/([^/?#]+)/.exec(page.url())?.[1] ?? '';
}

/** By the box in front of it, then by the button above the list. */
async function chooseForFile(page: Page, file: string, action: RegExp): Promise<void> {
  await page.getByRole('checkbox', { name: `Select ${file}` }).check();
  await page.getByRole('main').getByRole('button', { name: action }).click();
}

describe.skipIf(!has('chromium') || !has('images'))('one story, nothing mocked', () => {
  const onEnd = suiteCleanup();

  test('from no server to one that is played on, looked after and deleted', async () => {
    const scene = await openScene({ onEnd });
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host);
    const main = page.getByRole('main');

    // First start: what this is, and one button.
    await main.getByText('No servers yet').waitFor();
    const id = await makeServer(page);
    scene.adopt(id);

    // Its page shows the install, then that it can be started.
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const start = main.getByRole('button', { name: 'Start', exact: true });
    await main
      .getByText(/^(Installing|Ready to start|Starting|Running)$/)
      .first()
      .waitFor();
    await main
      .getByText(/^(Ready to start|Running)$/)
      .first()
      .waitFor();
    if (await main.getByText('Ready to start', { exact: true }).first().isVisible()) await start.click();
    await main.getByText('Running', { exact: true }).first().waitFor();
    expect(await page.title()).toContain(`${name}: Running`);

    // Console: type, answer.
    await at.tab(page, 'Console').click();
    const line = page.getByRole('textbox', { name: /command/i });
    await line.fill('good morning');
    await line.press('Enter');
    expect(await findInConsole(page, 'you said good morning')).toBe(1);

    // What the docker command does is seen, and undone by one click.
    await scene.docker('kill', scene.container(id));
    await main
      .getByText(/^(Crashed|Stopped)$/)
      .first()
      .waitFor();
    await start.click();
    await main.getByText('Running', { exact: true }).first().waitFor();

    await workOnFiles(page, scene, id);

    // Settings: a change that is kept.
    await at.tab(page, 'Settings').click();
    const command = at.field(page, /start(up)? command/i);
    await command.fill(`${startup} # kept`);
    await at.save(page).click();
    await until(async () => (await defined(scene, id)).startup_command.endsWith('# kept'));

    // Delete: named, asked about, gone from the page, the host and the engine.
    await main
      .getByRole('button', { name: /^delete/i })
      .last()
      .click();
    const dialog = at.dialog(page);
    await dialog.getByRole('textbox').fill(name);
    await dialog.getByRole('button', { name: /^delete/i }).click();
    await main.getByText('No servers yet').waitFor();
    expect((await scene.host.api.get(`/containers/${id}`)).status).toBe(404);
    await expect(scene.docker('inspect', scene.container(id))).rejects.toThrow(/no such/i);
    expect(trouble).toEqual([]);
  });

  /** Uploads, edits, renames and deletes, looking each time at what really is in the volume. */
  async function workOnFiles(page: Page, scene: Scene, id: string): Promise<void> {
    const { volume_id } = await defined(scene, id);
    const read = (file: string): Promise<string | null> =>
      readFile(join(scene.host.dataDir, 'storage/volumes', volume_id, file), 'utf8').catch(() => null);
    await at.tab(page, 'Files').click();
    await at.upload(page).setInputFiles({
      name: 'motd.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('welcome\n'),
    });
    await until(async () => (await read('motd.txt')) === 'welcome\n', { what: 'the upload' });
    const row = at.file(page, 'motd.txt');
    await row.waitFor();

    await row.getByText('motd.txt').click();
    await at.editor(page).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('to all of you');
    await at.save(page).click();
    await until(async () => (await read('motd.txt')) === 'welcome\nto all of you', { what: 'the edit' });
    await page
      .getByRole('button', { name: /close|back/i })
      .first()
      .click();

    await chooseForFile(page, 'motd.txt', /rename/i);
    await at.dialog(page).getByRole('textbox').fill('greeting.txt');
    await at
      .dialog(page)
      .getByRole('button', { name: /rename/i })
      .click();
    await at.file(page, 'greeting.txt').waitFor();
    expect([await read('motd.txt'), await read('greeting.txt')]).toEqual([null, 'welcome\nto all of you']);

    await chooseForFile(page, 'greeting.txt', /delete/i);
    await at
      .dialog(page)
      .getByRole('button', { name: /delete/i })
      .click();
    await at.file(page, 'greeting.txt').waitFor({ state: 'detached' });
    expect(await read('greeting.txt')).toBeNull();
  }
});
