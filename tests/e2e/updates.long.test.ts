import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { z } from 'zod';
import { summary } from '../../renderer/state/servers.test-helper.ts';
import { listUpdates } from '../../shared/http/updates.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { type OnEnd, suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { imageLike } from '../support/images.ts';
import { longTest } from '../support/lane.ts';
import { startRegistry } from '../support/registry.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';

const shots = process.env.SHOTS;
async function shot(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

/** Another version of the image in the registry, and not on the engine under its name. */
async function publish(scene: Scene, onEnd: OnEnd, image: string, script: string): Promise<void> {
  const local = await imageLike(onEnd, 'page-update', { script: `echo '${script}' > /game.sh` });
  await scene.docker('tag', local, image);
  await scene.docker('push', image);
  await scene.docker('rmi', image);
}

/** Its name for who can't see it. */
const markOf = (id: string): string => `${id} can be updated: there is a newer`;

const running = (text: string): string => `echo "${text} with $(cat world)"; exec sleep 1000`;

/** Enough servers that the overview is a table: the host's list, and others beside the real one. */
async function asTable(page: Page): Promise<void> {
  const others = Array.from({ length: 9 }, (_, no) => summary(`s${no}`, { name: `Server ${no}` }));
  await page.routeWebSocket(
    ({ pathname }) => pathname === '/ws',
    (socket) => {
      socket.connectToServer().onMessage((text) => {
        const frame = z.looseObject({ event: z.string() }).parse(JSON.parse(String(text)));
        const list = frame.event === 'containers' ? z.array(z.unknown()).parse(frame.data) : null;
        socket.send(list ? JSON.stringify({ ...frame, data: [...list, ...others] }) : text);
      });
    },
  );
}

/** What the mark says when one points at it, and where it leads. */
async function marked(page: Page, mark: Locator, id: string): Promise<void> {
  await mark.hover();
  const tip = page.locator('.tip');
  await tip
    .getByText(new RegExp(`^${id} can be updated: there is a newer .*, about [\\d.,]+ \\w*B\\.$`))
    .waitFor();
  expect(await mark.getAttribute('href')).toBe(`/servers/${id}/settings/update`);
}

describe.skipIf(!has('chromium') || !has('images') || !has('registry'))('newer images in the page', () => {
  const onEnd = suiteCleanup();

  longTest(
    'U1 U3 U5: a mark appears by itself, leads to the update; it is applied with a restore point, and taken back',
    async () => {
      const { at } = await startRegistry(onEnd);
      const image = `${at}/lightdeck-test/page-update`;
      // After the host, whose containers have them.
      onEnd(async () => {
        const ids = new Set((await docker('images', '-q', image)).split('\n').filter((one) => one !== ''));
        for (const one of ids) await docker('rmi', '-f', one);
      });
      const scene = await openScene({ onEnd });
      const { api } = scene.host;
      await publish(scene, onEnd, image, running('one'));
      const volume = (await api.post('/volumes', { size: 64 })).parse(
        z.object({ volume_id: z.string(), path: z.string() }),
        201,
      );
      const world = () => readFileSync(join(volume.path, 'world'), 'utf8').trim();
      const id = await scene.server({
        image,
        startup_command: 'sh /game.sh',
        start_pattern: '(one|two) with',
        volume_id: volume.volume_id,
        install_script: 'echo "the first day" > world',
        stop: { signal: 'SIGKILL', timeout: 5 },
      });
      (await api.post(`/containers/${id}/start`)).expect(200);
      const browser = await openBrowser(onEnd);
      const { page, trouble } = await openPage(browser, scene.host, {
        context: { colorScheme: process.env.SCHEME === 'dark' ? 'dark' : 'light' },
      });
      const main = page.getByRole('main');
      const mark = main.getByRole('link', { name: markOf(id) });
      await main.getByRole('article').filter({ hasText: id }).getByText('Running').waitFor();
      // A token of this server alone hears of it, too: what is about the host it is not told.
      const bound = (
        await api.post('/auth/tokens', { ttl: '1h', containers: [id], scopes: ['containers.read'] })
      ).parse(z.object({ token: z.string() }));
      const friend = await openPage(browser, scene.host, { token: bound.token });
      await friend.page.getByRole('main').getByRole('article').filter({ hasText: id }).waitFor();

      await publish(scene, onEnd, image, `echo "of two" > world; ${running('two')}`);
      const { version } = (await api.get('/updates')).parse(listUpdates.reply).updates[0] ?? {};
      expect(await mark.count()).toBe(0);
      (await api.post(`/containers/${id}/update/check`)).expect(200);
      await mark.waitFor();
      await friend.page.getByRole('link', { name: markOf(id) }).waitFor();
      await friend.context.close();
      await marked(page, mark, id);
      await shot(page, 'card');

      await asTable(page);
      await page.reload();
      const row = main.getByRole('row').filter({ hasText: id });
      await marked(page, row.getByRole('link', { name: markOf(id) }), id);
      await shot(page, 'table');
      await row.getByRole('link', { name: markOf(id) }).click();

      const section = page.getByRole('region', { name: 'Updates' });
      await section
        .getByText(new RegExp(`${image.replaceAll('.', '\\.')}, about [\\d.,]+ \\w*B\\.`))
        .waitFor();
      await section.and(page.locator(':focus')).waitFor();
      await page.getByRole('link', { name: 'Update available' }).waitFor();
      await shot(page, 'section');
      await section.getByRole('button', { name: 'Update', exact: true }).click();
      const dialog = page.getByRole('dialog');
      expect(
        await dialog.getByRole('checkbox', { name: 'Make a restore point of its files before' }).isChecked(),
      ).toBe(true);
      await shot(page, 'update');
      await dialog.getByRole('button', { name: 'Update', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
      await shot(page, 'under-way');
      await section.getByText('The image is the newest of its name.').waitFor();
      expect(world()).toBe('of two');
      expect(await page.getByRole('link', { name: 'Update available' }).count()).toBe(0);
      await shot(page, 'updated');

      await section.getByRole('button', { name: 'Take back' }).click();
      await dialog.getByRole('checkbox', { name: 'Its files, too' }).check();
      await shot(page, 'take-back');
      await dialog.getByRole('button', { name: 'Take back' }).click();
      await section
        .getByText('There is a newer image. It was tried, and the one of before was wanted.')
        .waitFor();
      await shot(page, 'taken-back');
      expect(world()).toBe('the first day');
      expect((await api.get('/updates')).parse(listUpdates.reply).updates).toMatchObject([
        { version, previous: null },
      ]);
      // What was tried and not wanted is no news.
      expect(await page.getByRole('link', { name: 'Update available' }).count()).toBe(0);
      await page.goto(`${scene.host.url}/servers/${id}/backups`);
      await main.getByText('Restore point', { exact: true }).first().waitFor();
      if (shots) {
        await page.setViewportSize({ width: 390, height: 844 });
        await page.goto(`${scene.host.url}/servers/${id}/settings/update`);
        await section.waitFor();
        await shot(page, 'narrow-section');
      }
      expect(trouble).toEqual([]);
    },
    120_000,
  );
});
