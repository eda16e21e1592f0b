import { Bonjour } from 'bonjour-service';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { sharingSchema } from '../../shared/http/sharing.ts';
import { findInConsole, goTo, type OpenedPage, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { plugInNetwork } from '../support/host-adapter.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { numberingProblem, Scene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** Stands for an address on the LAN: not served unless the host is shared there. Linux has it without any set-up. */
const lan = '127.0.0.2';
const tokenReply = z.object({ token: z.string(), id: z.string() });
const consoleFrame = z.object({ event: z.literal('console'), data: z.string(), offset: z.number() });
const pairingReply = z.object({ token: z.string() });

describe.skipIf(!has('chromium') || process.platform !== 'linux')('sharing, sessions and tokens', () => {
  const onEnd = suiteCleanup();
  let host: HostProcess;
  let browser: Browser;
  let owner: OpenedPage;
  const open = async (url: string) => {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('websocket', (socket) => socket.once('framereceived', () => live.add(page)));
    await goTo(page, url);
    return page;
  };
  const live = new WeakSet<Page>();
  /** Only who is connected is told why that ends. */
  const untilLive = (page: Page) => until(() => live.has(page), { what: 'the page to be connected' });
  const sharing = async () => (await host.api.get('/sharing')).parse(sharingSchema);
  const share = (enabled: boolean) =>
    host.api.put('/sharing', { enabled, ...(enabled ? { host: lan } : {}) });

  beforeAll(async () => {
    host = await startHost({ dataDir: tempDir(onEnd) });
    onEnd(() => host.close());
    browser = await openBrowser(onEnd);
    owner = await openPage(browser, host, { path: '/network' });
  });

  test('a pairing link lets one browser in; ended, it is asked to sign in, with the reason', async () => {
    const { page } = owner;
    const { port } = new URL(host.url);
    const toggle = page.getByRole('switch', { name: 'Let other devices on this network in' });
    await toggle.waitFor();
    expect(await toggle.isChecked()).toBe(false);
    await share(true);
    await page.reload();
    await page.getByText(`http://${lan}:${port}`, { exact: true }).waitFor();
    // B3: the page asks for the least, unless it is told otherwise.
    const asked = () => page.waitForRequest((request) => request.url().endsWith('/sharing/pairing'));
    const least = asked();
    await page.getByRole('button', { name: 'Make a link' }).click();
    expect((await least).postDataJSON()).toEqual({
      scopes: ['containers.read', 'console.read'],
      containers: null,
      ttl: '1d',
    });
    await page.getByRole('img', { name: 'QR code' }).first().waitFor();
    // The code of another choice goes with it.
    await page.getByText('My own device', { exact: true }).click();
    await page.getByRole('img', { name: 'QR code' }).first().waitFor({ state: 'detached' });
    const own = asked();
    await page.getByRole('button', { name: 'Make a link' }).click();
    expect((await own).postDataJSON()).toEqual({ scopes: null, containers: null, ttl: null });
    await page.getByRole('img', { name: 'QR code' }).first().waitFor();
    const { token } = (await host.api.post('/sharing/pairing', { scopes: null })).parse(pairingReply);
    const link = `http://${lan}:${port}/network#pair=${token}`;
    const guest = await open(link);
    await guest.getByRole('heading', { name: 'Network', level: 1 }).waitFor();
    await untilLive(guest);
    expect(guest.url()).not.toContain('pair');
    const late = await open(link);
    await late.getByText('This link was used already').waitFor();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('button', { name: 'End Chrome on Linux' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    await guest.getByRole('heading', { name: 'Sign in to this host' }).waitFor();
    await guest.getByRole('alert').filter({ hasText: 'token revoked' }).waitFor();
  });

  longTest('an address of the internet is warned of', async () => {
    const { page } = owner;
    // No machine for tests has one: the host’s own answer, with that word changed.
    await page.route('**/sharing', async (route) => {
      if (route.request().resourceType() === 'document') return route.continue();
      const reply = await route.fetch();
      const text = (await reply.text()).replaceAll('"is_public":false', '"is_public":true');
      return route.fulfill({ response: reply, body: text });
    });
    await page.reload();
    const alert = page.getByRole('alert').filter({ hasText: 'Reachable from the internet' });
    await alert.getByText(lan).waitFor();
    await page.unroute('**/sharing');
    await page.reload();
    await page.getByRole('switch', { name: 'Let other devices on this network in' }).waitFor();
    await alert.waitFor({ state: 'detached' });
  });

  test('announced where it can’t be, the page says why; which firewall command helps', async () => {
    const { page } = owner;
    const { port } = new URL(host.url);
    const toggle = page.getByRole('switch', { name: 'Announce this host on the network' });
    expect(await toggle.isChecked()).toBe(false);
    await toggle.press('Space');
    // It is no adapter's own address.
    await page.getByText(`It can’t be announced on ${lan}`).waitFor();
    await toggle.press('Space');
    await page.getByText(`It can’t be announced on ${lan}`).waitFor({ state: 'detached' });
    await expect.poll(async () => (await sharing()).announce).toBe(false);
    await page.getByText('If others can’t reach it: the firewall').click();
    await page.getByText(`sudo ufw allow ${port}/tcp`).waitFor();
  });

  longTest.skipIf(!has('images'))(
    'announced, it is found on the network by another program; switched back, it is gone',
    async () => {
      const { page } = owner;
      const port = Number(new URL(host.url).port);
      const address = await plugInNetwork(onTestFinished);
      onTestFinished(async () => void (await share(true)));
      const browserOptions: ConstructorParameters<typeof Bonjour>[0] & { interface: string; bind: string } = {
        interface: address,
        bind: '0.0.0.0',
      };
      const bonjour = new Bonjour(browserOptions, () => {});
      onTestFinished(() => bonjour.destroy());
      const found = bonjour.find({ type: 'lightd' });
      const ours = () => found.services.filter((service) => service.port === port);
      (await host.api.put('/sharing', { enabled: true, host: address })).expect(200);
      await page.reload();
      const toggle = page.getByRole('switch', { name: 'Announce this host on the network' });
      // As where a free name is found later than the answer may come: the page asks again.
      await page.route('**/sharing', async (route) => {
        if (route.request().method() !== 'PUT') return route.continue();
        const reply = await route.fetch();
        const body = (await reply.text()).replace('"announced":true', '"announced":false');
        return route.fulfill({ response: reply, body });
      });
      await toggle.press('Space');
      await page.getByText('It is not announced yet.').waitFor();
      await page.getByText('It is being announced.').waitFor();
      await page.unroute('**/sharing');
      await until(() => ours().length > 0);
      expect(ours()[0]?.addresses).toEqual([address]);
      await toggle.press('Space');
      await page.getByText('It is being announced.').waitFor({ state: 'detached' });
      await until(() => ours().length === 0);
    },
  );

  longTest.skipIf(!has('images'))(
    'a session is renewed before its end: without a reload, and with every line of the console once',
    async () => {
      const scene = new Scene(host, { onEnd });
      const id = await scene.server({
        startup_command: 'i=0; while :; do i=$((i+1)); echo "line $i"; echo "[$i]"; sleep 0.02; done',
        tty: false,
      });
      const { token } = (await host.api.post('/sharing/pairing', { scopes: null })).parse(pairingReply);
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(60_000);
      let text = '';
      let start: number | null = null;
      /** The last number before each socket was opened. */
      const seams: number[] = [];
      page.on('websocket', (socket) => {
        if (!socket.url().includes(`/ws/${id}`)) return;
        seams.push(Number(/.*\[(\d+)\]/s.exec(text)?.[1] ?? 0));
        socket.on('framereceived', ({ payload }) => {
          const frame = consoleFrame.safeParse(JSON.parse(String(payload)));
          if (!frame.success) return;
          const { data, offset } = frame.data;
          start ??= offset;
          // What comes while a socket is being closed comes again on the next one: the page has stopped to listen to it.
          text = text.slice(0, offset - start).padEnd(offset - start, '?') + data;
        });
      });
      await page.clock.install();
      await goTo(page, `${host.url}/servers/${id}#pair=${token}`);
      await page.getByRole('log').waitFor();
      await page.getByRole('button', { name: 'Start', exact: true }).first().click();
      await until(() => text.includes('line 20\n'));
      const kept = () => page.evaluate(() => sessionStorage.getItem('lightdeck.token'));
      const before = await kept();
      await page.evaluate("document.body.setAttribute('data-same-page', '')");

      const renewed = page.waitForResponse((reply) => reply.url().endsWith('/auth/sessions/renew'));
      // Four fifths of twelve hours: a page that is asked to hurry sees its clock jump, as after a sleep, and connects anew.
      await page.clock.fastForward('09:37:00');
      expect((await renewed).status()).toBe(200);
      await until(async () => (await kept()) !== before);
      await until(() => seams.length > 1);
      const heard = text.length;
      await until(() => text.length > heard + 500);
      expect(numberingProblem(text)).toBeNull();
      const seam = seams.at(-1) ?? 0;
      for (const number of [seam, seam + 1]) expect(await findInConsole(page, `[${number}]`)).toBe(1);
      const asked = page.waitForRequest((request) => request.url().includes('/audit?'));
      await page.getByRole('tab', { name: 'Activity' }).click();
      expect((await (await asked).allHeaders()).authorization).toBe(`Bearer ${await kept()}`);
      await page.getByRole('row', { name: /Chrome on Linux.*Start the server/ }).waitFor();
      expect(await page.locator('[data-same-page]').count()).toBe(1);
      await page.context().close();
      await scene.docker('kill', scene.container(id));
    },
  );

  test('switched off, it cuts who came over the network while the page on this machine stays', async () => {
    const { page } = owner;
    (await share(true)).expect(200);
    await page.reload();
    const { port } = new URL(host.url);
    const guest = await open(`http://${lan}:${port}/#token=${host.token}`);
    await guest.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('switch', { name: 'Let other devices on this network in' }).click({ force: true });
    await page.getByText('Off: only this machine').waitFor();
    await guest
      .getByText(/out of reach/)
      .first()
      .waitFor();
    await expect(fetch(`http://${lan}:${port}/api/v1/public/ping`)).rejects.toThrow();
    await page.getByRole('heading', { name: 'Network', level: 1 }).waitFor();
  });

  test('ports are added as a range; one in use is not removed, and it is said by what', async () => {
    const { page } = owner;
    await page.getByLabel('From port').fill('41000');
    await page.getByLabel('To port').fill('41002');
    await page.getByText('Adds 3 ports, 41000 to 41002.').waitFor();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('0.0.0.0:41002/tcp').waitFor();
    await host.api.put('/network/ports/0.0.0.0/41001/use', { in_use: true });
    for (const port of [41000, 41001]) await page.getByLabel(`Choose 0.0.0.0:${port}/tcp`).check();
    await page.getByRole('button', { name: 'Remove 2 chosen' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('1 removed, 1 in use and kept.').waitFor();
    await page.getByText('Reserved by hand').waitFor();
  });

  test('a token is made, shown once and revoked', async ({ task }) => {
    const { page } = owner;
    // Another one at a further try: the one before may be left.
    const label = `for a friend ${task.result?.retryCount ?? 0}`;
    await goTo(page, `${host.url}/settings`);
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill(label);
    await page.getByText('Everything', { exact: true }).click();
    await page.getByRole('button', { name: 'Make token' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    expect(secret).toMatch(/^lightd_[0-9a-f]{32}$/);
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(secret);
    const guest = await open(`${host.url}/#token=${secret}`);
    // Only who is connected is told.
    await guest
      .getByText(/^Docker \d/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: `Revoke ${label}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await guest.getByRole('alert').filter({ hasText: 'token revoked' }).waitFor();
  });

  longTest(
    'settings: mistakes at their field, in force at once, what waits for a start stays said',
    async () => {
      const { page } = owner;
      await goTo(page, `${host.url}/settings`);
      const form = (name: string) => page.getByRole('form', { name });
      const save = (name: string) => form(name).getByRole('button', { name: 'Save' });
      const sftp = form('SFTP').getByRole('textbox', { name: 'Port' });
      await sftp.fill('99999');
      await form('SFTP').getByText('A whole number from 0 to 65535 is needed.').waitFor();
      expect(await save('SFTP').isDisabled()).toBe(true);
      await sftp.fill('0');
      await form('SFTP').getByRole('switch').click({ force: true });
      await save('SFTP').click();
      await form('SFTP').getByText('Off.', { exact: true }).waitFor();
      await page.getByText('Saved. Already active.').first().waitFor();

      const panel = form('Remote panel');
      await panel.getByRole('switch').click({ force: true });
      await panel.getByLabel('The panel’s address').fill('http://127.0.0.1:9/panel');
      await panel.getByRole('textbox', { name: 'Token for the panel' }).fill('lightd_the-panel-secret');
      await save('Remote panel').click();
      await panel.getByText('Saved: lightd_…cret.').waitFor();
      await until(async () => {
        await panel.getByRole('button', { name: 'Look again' }).click();
        return panel.getByText(/Last failure: .*127\.0\.0\.1:9/).isVisible();
      });
      await panel.getByLabel('The panel’s address').fill('http://127.0.0.2:9/panel');
      await panel.getByText('The saved token was given for the address before.').waitFor();
      expect(await page.content()).not.toContain('the-panel-secret');

      await form('Where Docker is').getByRole('textbox').fill('/run/nowhere.sock');
      await save('Where Docker is').click();
      await page.getByText('Restart the host to apply: where Docker is.').waitFor();
      await page.reload();
      await page.getByText('Restart the host to apply: where Docker is.').waitFor();
      await form('Where Docker is').getByRole('textbox').fill('');
      await save('Where Docker is').click();
      await page.getByText('Waits for the next start').waitFor({ state: 'detached' });
      const { token, id } = (await host.api.post('/auth/tokens', { ttl: '1h' })).parse(tokenReply);
      const guest = await open(`${host.url}/settings#token=${token}`);
      await guest.getByText('Only the master token may change this.').first().waitFor();
      expect(await guest.getByRole('textbox', { name: 'Folders' }).isDisabled()).toBe(true);
      expect(await guest.getByLabel('The panel’s address').isDisabled()).toBe(true);
      await host.api.delete(`/auth/tokens/${id}`);
    },
  );

  longTest(
    'an expired token asks for another one and goes on at the same page, without a reload',
    async () => {
      const guest = await open(`${host.url}/settings`);
      const field = guest.getByLabel('Token or pairing link');
      await field.waitFor();
      // Made only now, since a busy machine can take long to load a page.
      const { token } = (await host.api.post('/auth/tokens', { ttl: '15s' })).parse(tokenReply);
      await field.fill(token);
      await guest.getByRole('button', { name: 'Connect' }).click();
      await guest.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
      await guest.getByRole('alert').filter({ hasText: 'expired' }).waitFor();
      await field.fill('lightd_00000000000000000');
      await guest.getByRole('button', { name: 'Connect' }).click();
      await guest.getByText('The host does not know this token').waitFor();
      await field.fill(host.token);
      await guest.getByRole('button', { name: 'Connect' }).click();
      await guest.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
      await guest.getByText('No tokens yet, apart from the master token.').waitFor();
      expect(owner.trouble).toEqual([]);
    },
  );
});
