import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { ApiClient } from '../support/api-client.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { answerOf, expectConfined } from '../support/confinement.ts';
import {
  asUser,
  type Desktop,
  type DesktopOptions,
  desktopCommand,
  desktopEnvironment,
  launchDesktop,
  openScreen,
  unpackagedApp,
  userFolder,
} from '../support/desktop.ts';
import { docker } from '../support/docker-cli.ts';
import { busyboxImage } from '../support/images.ts';
import { longTest, someOf } from '../support/lane.ts';
import { packagedApp } from '../support/packaged-app.ts';
import { has } from '../support/requirements.ts';
import { until } from '../support/until.ts';
import { within } from '../support/within.ts';

const volumeReply = z.object({ volume_id: z.string() });
const stateReply = z.object({ state: z.string() });
const logsReply = z.object({ data: z.string() });
const connectionSchema = z.object({ url: z.string(), token: z.string() });

/** Its exit code and signal. */
const exitOf = (child: ChildProcess): Promise<unknown[]> =>
  within('the end of a process', once(child, 'exit'));

/** The switch of the page lets a client in from the network, and cuts it off when it is thrown back. */
async function expectShared(window: Page): Promise<void> {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
  if (!address) throw new Error('this machine has no address but its own');
  const { url, token } = connectionSchema.parse(await answerOf(window, 'window.lightdeck.connection()'));
  const outside = url.replace('127.0.0.1', address);
  await expect(fetch(`${outside}/api/v1/public/ping`)).rejects.toThrow();
  await window.getByRole('link', { name: 'Network' }).click();
  const toggle = window.getByRole('switch', { name: 'Let other devices on this network in' });
  await toggle.click({ force: true });
  await until(() =>
    fetch(`${outside}/api/v1/public/ping`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  const socket = new WebSocket(`${outside.replace('http', 'ws')}/ws?token=${token}`);
  await once(socket, 'message');
  const cut = once(socket, 'close');
  // It can't be thrown while the host's answer is still to come.
  await until(() => toggle.isEnabled(), { what: 'the switch to be free again' });
  await toggle.click({ force: true });
  await cut;
  await expect(fetch(`${outside}/api/v1/public/ping`)).rejects.toThrow();
}

/** As a folder only what the long lane has is tried here. */
const kinds = someOf(['packaged', 'as a folder'] as const, 1);

describe.skipIf(!has('electron') || !has('images')).each(kinds)(
  'the desktop app on a real Electron, %s',
  (kind) => {
    const onEnd = suiteCleanup();
    let app: { executable: string; folder?: string };
    let display = '';

    beforeAll(async () => {
      app = kind === 'packaged' ? await packagedApp(onEnd) : unpackagedApp(onEnd);
      display = await openScreen(onEnd);
    });

    const request = (dataDir = userFolder(onEnd), args?: string[]): DesktopOptions => ({
      ...app,
      display,
      dataDir,
      onEnd,
      ...(args ? { args } : {}),
    });

    /** Without Playwright, for what ends by itself. */
    function start(options: DesktopOptions): ChildProcess {
      const child = spawn(asUser(options.executable, onEnd), desktopCommand(options), {
        env: desktopEnvironment(options),
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      onEnd(() => void child.kill('SIGKILL'));
      return child;
    }

    async function apiOf({ window }: Desktop): Promise<ApiClient> {
      return new ApiClient(connectionSchema.parse(await answerOf(window, 'window.lightdeck.connection()')));
    }

    /** A server that answers what is typed; removed with its container at the end. */
    async function makeServer(api: ApiClient, id: string): Promise<string> {
      const { volume_id } = (await api.post('/volumes')).parse(volumeReply, 201);
      const startup_command = 'echo up; while read -r line; do echo "you said $line"; done';
      const body = { internal_id: id, image: await busyboxImage(), volume_id, startup_command, tty: false };
      onEnd(async () => {
        await docker('rm', '-f', '-v', `lightd-${id}`).catch(() => {});
        await docker('network', 'rm', `lightd-${id}`).catch(() => {});
      });
      (await api.post('/containers', body)).expect(200);
      await until(async () => (await api.get(`/containers/${id}`)).parse(stateReply).state === 'installed');
      return `lightd-${id}`;
    }

    const isRunning = async (name: string): Promise<boolean> =>
      (await docker('inspect', '-f', '{{.State.Running}}', name)).trim() === 'true';

    // As it is released: with its archive and its fuses. In a folder desktop-shell.test.ts does the like.
    if (kind === 'packaged') {
      test('shows real servers, runs them, and goes without ending them; killed or quit, the next start has them again; its page is confined', async () => {
        const dataDir = userFolder(onEnd);
        const first = await launchDesktop(request(dataDir));
        await first.window.getByRole('heading', { name: 'No servers yet' }).waitFor();
        const api = await apiOf(first);
        const id = `desk${process.pid}`;
        const name = await makeServer(api, id);
        await first.window
          .getByRole('main')
          .getByRole('article')
          .filter({ hasText: id })
          .getByRole('link')
          .first()
          .click();
        await first.window.getByRole('button', { name: 'Start', exact: true }).click();
        const line = first.window.getByRole('textbox', { name: 'Type a command' });
        await line.fill('good morning');
        await line.press('Enter');
        await until(async () =>
          (await api.get(`/containers/${id}/logs`)).parse(logsReply).data.includes('you said good morning'),
        );

        // A second start brings the first one to the front, and ends.
        await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
        const [code] = await exitOf(start(request(dataDir)));
        expect(code).toBe(0);
        await until(() =>
          first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true),
        );

        // An orderly end: by a signal, as at a logout; nobody is asked.
        const { url } = connectionSchema.parse(await answerOf(first.window, 'window.lightdeck.connection()'));
        const ended = exitOf(first.app.process());
        first.app.process().kill('SIGTERM');
        expect(await ended).toEqual([0, null]);
        await expect(within('an answer or none', fetch(url))).rejects.toThrow('fetch failed');
        expect(await isRunning(name)).toBe(true);

        const second = await launchDesktop(request(dataDir));
        const card = second.window.getByRole('main').getByRole('article').filter({ hasText: id });
        await card.getByText('Running').waitFor();
        second.app.process().kill('SIGKILL');
        await exitOf(second.app.process());
        expect(await isRunning(name)).toBe(true);

        const third = await launchDesktop(request(dataDir));
        await third.window
          .getByRole('main')
          .getByRole('article')
          .filter({ hasText: id })
          .getByText('Running')
          .waitFor();
        await expectConfined(third);
        (await (await apiOf(third)).delete(`/containers/${id}`)).expect(200);
        await within('the end of the app', third.app.close());
      });
      return;
    }

    longTest(
      'shows a headless host of the same user that has the folder already, and leaves it running',
      async () => {
        const dataDir = userFolder(onEnd);
        const options = request(dataDir);
        // Only in a folder: a packaged app can't run as Node, that fuse is off.
        const headless = spawn(
          asUser(app.executable, onEnd),
          [join(app.folder ?? '', 'dist/main/headless.js'), '--data', dataDir, '--port', '0', '--json'],
          {
            env: { ...desktopEnvironment(options), ELECTRON_RUN_AS_NODE: '1' },
            stdio: ['ignore', 'pipe', 'ignore'],
          },
        );
        onEnd(() => void headless.kill('SIGKILL'));
        const [ready] = await once(createInterface({ input: headless.stdout }), 'line');
        const { url } = z.object({ url: z.string() }).parse(JSON.parse(String(ready)));
        const { app: electron, window } = await launchDesktop(options);
        await window.getByRole('heading', { name: 'No servers yet' }).waitFor();
        expect(await answerOf(window, 'window.lightdeck.connection().then((one) => one.url)')).toBe(url);
        expect(await answerOf(window, 'window.lightdeck.versions().then((one) => one.host)')).toBe(
          'attached',
        );
        await within('the end of the app', electron.close());
        expect((await fetch(`${url}/api/v1/public/ping`)).status).toBe(200);
        const ended = exitOf(headless);
        headless.kill('SIGTERM');
        expect((await ended)[0]).toBe(0);
      },
    );

    longTest('says who holds its port', async () => {
      const stranger = createServer((socket) => socket.destroy());
      await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
      onEnd(() => new Promise<void>((resolve) => stranger.close(() => resolve())));
      const address = stranger.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const child = start(request(userFolder(onEnd), ['--port', String(port)]));
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      await until(() => said.includes('lightdeck: '), { timeoutMs: 60_000 });
      expect(said).toContain(`lightdeck: Port ${port} is taken by`);
      child.kill('SIGKILL');
      await exitOf(child);
    });

    longTest(
      'shared on the network lets a client in and cuts it off; remembers where its window was, and what was chosen; its page is confined',
      async () => {
        const dataDir = userFolder(onEnd);
        const first = await launchDesktop(request(dataDir));
        await first.window.getByRole('heading', { name: 'No servers yet' }).waitFor();
        await expectShared(first.window);
        await first.app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 900, height: 640 }),
        );
        await first.window.evaluate("window.lightdeck.changePreferences({ theme: 'dark' })");
        expect(await first.window.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")).toBe(true);
        await within('the end of the app', first.app.close());
        expect(JSON.parse(readFileSync(join(dataDir, 'window/preferences.json'), 'utf8'))).toMatchObject({
          theme: 'dark',
        });
        const second = await launchDesktop(request(dataDir));
        expect(
          await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()),
        ).toMatchObject({ width: 900, height: 640 });
        expect(await second.window.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")).toBe(true);
        await expectConfined(second);
        await within('the end of the app', second.app.close());
      },
    );
  },
);
