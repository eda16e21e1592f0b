import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openBrowser, openPage } from '../support/browser.ts';
import { type OnEnd, suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const tokenReply = z.object({ token: z.string() });
const published = z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })));

/** Where Docker publishes the server's one port, as `0.0.0.0:7777`. */
async function publishedBy(scene: Scene, id: string): Promise<string> {
  const ports = await scene
    .docker('inspect', '-f', '{{json .NetworkSettings.Ports}}', scene.container(id))
    .catch(() => '{}');
  const [binding] = published.safeParse(JSON.parse(ports)).data?.['7777/tcp'] ?? [];
  return binding ? `${binding.HostIp}:${binding.HostPort}` : '';
}

/** A program of the machine that has the port. */
async function occupy(onEnd: OnEnd, port: number): Promise<void> {
  const program = createServer();
  await new Promise<void>((resolve) => program.listen(port, '0.0.0.0', resolve));
  onEnd(() => new Promise<void>((resolve) => program.close(() => resolve())));
}

const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();

describe.skipIf(!has('chromium') || !has('images'))('a server’s tabs', () => {
  const onEnd = suiteCleanup();

  test('charts go back in time; ports are moved, or who has them is told; activity names who did it', async () => {
    const dataDir = tempDir(onEnd);
    const settings = { sftp: { port: 0 }, monitoring: { interval_ms: 1000 } };
    await writeFile(join(dataDir, 'config.json'), JSON.stringify(settings), { mode: 0o600 });
    const scene = await openScene({ onEnd, dataDir });
    const { api } = scene.host;
    const [first = 0, other = 0, taken = 0] = await freePorts(3, '0.0.0.0');
    for (const port of [first, other, taken])
      (await api.post('/network/ports', { ip: '0.0.0.0', port })).expect(200);
    const id = await scene.server({
      startup_command: 'while :; do read -t 0.05 nothing; done',
      limits: { memory: 64 * 1024 * 1024, cpu: 1 },
      stop: { timeout: 2 },
      ports: [{ ip: '0.0.0.0', host_port: first, container_port: 7777 }],
    });
    (await api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running');
    const asked = {
      ttl: '1h',
      label: 'Anna’s laptop',
      scopes: ['containers.read', 'containers.write', 'console.read', 'power', 'network', 'system'],
    };
    const { token } = (await api.post('/auth/tokens', asked)).parse(tokenReply);
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, {
      path: `/servers/${id}`,
      token,
    });

    const figures = page.getByRole('region', { name: 'Figures' });
    await figures.getByRole('group', { name: /^Memory: [\d.]+ [KM]iB$/ }).waitFor();
    await figures.getByText('1 h', { exact: true }).click();
    await until(
      async () => {
        await figures.getByRole('button', { name: 'Ask for the newest' }).click();
        return figures.getByRole('group', { name: /^Memory: .* on average$/ }).isVisible();
      },
      { everyMs: 500 },
    );
    await figures.getByText(/^Up to /).waitFor();
    const chart = figures.getByRole('group', { name: /^Memory/ });
    const memory = chart.locator('.u-over');
    // The newest point is some pixels from the right edge, as the time goes; a refresh under way changes the chart, too.
    let tries = 0;
    await until(
      async () => {
        const box = await memory.boundingBox();
        if (box) await page.mouse.move(box.x + box.width - 0.5 - (tries % 40), box.y + box.height / 2);
        tries += 1;
        return /: [\d.]+ [KM]iB · [\d.]+ [KM]iB$/.test(
          (await chart.locator('.chart-then').textContent()) ?? '',
        );
      },
      { timeoutMs: 60_000, what: 'the values under the pointer' },
    );
    for (const range of ['24 h', '30 days']) {
      await figures.getByText(range, { exact: true }).click();
      await figures.getByText(/^Up to |^Nothing was measured/).waitFor();
    }
    await figures.getByText('Live', { exact: true }).click();
    await figures.getByRole('group', { name: /^Memory: [\d.]+ [KM]iB$/ }).waitFor();

    await tab(page, 'Network');
    const ways = page.getByRole('cell', { name: new RegExp(`:${first}`) });
    const [lan] = Object.values(networkInterfaces())
      .flatMap((addresses = []) => addresses)
      .filter(({ family, internal }) => family === 'IPv4' && !internal);
    if (lan) await ways.getByText(`${lan.address}:${first}`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Change ports' }).click();
    await occupy(onEnd, taken);
    const port = page.getByRole('textbox', { name: 'Port on this machine' });
    await port.fill(String(taken));
    // Before anything is saved.
    await page.getByText(new RegExp(`Port ${taken} is taken by .*pid ${process.pid}`)).waitFor();
    await page.getByRole('button', { name: 'Save ports' }).click();
    await page.getByRole('alert').getByText('its row says by whom').waitFor();
    await page.getByRole('button', { name: /^Take \d+$/ }).click();
    expect(Number(await port.inputValue())).toBeGreaterThan(taken);
    await port.fill(String(other));
    await page.getByRole('combobox', { name: 'Reachable at' }).click();
    await page.getByRole('option', { name: 'this machine alone' }).click();
    await page.getByText('The server runs: it is restarted for the new ports.').waitFor();
    await page.getByRole('button', { name: 'Save ports' }).click();
    await page.getByRole('cell', { name: `127.0.0.1:${other}` }).waitFor();
    await until(async () => (await publishedBy(scene, id)) === `127.0.0.1:${other}`);
    await until(async () => (await scene.state(id)).state === 'running');
    // The number stays, and who has it bound is the server itself.
    await page.getByRole('button', { name: 'Change ports' }).click();
    await page.getByRole('combobox', { name: 'Reachable at' }).click();
    await page.getByRole('option', { name: 'all addresses of this machine', exact: true }).click();
    await page.getByRole('button', { name: 'Save ports' }).click();
    await page.getByRole('button', { name: 'Change ports' }).waitFor();
    await until(async () => (await publishedBy(scene, id)) === `0.0.0.0:${other}`);
    await until(async () => (await scene.state(id)).state === 'running');

    await tab(page, 'Activity');
    const moved = page.getByRole('row', { name: /Anna’s laptop.*Change the ports/ });
    await moved.filter({ hasText: 'Done' }).first().waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    // Without a refresh: the socket tells that something happened.
    await page.getByRole('row', { name: /Anna’s laptop.*Stop the server.*Done/ }).waitFor();
    await page.getByText('Last stop').waitFor();
    await page.getByRole('radiogroup', { name: 'About' }).getByText('Power', { exact: true }).click();
    await moved.first().waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /Stop the server/ }).waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const csv = await readFile(await (await saved).path(), 'utf8');
    expect(csv).toContain('"Anna’s laptop","Stop the server","POST /containers/:id/stop"');
    expect(csv).not.toContain('Change the ports');

    (await api.patch(`/containers/${id}`, { name: 'Castle' })).expect(200);
    await page.getByRole('link', { name: 'Network', exact: true }).click();
    const pool = page.getByRole('region', { name: 'Port pool' });
    await pool.getByText('Used by Castle').waitFor();
    await pool.getByRole('link', { name: 'Castle' }).click();
    await page.getByRole('cell', { name: new RegExp(`:${other}`) }).waitFor();
    expect(trouble).toEqual([]);
  });
});
