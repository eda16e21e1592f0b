import { describe, expect, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { own, suiteCleanup } from '../support/cleanup.ts';
import { startHost } from '../support/host-process.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';

describe.skipIf(!has('chromium'))('a part of the interface whose requests are dropped', () => {
  const onEnd = suiteCleanup();

  test.each(['css', 'js'])('is asked for again, and is there with all its looks (%s)', async (ending) => {
    const host = own(await startHost({ dataDir: tempDir(onEnd) }), onEnd);
    const { page } = await openPage(await openBrowser(onEnd), host);
    let dropped = 0;
    await page.route(`**/assets/palette-dialog-*.${ending}`, async (route) => {
      dropped += 1;
      if (dropped > 2) await route.continue();
      else await route.abort('internetdisconnected');
    });
    await page.reload();
    await page.getByRole('main').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    expect(dropped).toBeGreaterThan(2);
    expect(
      await page.evaluate(
        "[...document.styleSheets].filter((sheet) => sheet.href?.includes('/palette-dialog-')).length",
      ),
    ).toBe(1);
  });

  longTest('also when it is the first page itself, and all that it is made of', async () => {
    const host = own(await startHost({ dataDir: tempDir(onEnd) }), onEnd);
    const { page } = await openPage(await openBrowser(onEnd), host);
    const seen = new Map<string, number>();
    await page.route('**/assets/*', async (route) => {
      const url = route.request().url();
      const times = (seen.get(url) ?? 0) + 1;
      seen.set(url, times);
      // The very first script asks for all others.
      if (times > 1 || url.includes('/assets/index-')) await route.continue();
      else await route.abort('internetdisconnected');
    });
    await page.reload();
    await page.getByRole('main').waitFor();
    expect([...seen].filter(([, times]) => times > 1).length).toBeGreaterThan(3);
  });
});
