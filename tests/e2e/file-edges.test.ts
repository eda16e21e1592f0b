import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const volumeReply = z.object({ volume_id: z.string() });

describe.skipIf(!has('chromium') || !has('images'))('files at the edges', () => {
  const onEnd = suiteCleanup();
  let scene: Scene;
  let page: Page;
  let volume: string;
  let home: string;

  const put = (path: string, content: string) =>
    scene.host.api.post(`/volumes/${volume}/files`, { path, content });
  const content = async (path: string): Promise<string> => {
    const query = new URLSearchParams({ path });
    const { url, token } = scene.host;
    const headers = { authorization: `Bearer ${token}`, accept: 'Application/vnd.pkglatv1+json' };
    const reply = await fetch(`${url}/volumes/${volume}/content?${query}`, { headers });
    // Not `text()`, which drops a byte order mark.
    return Buffer.from(await reply.arrayBuffer()).toString();
  };
  const open = (path = ''): Promise<unknown> => page.goto(`${scene.host.url}${home}${path}`);
  const entry = (name: string) => page.getByRole('link', { name, exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const editor = (name: string) => page.getByRole('textbox', { name: `Text of ${name}` });

  beforeAll(async () => {
    scene = await openScene({ onEnd });
    volume = (await scene.host.api.post('/volumes', { size: 4096 })).parse(volumeReply, 201).volume_id;
    const id = await scene.server({ startup_command: 'sleep 1000', volume_id: volume });
    home = `/servers/${id}/files`;
    ({ page } = await openPage(await openBrowser(onEnd), scene.host, { path: home }));
    await button('Refresh').waitFor();
  }, 60_000);

  test('takes a dropped file and a dropped folder', async () => {
    const client = await page.context().newCDPSession(page);
    const folder = tempDir(onEnd);
    mkdirSync(join(folder, 'maps', 'deep'), { recursive: true });
    writeFileSync(join(folder, 'maps', 'deep', 'spawn.dat'), 'spawn');
    writeFileSync(join(folder, 'motd.txt'), 'hello');
    const box = await page.getByRole('region', { name: 'Files' }).boundingBox();
    if (!box) throw new Error('There is nothing to drop onto.');
    const files = [join(folder, 'maps'), join(folder, 'motd.txt')];
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await client.send('Input.dispatchDragEvent', {
        type,
        x: box.x + box.width / 2,
        y: box.y + box.height - 10,
        data: { items: [], files, dragOperationsMask: 1 },
      });
    await entry('maps').waitFor();
    await entry('motd.txt').waitFor();
    expect(await content('maps/deep/spawn.dat')).toBe('spawn');
    expect(await content('motd.txt')).toBe('hello');
  });

  test('edits a text, and keeps its byte order mark and line ends', async () => {
    await put('50% off #1.txt', '\ufeffone\r\ntwo\r\n');
    await button('Refresh').click();
    await entry('50% off #1.txt').click();
    await editor('50% off #1.txt').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('zero ');
    await page.getByText('Unsaved changes').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Unsaved changes').waitFor({ state: 'hidden' });
    expect(await content('50% off #1.txt')).toBe('\ufeffzero one\r\ntwo\r\n');
  });

  test('opens an empty file', async () => {
    await put('empty.json', '');
    await open('/empty.json?edit');
    await editor('empty.json').click();
    await page.keyboard.type('1');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved.').first().waitFor();
    expect(await content('empty.json')).toBe('1');
  });

  test('never saves over a file that became a binary one without a word', async () => {
    await put('turned.txt', '');
    await open('/turned.txt?edit');
    await editor('turned.txt').click();
    await page.keyboard.type('mine');
    await put('turned.txt', 'a\0b');
    await page.keyboard.press('Control+s');
    await page.getByText('Somebody else changed this file').waitFor();
    expect(await content('turned.txt')).toBe('a\0b');
    expect(await button('Load theirs').count()).toBe(0);
    await button('Replace it with mine').click();
    await until(async () => (await content('turned.txt')) === 'mine');
  });
});
