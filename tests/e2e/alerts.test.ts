import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { listAlertTargets } from '../../shared/http/alerts.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { type PanelRequest, startPanel, type TestPanel } from '../support/panel.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';

const shots = process.env.SHOTS;
async function shot(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

/** N4. */
function isSigned({ headers, body }: PanelRequest, secret: string): boolean {
  const hmac = createHmac('sha256', secret).update(`${headers['x-lightdeck-timestamp']}.${body}`);
  return headers['x-lightdeck-signature'] === `sha256=${hmac.digest('hex')}`;
}

/** The wrong is told at its field, and nothing is made of it; the right is. */
async function made(page: Page, address: string): Promise<void> {
  await page.getByRole('heading', { name: 'Nobody is told yet' }).waitFor();
  await shot(page, 'none');
  await page.getByRole('button', { name: 'Add a target' }).click();
  const form = page.getByRole('form', { name: 'New target' });
  await form.getByRole('textbox', { name: 'Name' }).fill('My program');
  await form.getByRole('combobox', { name: 'How' }).click();
  await page.getByRole('option', { name: 'JSON, signed' }).click();
  const url = form.getByRole('textbox', { name: 'Address' });
  for (const [wrong, why] of [
    ['my program', 'must be an address that begins with https:// or http://'],
    ['ftp://example.com/hook', 'must be an address that begins with https:// or http://'],
    ['https://me:word@example.com/hook', 'must not have a user name, a password or a #'],
  ] as const) {
    await url.fill(wrong);
    await form.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => url.getAttribute('aria-invalid')).toBe('true');
    await form.getByText(why).waitFor();
  }
  await form.getByText('Must be given, since messages are signed with it.').waitFor();
  await shot(page, 'wrong');
  await url.fill(address);
  await form.getByRole('button', { name: 'Make one' }).click();
  await form.getByText('Must be given').waitFor({ state: 'detached' });
  await shot(page, 'right');
}

describe.skipIf(!has('chromium'))('whom the host tells what happens, in the settings', () => {
  const onEnd = suiteCleanup();

  async function open(): Promise<{ host: HostProcess; web: TestPanel; hook: string }> {
    const web = await startPanel(onEnd);
    const host = await startHost({ dataDir: tempDir(onEnd) });
    onEnd(() => host.close());
    return { host, web, hook: `${web.url}/hooks/a-long-and-secret-part-9876` };
  }

  test('N1 N4 N6: a target is made, tried, changed and deleted; its address and secret are not shown again', async () => {
    const { host, web, hook } = await open();
    const { page, trouble } = await openPage(await openBrowser(onEnd), host, {
      path: '/settings',
      context: { colorScheme: process.env.SCHEME === 'dark' ? 'dark' : 'light' },
    });
    const targets = async () => (await host.api.get('/alerts')).parse(listAlertTargets.reply).targets;
    await page.getByRole('link', { name: 'Set up alerts' }).click();
    await made(page, hook);
    expect(await targets()).toEqual([]);
    const field = page.getByLabel('Secret', { exact: true });
    const secret = await field.inputValue();
    expect(await field.getAttribute('type')).toBe('password');
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    await page.getByRole('button', { name: 'Save' }).click();

    const card = page.getByRole('group', { name: 'My program' });
    await card.getByText(`${new URL(hook).origin}/…9876`).waitFor();
    await card.getByText('Nothing was sent yet.').waitFor();
    await card.getByRole('button', { name: 'Send a test to My program' }).click();
    await page.getByText('My program has taken the test message (200).').waitFor();
    const [first] = web.requests;
    expect([web.requests.length, first && isSigned(first, secret)]).toEqual([1, true]);
    await shot(page, 'tested');
    web.update = 500;
    await card.getByRole('button', { name: 'Send a test to My program' }).click();
    await card.getByText('The test message did not get there: it answered 500.').waitFor();
    await shot(page, 'refused');
    // A test is no news: what is told of stays as it was.
    await card.getByText('Nothing was sent yet.').waitFor();
    await card.getByRole('button', { name: 'Last messages to My program' }).click();
    await card.getByText('No message yet.').waitFor();

    await card.getByRole('button', { name: 'Edit My program' }).click();
    const form = page.getByRole('form', { name: 'Edit target' });
    await form.getByText('There is one. Leave this empty to keep it.').waitFor();
    expect([await field.inputValue(), await form.getByLabel('Address').inputValue()]).toEqual(['', '']);
    await form.getByRole('textbox', { name: 'Name' }).fill('The attic');
    await form.getByRole('switch', { name: 'Keep quiet at night' }).check({ force: true });
    await shot(page, 'edit');
    await form.getByRole('button', { name: 'Save' }).click();
    const renamed = page.getByRole('group', { name: 'The attic' });
    await renamed.getByText(/quiet from 23:00 to 07:00/).waitFor();
    web.update = 200;
    await renamed.getByRole('button', { name: 'Send a test to The attic' }).click();
    await page.getByText('The attic has taken the test message (200).').waitFor();
    const last = web.requests.at(-1);
    expect([last?.path, last && isSigned(last, secret)]).toEqual([new URL(hook).pathname, true]);
    await shot(page, 'changed');
    for (const hidden of [secret, 'a-long-and-secret-part'])
      expect(await page.content()).not.toContain(hidden);

    await renamed.getByRole('button', { name: 'Delete The attic' }).click();
    const question = page.getByRole('dialog', { name: 'Delete The attic?' });
    await shot(page, 'delete');
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Nobody is told yet' }).waitFor();
    expect(await targets()).toEqual([]);
    if (shots) {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole('button', { name: 'Add a target' }).click();
      await shot(page, 'narrow');
    }
    expect(trouble).toEqual([]);
  });
});
