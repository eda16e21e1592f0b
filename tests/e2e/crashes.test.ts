import { describe, expect, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';

describe.skipIf(!has('chromium') || !has('images'))('crashes in the browser', () => {
  const onEnd = suiteCleanup();

  test('K3 a crash that restarted at once is still there to be read, understood and mended with one button', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({
      // Without the file it fails as Minecraft does; with it, it runs.
      startup_command:
        'echo Starting; grep -q eula=true eula.txt 2>/dev/null && { echo up; exec sleep 600; }; [ -e again ] && { echo up; exec sleep 600; }; touch again; sleep 1; echo "You need to agree to the EULA in order to run the server."; exit 1',
      start_pattern: '^up',
      restart_policy: 'on-failure',
      stop: { signal: 'SIGKILL', timeout: 1 },
    });
    const other = await scene.server({ startup_command: 'sleep 600' });
    const { page } = await openPage(await openBrowser(onEnd), scene.host, {
      path: `/servers/${other}`,
    });
    await page.getByRole('heading', { level: 1, name: other }).waitFor();
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    // On another server's page it is told at once.
    const toast = page.getByRole('alert').filter({ hasText: `${id} has ended` });
    await toast.getByText('The EULA is not accepted yet').waitFor();
    await toast.getByRole('button', { name: 'Look' }).click();
    // It runs again by now, and all is still there.
    await page.getByRole('heading', { level: 1, name: id }).waitFor();
    await page.locator('.state-badge').filter({ hasText: 'Running' }).first().waitFor();
    const card = page.getByRole('region', { name: 'Why it ended' });
    await card.getByRole('heading', { name: 'The EULA is not accepted yet' }).waitFor();
    await card.getByText('Restarts: 1 of 5.').waitFor();
    const lines = card.getByRole('region', { name: 'Its last lines' });
    await lines.getByText('You need to agree to the EULA').waitFor();
    await page.reload();
    await card.getByRole('button', { name: 'Accept the EULA and restart' }).click();
    await card.waitFor({ state: 'detached' });
    await page.getByText('eula.txt was written').waitFor();
    await page.locator('.state-badge').filter({ hasText: 'Running' }).first().waitFor();
    expect(await scene.docker('exec', scene.container(id), 'cat', 'eula.txt')).toBe('eula=true');
    // Laid aside, not lost.
    await page.getByRole('tab', { name: 'Crashes' }).click();
    const list = page.getByRole('region', { name: 'Crashes and other ends nobody asked for' });
    await list.getByText('The EULA is not accepted yet').waitFor();
  });
});
