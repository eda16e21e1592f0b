import { describe, expect, test } from 'vitest';
import { listSchedules } from '../../shared/http/schedules.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

describe.skipIf(!has('chromium') || !has('images'))('a server’s schedules', () => {
  const onEnd = suiteCleanup();

  test('one is made with its times shown before, mistakes at their fields; run, looked at, changed, deleted', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({
      startup_command: 'while read line; do echo "heard $line"; done',
      tty: false,
    });
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running');
    const browser = await openBrowser(onEnd);
    const { page, trouble } = await openPage(browser, scene.host, {
      path: `/servers/${id}/schedules`,
      context: { viewport: { width: 390, height: 844 } },
    });
    const schedules = async () =>
      (await scene.host.api.get(`/containers/${id}/schedules`)).parse(listSchedules.reply).schedules;

    await page.getByRole('heading', { name: 'Nothing is scheduled' }).waitFor();
    await page.getByRole('button', { name: 'New schedule' }).click();
    const form = page.getByRole('form', { name: 'New schedule' });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Give it a name.').waitFor();
    await form.getByRole('textbox', { name: 'Name' }).fill('Greeting');
    await page.getByRole('tab', { name: 'Files' }).click();
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Cancel' })
      .click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const choose = async (label: string, option: string): Promise<void> => {
      await form.getByRole('combobox', { name: label }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    await choose('When', 'Cron expression');
    await form.getByRole('textbox', { name: 'Cron expression' }).fill('61 4 * * *');
    await form.getByText(/^Invalid value for minute: 61/).waitFor();
    await choose('When', 'On days of the week');
    await form.getByText('Sun', { exact: true }).click();
    await form.getByLabel('Time of day').fill('02:30');
    const preview = form.getByRole('list', { name: 'The next five runs' }).getByRole('listitem');
    await until(
      async () => (await preview.allTextContents()).filter((text) => /02:30/.test(text)).length === 5,
    );
    await form.getByRole('combobox', { name: 'Time zone' }).fill('Lord_Howe');
    await page.getByRole('option', { name: 'Australia/Lord_Howe' }).click();
    await choose('Action', 'Type a command');
    await form.getByRole('textbox', { name: 'Command' }).fill('good morning');
    await form.getByRole('button', { name: 'Add a step' }).click();
    const second = form.getByRole('group', { name: 'Step 2' });
    await second.getByRole('textbox', { name: 'Command' }).fill('good night');
    await second.getByRole('button', { name: 'Move step 2 up' }).click();
    await form.getByRole('button', { name: 'Save' }).click();

    const card = page.getByRole('group', { name: 'Greeting' });
    await card.getByText('Every Sunday and Monday at 02:30').waitFor();
    expect(await schedules()).toMatchObject([
      {
        cron: '30 2 * * 0,1',
        time_zone: 'Australia/Lord_Howe',
        steps: [{ command: 'good night' }, { command: 'good morning' }],
        conditions: { running: true, empty: false },
      },
    ]);
    await card.getByRole('button', { name: 'Run Greeting now' }).click();
    await card.getByText(/^Done, /).waitFor();
    await until(async () => {
      const logs = await scene.host.api.get(`/containers/${id}/logs`);
      return logs.text.includes('heard good night') && logs.text.includes('heard good morning');
    });
    await card.getByRole('button', { name: 'Runs of Greeting' }).click();
    await card
      .getByRole('list', { name: 'Runs of Greeting' })
      .getByText(/\(by hand\): Done/)
      .waitFor();
    await card.getByRole('switch', { name: 'Greeting is switched on' }).click({ force: true });
    await card.getByText('Switched off').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);

    await card.getByRole('button', { name: 'Delete Greeting' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Nothing is scheduled' }).waitFor();
    expect(await schedules()).toEqual([]);
    expect(trouble).toEqual([]);
  });
});
