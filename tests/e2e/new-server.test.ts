import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findInConsole, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { busyboxImage } from '../support/images.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const made = z.object({ token: z.string() });
const listed = z.object({ volumes: z.array(z.unknown()) });
const pooled = z.object({ ports: z.array(z.unknown()) });
const volumes = async (scene: Scene): Promise<number> =>
  (await scene.host.api.get('/volumes')).parse(listed).volumes.length;
const pool = async (scene: Scene): Promise<number> =>
  (await scene.host.api.get('/network/ports')).parse(pooled).ports.length;
const problem = (page: Page, label: string) => page.getByRole('textbox', { name: label, exact: true });

describe.skipIf(!has('chromium') || !has('images'))('a new server', () => {
  const onEnd = suiteCleanup();
  /** For what needs no empty one. */
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene({ onEnd });
  });

  longTest(
    'of any image: mistakes are marked, its install is watched, and it runs with what it was told',
    async () => {
      const empty = await openScene({ onEnd });
      const { page, trouble } = await openPage(await openBrowser(onEnd), empty.host);
      const main = page.getByRole('main');
      const create = main.getByRole('button', { name: 'Create server' });

      await main.getByRole('button', { name: /server/i }).click();
      await main.getByRole('link', { name: 'Use a Docker image' }).click();
      await create.click();
      await page.getByText('Give it a name.').waitFor();
      expect(await problem(page, 'Name').getAttribute('aria-invalid')).toBe('true');
      expect(await page.locator(':focus').getAttribute('aria-invalid')).toBe('true');

      const [free = 0] = await freePorts(1);
      await problem(page, 'Name').fill('Ein Öfchen 🔥');
      expect(await problem(page, 'Id').inputValue()).toBe('ein-ofchen');
      empty.adopt('ein-ofchen');
      await problem(page, 'Image').fill(await busyboxImage());
      await problem(page, 'Startup command').fill(
        'cat made; echo "mode: $MODE"; while read -r line; do :; done',
      );
      await main.getByRole('button', { name: 'Add a variable' }).click();
      await problem(page, 'Variable name').fill('MY MODE');
      await problem(page, 'Value MY MODE').fill('steady="on"');
      await main.getByRole('button', { name: 'Add a port' }).click();
      await problem(page, 'Port on this machine').fill(String(free));
      await main.getByRole('button', { name: 'Advanced' }).click();
      await problem(page, 'Ready pattern').fill('(');
      await problem(page, 'Time zone').fill('Asia/Tokyo');
      await problem(page, 'Owner of the files').fill('1000');
      await main.getByRole('checkbox', { name: 'The image’s files can’t be changed' }).check();
      await problem(page, 'Install script').fill(
        'echo "step one"; until [ -e go ]; do sleep 0.1; done; echo all set > made',
      );
      const memory = main.getByRole('slider', { name: 'Memory (MiB), by slider' });
      await memory.focus();
      await page.keyboard.press('Home');
      const least = Number(await memory.getAttribute('aria-valuemin'));
      expect(await problem(page, 'Memory (MiB)').inputValue()).toBe(String(least));
      await create.click();
      await page.getByText('A name without = and spaces is needed.').waitFor();
      expect(await problem(page, 'Variable name').getAttribute('aria-invalid')).toBe('true');
      await problem(page, 'Variable name').fill('MODE');
      await create.click();
      await page.waitForURL('**/servers/ein-ofchen**');
      await page.getByText('Installing', { exact: true }).first().waitFor();
      await page.getByRole('log').waitFor();
      await findInConsole(page, 'step one');
      expect((await empty.state('ein-ofchen')).state).toBe('installing');
      await empty.docker('exec', `${empty.container('ein-ofchen')}-install`, 'touch', 'go');
      await page.getByText('Ready to start').first().waitFor();
      await page.getByRole('button', { name: 'Start', exact: true }).first().click();
      await findInConsole(page, 'mode: steady="on"');
      const limit = await empty.docker(
        'inspect',
        '-f',
        '{{.HostConfig.Memory}}',
        empty.container('ein-ofchen'),
      );
      expect(limit).toBe(String(least * 1024 * 1024));
      const told = z.object({ time_zone: z.string(), volume_owner: z.string(), read_only_root: z.boolean() });
      expect((await empty.host.api.get('/containers/ein-ofchen')).parse(told)).toEqual({
        time_zone: 'Asia/Tokyo',
        volume_owner: '1000',
        read_only_root: true,
      });
      expect(await volumes(empty)).toBe(1);
      expect(trouble).toEqual([]);
    },
  );

  test('of a game: the agreement is asked for, and a taken port says by what', async () => {
    const before = await volumes(scene);
    const [port = 0] = await freePorts(1);
    (await scene.host.api.post('/network/ports', { ip: '0.0.0.0', port })).expect(200);
    const holder = await scene.server({
      startup_command: 'sleep 1000',
      ports: [{ container_port: 80, host_port: port }],
    });
    const { page } = await openPage(await openBrowser(onEnd), scene.host, { path: '/new/minecraft-java' });
    await page.getByText('“latest” names no version of the image').waitFor();
    await problem(page, 'Game (TCP)').fill(String(port));
    await page.reload();
    await problem(page, 'Game (TCP)').waitFor();
    expect(await problem(page, 'Game (TCP)').inputValue()).toBe(String(port));
    await page.getByRole('button', { name: 'Create server' }).click();
    await page.getByText('The game can’t be hosted without it.').waitFor();
    await page.getByText(`Port ${port} is taken by the server ${holder}. Choose another one.`).waitFor();
    // That of the server that has the port.
    expect(await volumes(scene)).toBe(before + 1);
  });

  test('I3 refused, the form keeps what is typed and why it was refused, whatever the token may know', async () => {
    const scopes = ['containers.read', 'containers.write', 'files.read', 'files.write'];
    const { token } = (await scene.host.api.post('/auth/tokens', { ttl: '1h', scopes })).parse(made);
    const { page } = await openPage(await openBrowser(onEnd), scene.host, { path: '/new/any-image', token });
    await problem(page, 'Name').fill('Refused');
    await problem(page, 'Image').fill(await busyboxImage());
    await problem(page, 'Startup command').fill('sleep 1000');
    await page.route('**/volumes', (route) =>
      route.fulfill({ status: 507, json: { error: 'No room: free some of the disk.' } }),
    );
    // The pool is asked for anew after each try; this token may not see it.
    const asked = page.waitForResponse((reply) => reply.url().endsWith('/network/ports'));
    await page.getByRole('button', { name: 'Create server' }).click();
    expect((await asked).status()).toBe(403);
    const alert = page.getByRole('alert').filter({ hasText: 'No room: free some of the disk.' });
    await alert.waitFor();
    expect(await problem(page, 'Name').inputValue()).toBe('Refused');
    await page.unroute('**/volumes');
    const again = page.waitForResponse((reply) => reply.url().endsWith('/network/ports'));
    await page.route('**/volumes', (route) =>
      route.fulfill({ status: 403, json: { error: 'not permitted: files.write' } }),
    );
    await page.getByRole('button', { name: 'Create server' }).click();
    await again;
    await page.getByText('Your token may not make servers.').waitFor();
    expect(await problem(page, 'Startup command').inputValue()).toBe('sleep 1000');
  });

  test('that the host refuses leaves no volume and no port behind, and says why', async () => {
    const before = [await volumes(scene), await pool(scene)];
    const { page } = await openPage(await openBrowser(onEnd), scene.host, { path: '/new/any-image' });
    await problem(page, 'Name').fill('Late');
    await problem(page, 'Image').fill(await busyboxImage());
    await problem(page, 'Startup command').fill('sleep 1000');
    await page.getByRole('button', { name: 'Add a port' }).click();
    const [free = 0] = await freePorts(1);
    await problem(page, 'Port on this machine').fill(String(free));
    // Somebody else takes the id while the form is filled in, and the page is kept from hearing of it.
    await page.route('**/containers', (route) =>
      route.fulfill({ status: 409, json: { error: 'A container with the id late exists already' } }),
    );
    await page.getByRole('button', { name: 'Create server' }).click();
    await page.getByText('A container with the id late exists already').waitFor();
    await until(async () => {
      const now = [await volumes(scene), await pool(scene)];
      return now.join() === before.join();
    });
  });
});
