import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { goTo, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const volumeReply = z.object({ volume_id: z.string(), path: z.string() });
const tokenReply = z.object({ token: z.string(), id: z.string() });
const listReply = z.object({ files: z.array(z.object({ name: z.string() })) });

describe.skipIf(!has('chromium') || !has('images'))('files at the edges', () => {
  const onEnd = suiteCleanup();
  let scene: Scene;
  let page: Page;
  let volume: string;
  /** The volume's folder on this machine. */
  let folder: string;
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
  const open = (path = ''): Promise<unknown> => goTo(page, `${scene.host.url}${home}${path}`);
  const entry = (name: string) => page.getByRole('link', { name, exact: true });
  const row = (name: string) => page.getByRole('row').filter({ has: entry(name) });
  const shown = (): Promise<string> =>
    page
      .getByRole('row')
      .getByRole('link')
      .allTextContents()
      .then((names) => names.join(', '));
  const there = async (path: string): Promise<string> => {
    const reply = await scene.host.api.get(`/volumes/${volume}/files?${new URLSearchParams({ path })}`);
    return reply
      .parse(listReply)
      .files.map(({ name }) => name)
      .join(', ');
  };
  const dialog = () => page.getByRole('dialog');
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const editor = (name: string) => page.getByRole('textbox', { name: `Text of ${name}` });

  beforeAll(async () => {
    scene = await openScene({ onEnd });
    const made = (await scene.host.api.post('/volumes', { size: 4096 })).parse(volumeReply, 201);
    volume = made.volume_id;
    folder = made.path;
    const id = await scene.server({ startup_command: 'sleep 1000', volume_id: volume });
    home = `/servers/${id}/files`;
    ({ page } = await openPage(await openBrowser(onEnd), scene.host, { path: home }));
    await button('Refresh').waitFor();
  });

  test('takes a dropped file and a dropped folder', async () => {
    const client = await page.context().newCDPSession(page);
    const folder = tempDir(onEnd);
    mkdirSync(join(folder, 'maps', 'deep'), { recursive: true });
    mkdirSync(join(folder, 'maps', 'empty'));
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
    await until(async () => (await there('maps')) === 'deep, empty', { what: 'the empty folder' });
  });

  test('orders the list by a column, and keeps that from folder to folder', async () => {
    await put('list/map 10.txt', 'a');
    await put('list/map 2.txt', 'abc');
    await put('list/zoo/x', '');
    await open('/list');
    await entry('zoo').waitFor();
    expect(await shown()).toBe('zoo, map 2.txt, map 10.txt');
    const header = (name: string) => page.getByRole('columnheader', { name });
    expect(await header('Name').getAttribute('aria-sort')).toBe('ascending');
    await button('Name').click();
    await until(async () => (await shown()) === 'zoo, map 10.txt, map 2.txt', {
      what: 'the other way round',
    });
    await button('Size').click();
    expect(await header('Size').getAttribute('aria-sort')).toBe('descending');
    await until(async () => (await shown()) === 'zoo, map 2.txt, map 10.txt', { what: 'the largest first' });
    await entry('zoo').click();
    await entry('x').waitFor();
    expect(await header('Size').getAttribute('aria-sort')).toBe('descending');
    expect(await header('Name').getAttribute('aria-sort')).toBeNull();
  });

  test('selects with Shift and by keys; F2, Delete and Enter act on that', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await put(`keys/${name}`, name);
    await open('/keys');
    const size = (name: string) => row(name).getByText(/^\d+ B$/);
    const told = (text: string) => page.getByRole('status').getByText(text, { exact: true });
    await size('b').click();
    await size('d').click({ modifiers: ['Shift'] });
    await told('3 selected').waitFor();
    await entry('c').click({ modifiers: ['ControlOrMeta'] });
    await told('2 selected').waitFor();
    await page.keyboard.press('Escape');
    await told('4 entries').waitFor();
    await page.keyboard.press('Control+a');
    await told('4 selected').waitFor();
    await page.keyboard.press('Escape');

    // Without a selection, what has the focus is meant; what is typed into the dialog is the dialog's.
    await entry('a').focus();
    await page.keyboard.press('ArrowDown');
    // I28: what is only asked about is not selected by that.
    await page.keyboard.press('F2');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await told('4 entries').count()).toBe(1);
    await page.keyboard.press('F2');
    await dialog().getByRole('textbox', { name: 'Name' }).fill('new');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    expect(await dialog().getByRole('textbox', { name: 'Name' }).inputValue()).toBe('');
    await page.keyboard.type('bee');
    await page.keyboard.press('Enter');
    await entry('bee').and(page.locator(':focus')).waitFor();
    expect(await there('keys')).toBe('a, bee, c, d');

    await entry('c').focus();
    await page.keyboard.press('Shift+ArrowDown');
    await told('2 selected').waitFor();
    await page.keyboard.press('Delete');
    await dialog().getByText('Delete 2 entries?').waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await told('2 selected').waitFor();
    await page.keyboard.press('Delete');
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
    await entry('d').waitFor({ state: 'detached' });
    await entry('bee').and(page.locator(':focus')).waitFor();
    expect(await there('keys')).toBe('a, bee');

    await entry('a').focus();
    await page.keyboard.press('Enter');
    await editor('a').waitFor();
  });

  test('moves and copies, and replaces nothing', async () => {
    for (const name of ['a', 'b', 'c']) await put(`from/${name}`, name);
    await put('to/b', 'theirs');
    await open('/from');
    await row('a').getByRole('checkbox').check();
    await button('Move').click();
    expect(await button('Move here').isDisabled()).toBe(true);
    await dialog().getByRole('textbox', { name: 'To the folder' }).fill('from/new/place');
    await dialog().getByText('This folder is not there yet. It will be made.').waitFor();
    await button('Move here').click();
    await entry('a').waitFor({ state: 'detached' });
    expect(await there('from/new/place')).toBe('a');

    await row('b').getByRole('checkbox').check();
    await row('c')
      .getByRole('checkbox')
      .click({ modifiers: ['Shift'] });
    await button('Copy').click();
    await button('Up').click();
    await dialog().getByRole('button', { name: 'to', exact: true }).click();
    await button('Copy here').click();
    await page.getByText('b already exists in this folder.').waitFor();
    expect(await button('Replace').count()).toBe(0);
    await button('Keep both').click();
    await until(async () => (await there('to')) === 'b, b (2), c', { what: 'both beside each other' });
    expect(await content('to/b')).toBe('theirs');

    await row('new').getByRole('checkbox').check();
    await button('Copy').click();
    await dialog().getByRole('button', { name: 'new', exact: true }).click();
    await dialog().getByText('A folder can’t be put into itself.').waitFor();
    await button('Up').click();
    await button('Copy here').click();
    await entry('new (2)').waitFor();
    expect(await there('from/new (2)/place')).toBe('a');
  });

  longTest('archives more than the host takes by name: the whole folder, and says so', async () => {
    mkdirSync(join(folder, 'many'));
    for (let index = 0; index < 1002; index += 1) writeFileSync(join(folder, 'many', `${index}`), `${index}`);
    await open('/many');
    await entry('0').focus();
    await page.keyboard.press('Control+a');
    await row('0').getByRole('checkbox').uncheck();
    await button('Archive').click();
    await dialog()
      .getByText(/at most 1,000 chosen ones/)
      .waitFor();
    await button('Archive the whole folder').click();
    await page.getByText('1,003 entries', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await there('many')).toContain('archive.zip');
  });

  test('edits a text, and keeps its byte order mark and line ends', async () => {
    await put('50% off #1.txt', '\ufeffone\r\ntwo\r\n');
    await open();
    await entry('50% off #1.txt').click();
    await editor('50% off #1.txt').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('zero ');
    await page.getByText('Unsaved changes').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Unsaved changes').waitFor({ state: 'hidden' });
    expect(await content('50% off #1.txt')).toBe('\ufeffzero one\r\ntwo\r\n');
  });

  test('S3 what is typed is there again after its token was refused and another one came; nothing is offered before it is known what that may', async () => {
    await put('typed.txt', 'first\n');
    const made = (await scene.host.api.post('/auth/tokens', { ttl: '1h' })).parse(tokenReply);
    const other = await openPage(await openBrowser(onEnd), scene.host, {
      path: `${home}/typed.txt?edit`,
      token: made.token,
    });
    const text = other.page.getByRole('textbox', { name: 'Text of typed.txt' });
    await text.click();
    await other.page.keyboard.press('Control+Home');
    await other.page.keyboard.type('mine ');
    await other.page.getByText('Unsaved changes').waitFor();
    (await scene.host.api.delete(`/auth/tokens/${made.id}`)).expect(200);
    const field = other.page.getByRole('textbox', { name: /token/i });
    await field.fill(scene.host.token);
    let answer = (): void => {};
    const isAnswered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await other.page.route('**/auth/self', async (route) => {
      await isAnswered;
      await route.continue();
    });
    await other.page.keyboard.press('Enter');
    await other.page.getByText('What you had typed is here again.').waitFor();
    await other.page.getByText('Unsaved changes').waitFor();
    const save = other.page.getByRole('button', { name: 'Save', exact: true });
    const offers = [save, other.page.getByRole('button', { name: 'Start', exact: true })];
    for (const offer of offers) expect(await offer.count()).toBe(0);
    expect(await other.page.getByText('You can view these files').count()).toBe(0);
    answer();
    await save.click();
    await until(async () => (await content('typed.txt')) === 'mine first\n');
    await other.page.context().close();
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
