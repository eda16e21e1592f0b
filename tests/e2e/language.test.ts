import { beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';

describe.skipIf(!has('chromium'))('the language of the page', () => {
  const onEnd = suiteCleanup();
  let host: HostProcess;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  const spoken = 'document.documentElement.lang';

  beforeAll(async () => {
    host = await startHost({ dataDir: tempDir(onEnd) });
    onEnd(() => host.close());
    browser = await openBrowser(onEnd);
  });

  test('follows the browser’s: German for a German one, English for all that there are no texts for', async () => {
    const german = await openPage(browser, host, { token: null, context: { locale: 'de-AT' } });
    await german.page.getByRole('button', { name: 'Verbinden' }).waitFor();
    expect(await german.page.evaluate(spoken)).toBe('de');

    const french = await openPage(browser, host, { token: null, context: { locale: 'fr-FR' } });
    await french.page.getByRole('button', { name: 'Connect' }).waitFor();
    expect(await french.page.evaluate(spoken)).toBe('en');
    // English comes with the page: nothing of another language is asked for.
    const asked = await french.page.evaluate(
      "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/de-')).length",
    );
    expect(asked).toBe(0);
  });

  longTest('is what was chosen, at once and after the next load', async () => {
    const { page } = await openPage(browser, host, { path: '/settings', context: { locale: 'en-GB' } });
    await page.getByRole('combobox', { name: 'Language' }).click();
    await page.getByRole('option', { name: 'Deutsch' }).click();
    await page.getByRole('combobox', { name: 'Sprache' }).waitFor();
    await page.reload();
    await page.getByRole('combobox', { name: 'Sprache' }).click();
    expect(await page.evaluate(spoken)).toBe('de');
    await page.getByRole('option', { name: 'System' }).click();
    await page.getByRole('combobox', { name: 'Language' }).waitFor();
    expect(await page.evaluate(spoken)).toBe('en');
  });
});
