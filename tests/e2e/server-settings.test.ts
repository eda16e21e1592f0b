import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const listed = z.object({ volumes: z.array(z.unknown()) });

describe.skipIf(!has('chromium') || !has('images'))('a server’s settings', () => {
  const onEnd = suiteCleanup();

  test('what is changed says when it takes hold, and does; limits at once; delete wants the name', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({
      startup_command: 'echo "COLOUR is $COLOUR"; while :; do sleep 0.1; done',
      environment: { COLOUR: 'red' },
      limits: { memory: 64 * 1024 * 1024 },
    });
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running');
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, {
      path: `/servers/${id}/settings`,
    });

    const start = page.getByRole('form', { name: 'Start' });
    await start.getByRole('textbox', { name: 'Ready pattern' }).fill('^COLOUR is \\w+$');
    await start.getByRole('button', { name: 'Try it on the console' }).click();
    await start.getByText(/1 of the last \d+ lines matches/).waitFor();
    await start.getByText('COLOUR is red', { exact: true }).waitFor();
    await start.getByRole('textbox', { name: 'Ready pattern' }).fill('^nothing like it$');
    await start.getByRole('button', { name: 'Try it on the console' }).click();
    await start.getByText(/None of the last/).waitFor();

    const environment = page.getByRole('form', { name: 'Environment' });
    await environment.getByRole('textbox', { name: 'Value COLOUR' }).fill('green');
    await environment.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Waits for a restart: environment.').waitFor();
    await page.getByRole('button', { name: 'Restart now' }).click();
    await until(async () => (await scene.history(id)).includes('COLOUR is green'));
    await page.getByText('Waits for a restart: environment.').waitFor({ state: 'hidden' });

    const limits = page.getByRole('form', { name: 'Limits' });
    await limits.getByRole('textbox', { name: 'Memory (MiB)' }).fill('96');
    await limits.getByRole('button', { name: 'Save' }).click();
    await until(async () => {
      const memory = await scene.docker('inspect', '-f', '{{.HostConfig.Memory}}', scene.container(id));
      return memory === String(96 * 1024 * 1024);
    });

    await page.getByRole('button', { name: 'Delete server…' }).click();
    const asked = page.getByRole('dialog');
    const goes = asked.getByRole('button', { name: 'Delete', exact: true });
    expect(await goes.isDisabled()).toBe(true);
    await asked.getByRole('checkbox', { name: 'Keep its files' }).uncheck();
    await asked.getByRole('textbox').fill(id);
    await goes.click();
    await page.getByText(`${id} was deleted.`).waitFor();
    expect((await scene.host.api.get(`/containers/${id}`)).status).toBe(404);
    expect((await scene.host.api.get('/volumes')).parse(listed).volumes).toEqual([]);
    expect(trouble).toEqual([]);
  });
});
