import { Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { getContainer } from '../../shared/http/containers.ts';
import { findInConsole, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { debianServiceImages, imageLike } from '../support/images.ts';
import { longTest } from '../support/lane.ts';
import { startRegistry } from '../support/registry.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();

/** In the head of the server's page: the sidebar has other servers' states. */
const state = (page: Page, text: string) => page.locator('.state-badge', { hasText: text });

/** From an image's name, by the two clicks, until it runs; where it is reached. */
async function takeImage(
  { scene, page }: { scene: Scene; page: Page },
  { image, id, inside, told }: { image: string; id: string; inside: number; told: string[] },
): Promise<number> {
  scene.adopt(id);
  await page.getByRole('textbox', { name: 'Image, command or compose file' }).fill(image);
  await page.getByRole('button', { name: 'Fetch and read' }).click();
  for (const text of told) await page.getByText(text).waitFor();
  await page.getByRole('button', { name: 'Create and start' }).click();
  await page.waitForURL(`**/servers/${id}**`);
  await state(page, 'Running').waitFor();
  const reached = await scene.docker('port', scene.container(id), `${inside}/tcp`);
  return Number(/:(\d+)/.exec(reached)?.[1]);
}

/** What a redis server answers to one command. */
async function askRedis(port: number, command: string): Promise<string> {
  const socket = new Socket();
  let answer = '';
  socket.on('data', (text) => {
    answer += text.toString();
  });
  socket.on('error', () => {});
  socket.connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
  await until(() => answer.endsWith('\r\n') || socket.destroyed);
  socket.destroy();
  return answer;
}

describe.skipIf(!has('chromium') || !has('images'))('any image', () => {
  test('two clicks from an image’s name to a server that runs with the right ports and its data kept', async () => {
    const scene = await openScene({ onEnd });
    const { at } = await startRegistry(onEnd);
    const [inside = 0] = await freePorts(1);
    const local = await imageLike(onEnd, 'page-web', {
      script:
        'mkdir -p /srv/data; printf "trap exit TERM; date > /srv/data/made; echo serving; while :; do sleep 1; done" > /web.sh',
      changes: ['ENTRYPOINT ["/bin/sh", "/web.sh"]', `EXPOSE ${inside}/tcp`, 'VOLUME /srv/data'],
    });
    const image = `${at}/page-web:1`;
    await scene.docker('tag', local, image);
    await scene.docker('push', image);
    await scene.docker('rmi', image);
    onEnd(async () => void (await scene.docker('rmi', '-f', image).catch(() => '')));
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, { path: '/new/docker' });
    const asked = page.getByRole('textbox', { name: 'Image, command or compose file' });
    await asked.fill(image);
    scene.adopt('page-web');
    await page.getByRole('button', { name: 'Fetch and read' }).click();
    await page.getByText(`it listens on ${inside} (TCP)`).waitFor();
    await page.getByText('it keeps its data in /srv/data').waitFor();
    await page.getByText('it starts /bin/sh /web.sh').waitFor();
    await page.getByRole('button', { name: 'Create and start' }).click();
    await page.waitForURL('**/servers/page-web**');
    await page.getByText('Running', { exact: true }).first().waitFor();
    await findInConsole(page, 'serving');
    expect(await scene.docker('port', scene.container('page-web'))).toContain(
      `${inside}/tcp -> 0.0.0.0:${inside}`,
    );
    const made = (await scene.host.api.get('/containers/page-web')).parse(
      z.object({ volume_id: z.string(), stop: z.object({ signal: z.string() }) }),
    );
    expect(made.stop.signal).toBe('SIGTERM');
    const kept = await scene.host.api.get(`/volumes/${made.volume_id}/content?path=made`);
    expect(kept.text).not.toBe('');
    expect(trouble).toEqual([]);
  });

  longTest(
    'images that are here are picked from a list; one that can not be had says why, and a line what is not taken',
    async () => {
      const scene = await openScene({ onEnd });
      const local = await imageLike(onEnd, 'page-picked', { script: 'true', changes: ['EXPOSE 4321/udp'] });
      const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, { path: '/new/docker' });
      const asked = page.getByRole('textbox', { name: 'Image, command or compose file' });
      await asked.fill('page-picked');
      await page
        .getByRole('region', { name: 'On this machine' })
        .getByRole('button', { name: local })
        .click();
      await page.getByText('it listens on 4321 (UDP)').waitFor();
      await page.getByRole('button', { name: 'Something else' }).click();
      await asked.fill('127.0.0.1:9/absent:1');
      await page.getByRole('button', { name: 'Fetch and read' }).click();
      const failed = page.getByRole('alert').filter({ hasText: 'It can’t be read' });
      await failed.getByText("127.0.0.1:9 can't be reached").waitFor();
      await page.getByRole('button', { name: 'Fill in the form without it' }).click();
      await page.getByText('127.0.0.1:9/absent:1 is not on this machine yet').waitFor();
      expect(await page.getByRole('textbox', { name: 'Image', exact: true }).inputValue()).toBe(
        '127.0.0.1:9/absent:1',
      );
      await page.getByRole('button', { name: 'Something else' }).click();
      await asked.fill('docker run --privileged -e MODE=hard -p 8080:80 --memory 512m absent.example/web:1');
      await page.getByRole('button', { name: 'Fill in the form' }).click();
      await page
        .getByRole('alert')
        .getByText(/privileged/)
        .waitFor();
      await page.getByText('absent.example/web:1 is not on this machine yet').waitFor();
      expect(await page.getByRole('textbox', { name: 'Memory (MiB)', exact: true }).inputValue()).toBe('512');
      expect(await page.getByRole('textbox', { name: 'Port on this machine' }).inputValue()).toBe('8080');
      expect(trouble).toEqual([]);
    },
  );

  describe.skipIf(!has('debian-services'))('real ones that start as root and step down by themselves', () => {
    longTest(
      'nginx and redis: two clicks, the right ports, what the image keeps is kept, an end in order',
      async () => {
        const images = await debianServiceImages(onEnd);
        const scene = await openScene({ onEnd });
        const browser = await openBrowser(onEnd);
        const open = () => openPage(browser, scene.host, { path: '/new/docker' });

        const web = await open();
        const webPort = await takeImage(
          { scene, page: web.page },
          {
            ...{ image: images.nginx, id: 'debian-nginx', inside: 80 },
            told: ['it listens on 80 (TCP)', 'it starts /nginx-entry.sh'],
          },
        );
        await findInConsole(web.page, 'test is successful');
        await until(async () => (await fetch(`http://127.0.0.1:${webPort}/`).catch(() => null))?.ok);
        expect(await (await fetch(`http://127.0.0.1:${webPort}/`)).text()).toContain('nginx');
        await findInConsole(web.page, 'GET / HTTP/1.1');

        const data = await open();
        const dataPort = await takeImage(
          { scene, page: data.page },
          {
            ...{ image: images.redis, id: 'debian-redis', inside: 6379 },
            told: ['it listens on 6379 (TCP)', 'it keeps its data in /data'],
          },
        );
        await findInConsole(data.page, 'Ready to accept connections');
        expect(await askRedis(dataPort, 'SET world whole')).toBe('+OK\r\n');

        for (const [id, page] of [
          ['debian-nginx', web.page],
          ['debian-redis', data.page],
        ] as const) {
          await page.getByRole('button', { name: 'Stop', exact: true }).click();
          await state(page, 'Stopped').waitFor();
          const { last_exit } = (await scene.host.api.get(`/containers/${id}`)).parse(getContainer.reply);
          // By its own way, not by force: nginx is asked by the signal that its image names.
          expect(last_exit).toMatchObject({ code: 0, wanted: true });
        }
        await data.page.getByRole('button', { name: 'Start', exact: true }).click();
        await state(data.page, 'Running').waitFor();
        await until(async () => (await askRedis(dataPort, 'GET world')).includes('whole'));
        expect([...web.trouble, ...data.trouble]).toEqual([]);
      },
    );
  });
});
