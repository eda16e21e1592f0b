import { describe, expect, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';

describe.skipIf(!has('chromium') || !has('images'))('the overview', () => {
  const onEnd = suiteCleanup();

  test('shows a server as docker has it, and what the docker command does to it, without a reload', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({ startup_command: 'echo up; sleep 1000', start_pattern: '^up' });
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host);
    const card = page.getByRole('main').getByRole('article').filter({ hasText: id });
    await card.getByText('Ready to start').waitFor();
    await card.getByRole('button', { name: 'Start' }).click();
    await card.getByText('Running').waitFor();
    await scene.docker('kill', scene.container(id));
    await card.getByText('stopped from outside with SIGKILL').waitFor();
    expect(trouble).toEqual([]);
  });
});
