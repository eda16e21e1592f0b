import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findInConsole, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { longTest } from '../support/lane.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const tokenReply = z.object({ token: z.string(), id: z.string() });

/** A page that is loaded again forgets this. */
const remember = (page: Page): Promise<unknown> => page.evaluate('window.notReloaded = true');
const isSamePage = (page: Page): Promise<unknown> => page.evaluate('window.notReloaded === true');

describe.skipIf(!has('chromium') || !has('private-engine'))(
  'what breaks is told, and heals without a reload',
  () => {
    const onEnd = suiteCleanup();
    let engine: PrivateEngine;
    let scene: Scene;
    let browser: Browser;
    let id = '';

    beforeAll(async () => {
      engine = await startPrivateEngine({ liveRestore: true });
      onEnd(() => engine.close());
      const [port = 0] = await freePorts(1);
      scene = await openScene({ onEnd, env: { DOCKER_HOST: engine.host }, docker: engine.docker, port });
      id = await scene.server({
        startup_command: 'echo up; while read -r line; do echo "you said $line"; done',
        start_pattern: '^up',
        tty: false,
      });
      (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'running');
      browser = await openBrowser(onEnd);
    });

    async function token(ttl: string, scopes?: string[]): Promise<z.infer<typeof tokenReply>> {
      const body = { ttl, label: 'browser', ...(scopes ? { scopes } : {}) };
      return (await scene.host.api.post('/auth/tokens', body)).parse(tokenReply);
    }

    async function say(page: Page, word: string): Promise<void> {
      const line = page.getByRole('textbox', { name: /command/i });
      await line.fill(word);
      await line.press('Enter');
      expect(await findInConsole(page, `you said ${word}`)).toBe(1);
    }

    async function signIn(page: Page, secret: string): Promise<void> {
      await page.getByRole('textbox', { name: /token/i }).fill(secret);
      await page.getByRole('button', { name: /connect|sign in/i }).click();
    }

    longTest(
      'H3 dockerd stops: told with what was tried, servers unknown; it starts: as it was',
      async () => {
        const { page, trouble } = await openPage(browser, scene.host);
        const card = page.getByRole('main').getByRole('article').filter({ hasText: id });
        await card.getByText('Running').waitFor();
        await remember(page);
        await engine.stop();
        const alert = page.getByRole('alert').filter({ hasText: /no docker engine since/i });
        await alert.waitFor();
        await card.getByText('Unknown').waitFor();
        expect(await card.getByText('Running').count()).toBe(0);
        expect(await card.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
        await page.getByText('Nobody knows what 1 server does now.').waitFor();
        await alert.getByText('What was tried').click();
        await alert.getByText(engine.socket).first().waitFor();
        await alert.getByRole('button', { name: 'How to install it' }).waitFor();
        await alert.getByRole('button', { name: 'Copy the command' }).waitFor();
        await alert.getByRole('button', { name: 'Try again' }).click();
        await alert.getByText(/Looked again at .*: still none/).waitFor();
        await alert.getByRole('button', { name: 'Use another engine' }).click();
        await page.getByRole('button', { name: 'Look for engines on this machine' }).click();
        const place = page.getByRole('radio', { name: `unix://${engine.socket}` });
        await place.waitFor();
        expect(await place.isDisabled()).toBe(true);
        await page.goBack();
        expect(await page.title()).toMatch(/no docker/i);
        await engine.start();
        await card.getByText('Running').waitFor();
        await alert.waitFor({ state: 'detached' });
        expect(await page.title()).not.toMatch(/no docker/i);
        expect(await isSamePage(page)).toBe(true);
        expect(trouble).toEqual([]);
        await page.context().close();
      },
    );

    test('X3 the host is killed and comes back: told since when, then the console goes on, each line once', async () => {
      const { page, trouble } = await openPage(browser, scene.host, { path: `/servers/${id}/console` });
      await page.getByRole('main').getByText('Running').first().waitFor();
      await say(page, 'before');
      await remember(page);
      await scene.host.kill();
      const banner = page.getByText(/out of reach since \d/i);
      await banner.waitFor();
      await page.getByRole('button', { name: 'Try now' }).waitFor();
      expect(await page.title()).toMatch(/offline/i);
      await scene.host.start();
      await banner.waitFor({ state: 'detached', timeout: 60_000 });
      await page.getByRole('main').getByText('Running').first().waitFor();
      await say(page, 'after');
      expect(await findInConsole(page, 'you said before')).toBe(1);
      expect(await isSamePage(page)).toBe(true);
      expect(trouble).toEqual([]);
      await page.context().close();
    });

    longTest(
      'S3 a token that expires is told before and after; a new one brings the same page back, live',
      async () => {
        const path = `/servers/${id}/console`;
        const { page } = await openPage(browser, scene.host, { path, token: null });
        await page.getByRole('textbox', { name: /token/i }).waitFor();
        // Made only now, since a busy machine can take long to load a page.
        const { token: secret } = await token('15s');
        await signIn(page, secret);
        await page.getByText(/token expires in/i).waitFor();
        await remember(page);
        await page.getByText(/token expired/i).waitFor();
        await page.getByRole('heading', { level: 1, name: /sign in/i }).waitFor();
        const { token: second, id: secondId } = await token('10m');
        await signIn(page, second);
        await page.waitForURL(`**${path}`);
        await say(page, 'again');

        expect((await scene.host.api.delete(`/auth/tokens/${secondId}`)).status).toBe(200);
        await page.getByText(/token revoked/i).waitFor();
        await signIn(page, scene.host.token);
        await page.waitForURL(`**${path}`);
        await say(page, 'once more');
        expect(await isSamePage(page)).toBe(true);
        await page.context().close();
      },
    );

    test('a token that may not see servers is told so; one that may only look is offered no more', async () => {
      const blind = await token('5m', ['files.read']);
      const { page } = await openPage(browser, scene.host, { token: blind.token });
      await page.getByText(/not permitted to see the servers/i).waitFor();
      const looker = await token('5m', ['containers.read', 'console.read']);
      await signIn(page, looker.token);
      const card = page.getByRole('main').getByRole('article').filter({ hasText: id });
      await card.getByText('Running').waitFor();
      expect(await card.getByRole('button', { name: 'Stop' }).count()).toBe(0);
      await page.context().close();
    });
  },
);
