import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';

const shots = process.env.SHOTS;
async function shot(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

const loginReply = z.object({ username: z.string(), password: z.string() });

/** To an SFTP server that is at hand: the host's own. */
async function copied(page: Page, scene: Scene, id: string): Promise<void> {
  const login = (await scene.host.api.post(`/containers/${id}/sftp/credentials`)).parse(loginReply);
  const section = page.getByRole('region', { name: 'Copies on other machines' });
  await section.getByRole('button', { name: 'Add an SFTP server' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('The cellar');
  await dialog.getByRole('textbox', { name: 'Server' }).fill('127.0.0.1');
  await dialog.getByRole('textbox', { name: 'Port' }).fill(String(scene.host.sftpPort));
  await dialog.getByRole('textbox', { name: 'Folder' }).fill('copies');
  await dialog.getByRole('textbox', { name: 'User name' }).fill(login.username);
  await dialog.getByLabel('Password', { exact: true }).last().fill(login.password);
  await dialog.getByRole('button', { name: 'Show its key' }).click();
  await dialog.getByText(/^SHA256:/).waitFor();
  expect(await dialog.getByRole('button', { name: 'Try it and add it' }).isDisabled()).toBe(true);
  await dialog.getByRole('checkbox', { name: 'It is the right key' }).check();
  await shot(page, 'target');
  await dialog.getByRole('button', { name: 'Try it and add it' }).click();
  await section.getByText(/Each backup is copied there.*0 of the/).waitFor();
  await section.getByRole('button', { name: 'Copy the newest backup to The cellar' }).click();
  await section.getByText(/1 of the/).waitFor();
  await page.getByText(/copied to The cellar/).waitFor();
  await section.getByRole('button', { name: 'What is on The cellar' }).click();
  await page.getByRole('dialog').getByText('also here').waitFor();
  await shot(page, 'copies');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

/** A disk there turns bits: a check finds them, and mends the copy. Then it is deleted. */
async function mendedAndDeleted(page: Page, volume: string): Promise<void> {
  const packs = join(volume, 'copies', 'packs');
  for (const name of readdirSync(packs, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.pack')) continue;
    const bytes = readFileSync(join(packs, name));
    // In its first block: what stands before is the pack's start and the block's head.
    bytes[56] = (bytes[56] ?? 0) ^ 1;
    writeFileSync(join(packs, name), bytes);
  }
  const open = page.getByRole('button', { name: 'What is on The cellar' });
  await open.click();
  await page.getByRole('button', { name: /^Check the copy of/ }).click();
  const told = page.getByRole('status').filter({ hasText: 'went there once more from here' });
  await told.waitFor();
  await shot(page, 'copy-mended');
  // I24: a warning's title in the theme's colour; the library's is too pale on its ground.
  const colours = z.tuple([z.string(), z.string()]).parse(
    await page.evaluate(`(() => {
      const alerts = [...document.querySelectorAll('[role="status"]')];
      const alert = alerts.find((one) => one.textContent.includes('went there once more'));
      const title = [...alert.querySelectorAll('*')].find((one) => one.childElementCount === 0 && one.textContent);
      const probe = alert.appendChild(document.createElement('i'));
      probe.style.color = 'var(--state-busy)';
      const colours = [title, probe].map((one) => getComputedStyle(one).color);
      probe.remove();
      return colours;
    })()`),
  );
  expect(colours[0]).toBe(colours[1]);
  await told.getByRole('button', { name: 'Dismiss' }).click();
  await open.click();
  await page.getByRole('button', { name: /^Check the copy of/ }).click();
  await page.getByText('All of it was read: it is whole.').waitFor();
  await open.click();
  await page.getByRole('button', { name: /^Delete the copy of/ }).click();
  const question = page.getByRole('dialog', { name: /^Delete the copy of .* on The cellar/ });
  await question.getByText('The backup here stays').waitFor();
  await shot(page, 'copy-delete');
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText(/Each backup is copied there.*0 of the/).waitFor();
}

/** Mistakes are told at their fields, and what was typed is what is shown. */
async function heldStill(page: Page): Promise<void> {
  const section = page.getByRole('region', { name: 'While the server runs' });
  await section.getByText(/Nothing makes its files hold still/).waitFor();
  await section.getByRole('button', { name: 'Change' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'The game can save its world' }).check();
  await dialog.getByRole('textbox', { name: 'Wait for this line' }).fill('(Saved');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog
    .getByRole('textbox', { name: 'Commands before', exact: true })
    .fill('save-off\nsave-all flush');
  await dialog.getByRole('textbox', { name: 'Wait for this line' }).fill('Saved the game');
  await dialog.getByRole('textbox', { name: 'Commands after', exact: true }).fill('save-on');
  await shot(page, 'hold');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await section.getByText(/save-off\s+save-all flush\s+… its files are read …\s+save-on/).waitFor();
}

/** As another panel makes it. */
async function fromArchive(page: Page, volume: string): Promise<void> {
  const { status } = spawnSync('tar', ['czf', join(volume, 'theirs.tar.gz'), '-C', volume, 'motd.txt']);
  expect(status).toBe(0);
  writeFileSync(join(volume, 'motd.txt'), 'ours');
  const section = page.getByRole('region', { name: 'From another panel' });
  await section.getByRole('button', { name: 'Restore an archive' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Archive' }).fill('theirs.tar.gz');
  // The proposals close.
  await page.keyboard.press('Tab');
  await shot(page, 'archive');
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect.poll(() => readFileSync(join(volume, 'motd.txt'), 'utf8')).not.toBe('ours');
  await page.getByText('Before the archive theirs.tar.gz was restored').waitFor();
}

/** What would go is shown before the rules are kept. */
async function tidied(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More for The cellar' }).click();
  await page.getByRole('menuitem', { name: 'What is kept there' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Keep all backups' }).uncheck();
  await dialog.getByRole('button', { name: 'Show what would go' }).click();
  await dialog.getByText('Nothing would go.').waitFor();
  await shot(page, 'target-keep');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

describe.skipIf(!has('chromium') || !has('images'))('the backups of a server', () => {
  const onEnd = suiteCleanup();

  test('from the first backup to a file that was brought back', async () => {
    const scene = await openScene({ onEnd });
    const { volume_id, path } = (await scene.host.api.post('/volumes', { size: 64 })).parse(
      z.object({ volume_id: z.string(), path: z.string() }),
      201,
    );
    const id = await scene.server({ startup_command: 'sleep 1000', volume_id });
    writeFileSync(join(path, 'world.dat'), 'the first day');
    writeFileSync(join(path, 'motd.txt'), 'hello');
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, {
      path: `/servers/${id}/backups`,
      context: { colorScheme: process.env.SCHEME === 'dark' ? 'dark' : 'light' },
    });
    await page.getByText('No backups yet').waitFor();
    await shot(page, 'empty');
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('before the mods');
    await shot(page, 'make');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByText('before the mods').waitFor();
    await page.getByText(/Restorable, checked just now/).waitFor();
    await shot(page, 'list');

    writeFileSync(join(path, 'world.dat'), 'a bad day');
    writeFileSync(join(path, 'motd.txt'), 'bye');
    await page.getByRole('button', { name: /Look inside the backup/ }).click();
    await page.getByRole('checkbox', { name: 'Choose world.dat' }).check();
    await shot(page, 'inside');
    await page.getByRole('button', { name: 'Restore 1 chosen' }).click();
    await shot(page, 'restore');
    await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByText('Restore point', { exact: true }).waitFor();
    await expect.poll(() => readFileSync(join(path, 'world.dat'), 'utf8')).toBe('the first day');
    expect(readFileSync(join(path, 'motd.txt'), 'utf8')).toBe('bye');
    await shot(page, 'restored');

    await page.getByRole('region', { name: 'What is kept' }).getByRole('button', { name: 'Change' }).click();
    await page.getByRole('checkbox', { name: 'Keep all backups' }).uncheck();
    await page.getByText('Nothing would be deleted now.').waitFor();
    await shot(page, 'keep');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/The last 3, and the newest of 7 days/).waitFor();
    await page
      .getByRole('button', { name: /More for the backup/ })
      .last()
      .click();
    await shot(page, 'menu');
    await page.getByRole('menuitem', { name: 'Make a new server of it' }).click();
    await shot(page, 'server');
    scene.adopt(`${id}-2`);
    await page.getByRole('button', { name: 'Make the server' }).click();
    await page.getByRole('link', { name: `${id} (copy)` }).waitFor();
    const download = page.waitForEvent('download');
    await page
      .getByRole('button', { name: /More for the backup/ })
      .last()
      .click();
    await page.getByRole('menuitem', { name: 'Download (zip)' }).click();
    expect((await download).suggestedFilename()).toMatch(new RegExp(`^${id}-.*\\.zip$`));
    await shot(page, 'end');
    await copied(page, scene, id);
    await fromArchive(page, path);
    await tidied(page);
    await mendedAndDeleted(page, path);
    await heldStill(page);
    if (shots) {
      await page.getByRole('region', { name: 'Where they are stored' }).getByRole('button').click();
      await shot(page, 'folder');
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 390, height: 844 });
      await shot(page, 'narrow');
      await page.getByRole('button', { name: 'Add an SFTP server' }).click();
      await shot(page, 'narrow-target');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page
        .getByRole('button', { name: /Look inside/ })
        .first()
        .click();
      await page.getByRole('checkbox').first().waitFor();
      await shot(page, 'narrow-inside');
    }
    expect(trouble).toEqual([]);
  }, 90_000);
});
