import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { figures, summary } from '../../renderer/state/servers.test-helper.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePort } from '../support/free-port.ts';
import type { HostProcess } from '../support/host-process.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const hostFrame = z.object({ event: z.literal('host'), data: z.looseObject({}) });

const scrolledFrames = 60;

/** Ms of the main thread's own time for each frame while the overview of so many servers is scrolled: others on the machine don't count. */
async function scrollCost(browser: Browser, host: HostProcess, count: number): Promise<number> {
  const { page, context } = await openPage(browser, host, { path: '/activity' });
  const servers = Array.from({ length: count }, (_, no) => summary(`s${no}`, { stats: figures }));
  await page.routeWebSocket(
    ({ pathname }) => pathname === '/ws',
    (socket) => {
      socket.connectToServer().onMessage((text) => {
        const { event } = z.object({ event: z.string() }).parse(JSON.parse(String(text)));
        socket.send(event === 'containers' ? JSON.stringify({ event, data: servers }) : text);
      });
    },
  );
  await page.goto(`${host.url}/`);
  await page.getByRole('main').getByRole('row').nth(count).waitFor({ state: 'attached' });
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const scroll = (): Promise<unknown> =>
    page.evaluate(`(async () => {
      const { scrollingElement } = document;
      const way = scrollingElement.scrollHeight - innerHeight;
      for (let step = 0; step < ${scrolledFrames}; step += 1) {
        scrollingElement.scrollTop = (step * 60) % way;
        await new Promise(requestAnimationFrame);
      }
    })()`);
  // The first way down draws what was never drawn.
  await scroll();
  // The least of some: what else the page does meanwhile, and a busy machine, can only add to it.
  const costs: number[] = [];
  for (let pass = 0; pass < 4; pass += 1) {
    const before = await spent();
    await scroll();
    costs.push((await spent()) - before);
  }
  await context.close();
  return Math.min(...costs) / scrolledFrames;
}

describe.skipIf(!has('chromium') || !has('images'))('the overview', () => {
  const onEnd = suiteCleanup();

  test('shows a server as docker has it, and what the docker command does to it, without a reload', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({
      startup_command: 'echo up; until [ -e /tmp/end ]; do sleep 0.2; done; rm /tmp/end; exit 3',
      start_pattern: '^up',
      restart_policy: 'no',
    });
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host);
    const card = page.getByRole('main').getByRole('article').filter({ hasText: id });
    await card.getByText('Ready to start').waitFor();
    await card.getByRole('button', { name: 'Start' }).click();
    await card.getByText('Running').waitFor();
    await scene.docker('kill', scene.container(id));
    await card.getByText('stopped from outside with SIGKILL').waitFor();
    await card.getByRole('button', { name: 'Start' }).click();
    await card.getByText('Running').waitFor();
    await scene.docker('exec', scene.container(id), 'touch', '/tmp/end');
    const attention = page.getByRole('region', { name: 'Needs attention' });
    await attention.getByText(`${id} crashed at`).waitFor();
    expect(await page.title()).toMatch(/^\(1\) Overview/);
    await attention.getByRole('button', { name: `Start again: ${id}` }).click();
    await attention.waitFor({ state: 'detached' });
    await card.getByText('Running').waitFor();
    await card.getByRole('img', { name: /^CPU of/ }).waitFor();
    // I6: a crash that was followed by a restart leaves a trace until somebody has seen it.
    (await scene.host.api.patch(`/containers/${id}`, { restart_policy: 'on-failure' })).expect(200);
    await scene.docker('exec', scene.container(id), 'touch', '/tmp/end');
    await attention.getByText(/crashed at .* and was started again/).waitFor();
    await card.getByText('Running').waitFor();
    await attention.getByText('crashed (exit code 3)').waitFor();
    await card.getByRole('link', { name: id }).click();
    await page.getByText(/^Last crash at .*: crashed \(exit code 3\)$/).waitFor();
    await page.getByRole('tab', { name: 'Activity' }).click();
    const crash = page.getByRole('row').filter({ hasText: 'Crashed' }).first();
    await crash.getByText('crashed (exit code 3)').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click();
    await attention.getByRole('button', { name: `Dismiss: ${id}` }).click();
    await attention.waitFor({ state: 'detached' });
    await page.reload();
    await card.getByText('Running').waitFor();
    expect(await attention.count()).toBe(0);
    // H3: a host that can't write is told of on every page, and it is over when the host says so. A full disk is made of its own frames.
    let tell = (_store: object): void => {};
    await page.routeWebSocket(
      ({ pathname }) => pathname === '/ws',
      (socket) => {
        let last = {};
        socket.connectToServer().onMessage((text) => {
          const frame = hostFrame.safeParse(JSON.parse(String(text)));
          if (frame.success) last = frame.data.data;
          socket.send(text);
        });
        tell = (store) => socket.send(JSON.stringify({ event: 'host', data: { ...last, store } }));
      },
    );
    await page.reload();
    await card.getByText('Running').waitFor();
    const problem = 'The disk with the data folder is full: make room on it.';
    tell({ status: 'failing', since: Date.now(), problem });
    const banner = page.getByRole('alert').filter({ hasText: 'Changes can’t be saved since' });
    await banner.getByText(problem).waitFor();
    expect(await page.title()).toContain('Can’t save');
    tell({ status: 'ok' });
    await banner.waitFor({ state: 'detached' });
    // Without opening it: the button in the list appears for the pointer and for the keyboard.
    const quick = page.getByRole('navigation').getByRole('button', { name: `Stop ${id}` });
    await quick.hover();
    await page.locator('.tip').getByText(`Stop ${id}`).waitFor();
    await quick.focus();
    await page.keyboard.press('Enter');
    await card.getByText(/^(Stopped|Crashed)$/).waitFor();
    expect(trouble).toEqual([]);
  });

  longTest(
    'A18 G7: a server that a lost database left behind is shown, and taken up again as it runs',
    async () => {
      const port = await freePort();
      const scene = await openScene({ onEnd, port });
      const { host } = scene;
      const id = await scene.server({ startup_command: 'echo up; sleep 600', start_pattern: '^up' });
      (await host.api.post(`/containers/${id}/start`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'running');
      const { container_id } = await scene.state(id);
      await host.stop();
      for (const end of ['', '-wal', '-shm'])
        rmSync(join(host.dataDir, `lightdeck.db${end}`), { force: true });
      await host.start();
      const { page, trouble } = await openPage(await openBrowser(onEnd), host);
      const found = page.getByRole('region', { name: 'Found on this machine' });
      await found.getByText(`${id} runs.`).waitFor();
      await found.getByRole('button', { name: `Take up again: ${id}` }).click();
      await found.waitFor({ state: 'detached' });
      const card = page.getByRole('main').getByRole('article').filter({ hasText: id });
      await card.getByText('Running').waitFor();
      expect((await scene.state(id)).container_id).toBe(container_id);
      expect(trouble).toEqual([]);
    },
  );

  longTest('200 servers scroll about as lightly as 20', async () => {
    const scene = await openScene({ onEnd, port: await freePort() });
    const browser = await openBrowser(onEnd);
    const few = await scrollCost(browser, scene.host, 20);
    const many = await scrollCost(browser, scene.host, 200);
    expect(many / few, `${many.toFixed(1)} ms a frame against ${few.toFixed(1)}`).toBeLessThan(2.5);
  });
});
