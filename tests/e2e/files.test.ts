import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expectFocus } from '../support/access.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { longTest, rounds } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const listing = z.object({ files: z.array(z.object({ name: z.string(), size: z.number() })) });
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const inputs = (page: Page) => page.locator('main input[type="file"]');

async function open(onEnd: ReturnType<typeof suiteCleanup>) {
  const scene = await openScene({ onEnd });
  const volume = (await scene.host.api.post('/volumes', { size: 4096 })).parse(
    z.object({ volume_id: z.string() }),
    201,
  ).volume_id;
  const id = await scene.server({ startup_command: 'sleep 1000', volume_id: volume });
  const opened = await openPage(await openBrowser(onEnd), scene.host, { path: `/servers/${id}/files` });
  return { scene, volume, id, ...opened };
}

async function names(scene: Scene, volume: string, path = ''): Promise<string[]> {
  const reply = await scene.host.api.get(`/volumes/${volume}/files?path=${encodeURIComponent(path)}`);
  return reply.status === 200
    ? reply
        .parse(listing)
        .files.map(({ name }) => name)
        .sort()
    : [];
}

async function read(scene: Scene, volume: string, path: string): Promise<string> {
  const query = `path=${encodeURIComponent(path)}`;
  const reply = await fetch(`${scene.host.url}/volumes/${volume}/content?${query}`, {
    headers: { authorization: `Bearer ${scene.host.token}`, accept: 'Application/vnd.pkglatv1+json' },
  });
  return reply.text();
}

describe.skipIf(!has('chromium') || !has('images'))('the files of a server', () => {
  const onEnd = suiteCleanup();

  longTest(
    'a folder of many files goes up, an upload of 2 GB tells the truth and is cancelled without a trace',
    async () => {
      const { scene, volume, page } = await open(onEnd);
      const folder = join(tempDir(onEnd), 'maps');
      mkdirSync(join(folder, 'deep'), { recursive: true });
      const count = rounds('files of a folder that is uploaded', 200, 1000, 'files');
      for (let index = 0; index < count; index += 1)
        writeFileSync(join(folder, index % 2 ? 'deep' : '.', `map ${index} ü.txt`), `${index}`);
      await inputs(page).nth(1).setInputFiles(folder);
      await page.getByText(`${count} of ${count} files`).waitFor({ timeout: 180_000 });
      expect((await names(scene, volume, 'maps')).length).toBe(count / 2 + 1);
      expect((await names(scene, volume, 'maps/deep')).length).toBe(count / 2);
      expect(await read(scene, volume, `maps/deep/map ${count - 1} ü.txt`)).toBe(`${count - 1}`);
      await page.getByRole('button', { name: 'Clear the list' }).click();

      const big = join(tempDir(onEnd), 'world.bin');
      writeFileSync(big, '');
      truncateSync(big, 2 * 1024 ** 3);
      await inputs(page).first().setInputFiles(big);
      const uploads = page.getByRole('region', { name: 'Uploads' });
      const percent = async (): Promise<number> =>
        Number(/(\d+) %/.exec((await uploads.textContent()) ?? '')?.[1] ?? 0);
      const first = await until(async () => (await percent()) || null, { what: 'some progress' });
      const later = await until(async () => ((await percent()) > first ? await percent() : null), {
        what: 'more progress',
      });
      expect(later).toBeLessThan(100);
      await page.getByRole('button', { name: 'Cancel world.bin' }).click();
      await uploads.getByText('cancelled').waitFor();
      await until(async () => (await names(scene, volume)).join() === 'maps', { what: 'no half file' });
    },
    300_000,
  );

  test('text is edited, never over somebody else’s change; what is no text is refused', async () => {
    const { scene, volume, page, trouble } = await open(onEnd);
    const put = (path: string, content: string) =>
      scene.host.api.post(`/volumes/${volume}/files`, { path, content });
    await put('server.properties', 'motd=hello\r\nport=1\r\n');
    await put('world.dat', 'a\0b');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await row(page, 'server.properties').getByRole('link').click();
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('mode=hard');
    await page.keyboard.press('Control+s');
    await until(
      async () => (await read(scene, volume, 'server.properties')) === 'motd=hello\r\nport=1\r\nmode=hard',
      { what: 'the edit, with its endings as they were' },
    );

    await put('server.properties', 'theirs\r\n');
    await editor.click();
    await page.keyboard.type('!');
    await page.keyboard.press('Control+s');
    await page.getByText('Somebody else changed this file').waitFor();
    expect(await read(scene, volume, 'server.properties')).toBe('theirs\r\n');
    await page.getByRole('button', { name: 'Load theirs' }).click();
    await page.getByText('theirs', { exact: true }).waitFor();

    await editor.click();
    await page.keyboard.type('mine');
    const leaving = page.getByText('Leave without saving?');
    await page.goBack();
    await leaving.waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await leaving.waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: 'Console' }).click();
    await leaving.waitFor();
    await page.keyboard.press('Escape');
    await leaving.waitFor({ state: 'hidden' });
    expect(await editor.textContent()).toContain('mine');
    await page.getByRole('button', { name: 'Close' }).click();
    await leaving.waitFor();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();

    await row(page, 'world.dat').getByRole('link').click();
    await page.getByText(/This isn’t a text file/).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    // Narrowed as one types; by the row's menu a log is opened at its end, and followed.
    await put('latest.log', 'one\ntwo\n');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await row(page, 'latest.log').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('*.log');
    await row(page, 'world.dat').waitFor({ state: 'detached' });
    await row(page, 'latest.log').getByRole('link').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Open at the end' }).click();
    const end = page.getByRole('region', { name: 'End of latest.log' });
    await end.getByText('two').waitFor();
    await put('latest.log', 'one\ntwo\nthree\n');
    await end.getByText('three').waitFor();
    expect(trouble).toEqual([]);
  });

  test('an archive is made, taken out again and downloaded; an upload that meets a file asks', async () => {
    const { scene, volume, page } = await open(onEnd);
    const folder = tempDir(onEnd);
    writeFileSync(join(folder, 'a.txt'), 'first');
    await inputs(page).first().setInputFiles(join(folder, 'a.txt'));
    await row(page, 'a.txt').waitFor();
    writeFileSync(join(folder, 'a.txt'), 'second');
    await inputs(page).first().setInputFiles(join(folder, 'a.txt'));
    await page.getByRole('button', { name: 'Keep both' }).click();
    await row(page, 'a (2).txt').waitFor();
    expect(await read(scene, volume, 'a.txt')).toBe('first');
    expect(await read(scene, volume, 'a (2).txt')).toBe('second');

    await page.getByRole('checkbox', { name: 'Select all' }).check();
    const [several] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(several.suggestedFilename()).toBe('files.zip');
    await several.saveAs(join(folder, 'several.zip'));
    expect(execFileSync('unzip', ['-p', join(folder, 'several.zip'), 'a.txt'], { encoding: 'utf8' })).toBe(
      'first',
    );
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('textbox', { name: 'Name, without ending' }).fill('both');
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await row(page, 'both.zip').waitFor();
    await page.getByRole('checkbox', { name: 'Select both.zip' }).check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    const saved = join(folder, 'saved.zip');
    await download.saveAs(saved);
    expect(execFileSync('unzip', ['-p', saved, 'a (2).txt'], { encoding: 'utf8' })).toBe('second');

    await page.getByRole('button', { name: 'Actions for both.zip' }).click();
    await page.getByRole('menuitem', { name: 'Open', exact: true }).click();
    await page.getByRole('region', { name: 'What is in both.zip' }).getByText('a (2).txt').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    // How far a long one is, until it is cancelled without a trace.
    const path = new URLSearchParams({ path: 'world/region.dat' });
    const { url, token } = scene.host;
    await fetch(`${url}/volumes/${volume}/content?${path}`, {
      method: 'PUT',
      body: randomBytes(64 * 1024 ** 2),
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'Application/vnd.pkglatv1+json',
        'content-type': 'application/octet-stream',
      },
    });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await row(page, 'world').getByRole('checkbox').check();
    await row(page, 'both.zip').getByRole('checkbox').uncheck();
    await page.getByRole('button', { name: 'Archive' }).click();
    const dialog = page.getByRole('dialog');
    // The dialog gives the focus to its first field a moment after it opened, which closes a list that is open.
    await expectFocus(dialog.getByRole('textbox', { name: 'Name, without ending' }));
    await dialog.getByRole('combobox', { name: 'Format' }).click();
    await page.getByRole('option', { name: 'tar.bz2' }).click();
    await dialog.getByRole('button', { name: 'Archive' }).click();
    const job = page.getByRole('region', { name: 'Making world.tar.bz2' });
    await job.getByText(/^\d+ % · .* of 64\.0 MiB$/).waitFor();
    await job.getByRole('button', { name: 'Cancel' }).click();
    await job.waitFor({ state: 'detached' });
    expect(await names(scene, volume)).toEqual(['a (2).txt', 'a.txt', 'both.zip', 'world']);
    await page.getByRole('checkbox', { name: 'Select world' }).uncheck();
    await page.getByRole('checkbox', { name: 'Select both.zip' }).check();

    // Into a folder of its own: nothing that is there is replaced.
    await page.getByRole('button', { name: 'Extract' }).click();
    await row(page, 'both').first().waitFor();
    await page.getByText(/2 files came out, into both/).waitFor();
    expect(await read(scene, volume, 'both/a.txt')).toBe('first');
    await page.getByRole('checkbox', { name: 'Select both.zip' }).check();
    await page.getByRole('button', { name: 'Extract' }).click();
    await page.getByText(/into both \(2\)/).waitFor();
    expect(await read(scene, volume, 'both (2)/a.txt')).toBe('first');

    // Nor does an archive take another one's place.
    await page.getByRole('checkbox', { name: 'Select a.txt' }).check();
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('textbox', { name: 'Name, without ending' }).fill('both');
    await page.getByRole('dialog').getByText('Something of that name is here already.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await row(page, 'a.txt').waitFor({ state: 'detached' });
  });
});
