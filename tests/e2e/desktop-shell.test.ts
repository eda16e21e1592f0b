import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ApiClient } from '../support/api-client.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import {
  asUser,
  type DesktopOptions,
  desktopCommand,
  desktopEnvironment,
  launchApp,
  openScreen,
  unpackagedApp,
  userFolder,
} from '../support/desktop.ts';
import { docker } from '../support/docker-cli.ts';
import { busyboxImage } from '../support/images.ts';
import { has } from '../support/requirements.ts';
import { connectServer } from '../support/socket-client.ts';
import { until } from '../support/until.ts';
import { within } from '../support/within.ts';

const volumeReply = z.object({ volume_id: z.string() });
const serverReply = z.object({ state: z.string(), started_at: z.number().nullable() });
const connectionSchema = z.object({ url: z.string(), token: z.string() });
const recordSchema = z.object({
  menu: z.array(z.string()),
  notices: z.array(z.string()),
  asked: z.array(z.string()),
});

interface ShellRecord {
  menu: Electron.Menu | null;
  notices: Electron.Notification[];
  asked: string[];
  /** What the system was asked to show or open. */
  opened: string[];
  /** Which button is pressed. */
  answer: number;
}

declare global {
  /** In Electron's main process, put there by this test. */
  var shellRecord: ShellRecord | undefined;
}

/** Keeps what the app shows outside of its page, and answers its questions. Runs in Electron. */
const recordShell = (electron: typeof import('electron')): void => {
  const { Menu, Notification, dialog, shell } = electron;
  const record: ShellRecord = { menu: null, notices: [], asked: [], opened: [], answer: 0 };
  globalThis.shellRecord = record;
  const build = Menu.buildFromTemplate.bind(Menu);
  Menu.buildFromTemplate = (template) => {
    record.menu = build(template);
    return record.menu;
  };
  Notification.prototype.show = function show(this: Electron.Notification) {
    record.notices.push(this);
  };
  Object.assign(shell, {
    showItemInFolder: (path: string) => void record.opened.push(path),
    openExternal: async (url: string) => void record.opened.push(url),
  });
  Object.assign(dialog, {
    showMessageBox: async (...parts: { message?: string }[]) => {
      record.asked.push(parts.at(-1)?.message ?? '');
      return { response: record.answer, checkboxChecked: false };
    },
  });
};

/** The buttons of that question. */
const answers = { stopFirst: 1, cancel: 2 } as const;

describe.skipIf(!has('electron') || !has('images'))('around the window, on a real Electron', () => {
  const onEnd = suiteCleanup();
  let app: { executable: string; folder?: string };
  let display = '';
  let path = '';
  const id = `shell${process.pid}`;
  const name = 'Tom & Jerry';

  beforeAll(async () => {
    app = unpackagedApp(onEnd);
    display = await openScreen(onEnd);
    path = desktopWithTray();
  });

  /** What the app asks whether the desktop has a tray, since this screen has no desktop: it says yes. */
  function desktopWithTray(): string {
    const folder = userFolder(onEnd);
    writeFileSync(join(folder, 'gdbus'), '#!/bin/sh\necho "(<true>,)"\n', { mode: 0o755 });
    return `${folder}:${process.env.PATH ?? ''}`;
  }

  const request = (dataDir: string, ...args: string[]): DesktopOptions => ({
    ...app,
    display,
    dataDir,
    onEnd,
    env: { PATH: path },
    args: ['--port', '0', ...args],
  });

  /** As the system starts it for a link: it hands the link over and ends. */
  async function follow(dataDir: string, link: string): Promise<void> {
    const options = request(dataDir, link);
    const child = spawn(asUser(options.executable, onEnd), desktopCommand(options), {
      env: desktopEnvironment(options),
      stdio: 'ignore',
    });
    onEnd(() => void child.kill('SIGKILL'));
    expect((await within('the end of a second start', once(child, 'exit')))[0]).toBe(0);
  }

  async function shown(electron: ElectronApplication): Promise<z.infer<typeof recordSchema>> {
    const text = await electron.evaluate(() => {
      const { menu: tray = null, notices = [], asked = [] } = globalThis.shellRecord ?? {};
      const menu = (tray?.items ?? []).map(({ label, submenu }) =>
        [label, ...(submenu?.items ?? []).map((item) => item.label)].join(' > '),
      );
      return JSON.stringify({ menu, notices: notices.map(({ title }) => title), asked });
    });
    return recordSchema.parse(JSON.parse(text));
  }

  /** Clicks an entry of the tray's menu by its id. */
  const clickTray = (electron: ElectronApplication, entry: string): Promise<void> =>
    electron.evaluate((_electron, wanted) => {
      const item = globalThis.shellRecord?.menu?.getMenuItemById(wanted);
      if (!item) throw new Error(`the tray has no ${wanted}`);
      item.click();
    }, entry);

  /** As by its menu, with this answer to the question what becomes of the servers. */
  const quit = (electron: ElectronApplication, answer: number): Promise<void> =>
    electron.evaluate(({ app: own }, chosen) => {
      if (globalThis.shellRecord) globalThis.shellRecord.answer = chosen;
      own.quit();
    }, answer);

  const isRunning = async (): Promise<boolean> =>
    (await docker('inspect', '-f', '{{.State.Running}}', `lightd-${id}`).catch(() => '')).trim() === 'true';

  /** Where the shell sent the page last. */
  const sentTo = (page: Page): Promise<unknown> => page.evaluate('window.sentTo');

  async function makeServer(api: ApiClient): Promise<void> {
    const { volume_id } = (await api.post('/volumes')).parse(volumeReply, 201);
    const startup_command = 'echo up; read -r line; exit 3';
    const body = {
      internal_id: id,
      name,
      image: await busyboxImage(),
      volume_id,
      startup_command,
      tty: false,
    };
    onEnd(async () => {
      await docker('rm', '-f', '-v', `lightd-${id}`).catch(() => {});
      await docker('network', 'rm', `lightd-${id}`).catch(() => {});
    });
    (await api.post('/containers', body)).expect(200);
  }

  /** What Chromium asked for of any host, with or without an answer. Pages and tests may only talk to this machine. */
  const foreignHosts = (netLog: string): string[] => [
    ...new Set(
      [...readFileSync(netLog, 'utf8').matchAll(/"(?:https?|wss?):\/\/([^/"]+)/g)]
        .map(([, host = '']) => host)
        .filter((host) => !/^127\.0\.0\.1(:\d+)?$/.test(host)),
    ),
  ];

  /** Kills the page's process, as the system does when memory is short, and waits until the page is there again. */
  async function killPage(electron: ElectronApplication): Promise<void> {
    const pageProcess = () =>
      electron.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
      );
    const before = await pageProcess();
    process.kill(before, 'SIGKILL');
    await until(async () => ![0, before].includes(await pageProcess()), { what: 'another process' });
    await until(
      () =>
        electron.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
            "document.querySelector('main') !== null",
          ),
        ),
      { what: 'the page to be back' },
    );
  }

  test('answers on the command line without a screen and without a window', async () => {
    const dataDir = userFolder(onEnd);
    const ask = async (...args: string[]): Promise<{ code: unknown; said: string }> => {
      const options = { ...request(dataDir), args, display: '' };
      const child = spawn(asUser(options.executable, onEnd), desktopCommand(options), {
        env: desktopEnvironment(options),
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      onEnd(() => void child.kill('SIGKILL'));
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      const [code] = await within('the end of a command', once(child, 'close'));
      return { code, said };
    };
    const token = await ask('--token', 'what');
    expect(token.code).toBe(0);
    expect(token.said).toMatch(/^lightd_\S{13,}\n$/);
    expect((await ask('--token', 'what')).said).toBe(token.said);
    expect(await ask('--token', 'wrong')).toEqual({ code: 2, said: '' });
    expect(existsSync(join(dataDir, 'window'))).toBe(false);
  });

  test('menu, tray, notifications, links and start at login; a shutdown stops servers, and they come back', async () => {
    const dataDir = userFolder(onEnd);
    const netLog = join(dataDir, 'net-log.json');
    const electron = await launchApp(request(dataDir, `--log-net-log=${netLog}`));
    const window = await electron.firstWindow();
    window.setDefaultTimeout(60_000);
    await window.getByRole('heading', { name: 'No servers yet' }).waitFor();
    const connection = connectionSchema.parse(await window.evaluate('window.lightdeck.connection()'));
    const api = new ApiClient(connection);
    const server = async () => (await api.get(`/containers/${id}`)).parse(serverReply);

    expect(await window.evaluate('window.lightdeck.versions().then((one) => one.tray)')).toBe(true);
    // What a page can leave for without being asked leads back; its copy buttons may write, and nothing may read.
    await window.evaluate("location.href = 'about:blank'").catch(() => {});
    await window.getByRole('heading', { name: 'No servers yet' }).waitFor();
    const may = (permission: string): Promise<unknown> =>
      window.evaluate(`navigator.permissions.query({ name: '${permission}' }).then(({ state }) => state)`);
    expect([await may('clipboard-write'), await may('clipboard-read')]).toEqual(['granted', 'denied']);

    // The menu of the app.
    await window.evaluate('window.lightdeck.onOpen((path) => { window.sentTo = path; })');
    for (const [item, leadsTo] of [
      ['preferences', '/settings'],
      ['new-server', '/new'],
    ] as const) {
      await electron.evaluate(
        ({ Menu }, wanted) => Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click(),
        item,
      );
      await until(async () => (await sentTo(window)) === leadsTo, { what: `the page to be at ${leadsTo}` });
    }

    // The tray's, and a notification of a long-awaited end.
    await electron.evaluate(recordShell);
    await makeServer(api);
    const line = (word: string, ...acts: string[]) => [`Tom && Jerry – ${word}`, 'Open', ...acts].join(' > ');
    await until(async () => (await shown(electron)).menu[0] === line('Ready to start', 'Start'));
    await until(async () => (await shown(electron)).notices.includes(`${name} is installed`));
    await clickTray(electron, `start ${id}`);
    await until(async () => (await shown(electron)).menu[0] === line('Running', 'Stop', 'Restart'));
    expect(await sentTo(window)).toBe('/new');
    // In another language, at once.
    const menus = () => electron.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items[0]?.label);
    expect(await menus()).toBe('&File');
    await window.evaluate("window.lightdeck.changePreferences({ language: 'de' })");
    const german = 'Tom && Jerry – Läuft > Öffnen > Stoppen > Neu starten';
    await until(async () => (await shown(electron)).menu[0] === german);
    expect(await menus()).toBe('&Datei');
    await window.evaluate("window.lightdeck.changePreferences({ language: 'en' })");
    await until(async () => (await shown(electron)).menu[0] === line('Running', 'Stop', 'Restart'));
    await clickTray(electron, `open ${id}`);
    await until(async () => (await sentTo(window)) === `/servers/${id}`);

    // What a report of a fault needs, without what nobody else may know; and the log.
    await electron.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.getMenuItemById('copy-diagnostics')?.click(),
    );
    await until(async () => (await shown(electron)).asked.length === 1);
    const diagnostics = await electron.evaluate(({ clipboard }) => clipboard.readText());
    expect(diagnostics).toMatch(/^Lightdeck \d.*\n[\s\S]*^Engine: (docker|podman) \d/m);
    expect(diagnostics).not.toContain(connection.token);
    expect(diagnostics).not.toContain(dataDir);
    expect(readFileSync(join(dataDir, 'logs/lightdeck.log'), 'utf8')).toContain('the app starts');

    // Links, from outside.
    await follow(dataDir, 'lightdeck://overview');
    await until(async () => (await sentTo(window)) === '/');
    await follow(dataDir, `lightdeck://servers/${id}/../../settings`);
    expect(await sentTo(window)).toBe('/');
    const { started_at: before } = await server();
    await follow(dataDir, `lightdeck://servers/${id}/restart`);
    await until(async () => (await shown(electron)).asked.length === 2);
    expect((await shown(electron)).asked[1]).toContain(name);
    await until(async () => {
      const { state, started_at } = await server();
      return state === 'running' && started_at !== before;
    });

    // A crash, while nobody looks at that server; a click leads to it.
    await follow(dataDir, 'lightdeck://new');
    await until(async () => (await sentTo(window)) === '/new');
    const socket = await connectServer(connection, id);
    onEnd(() => socket.terminate());
    await socket.send({ event: 'send_command', command: 'die\n' });
    await until(async () => (await shown(electron)).notices.includes(`${name} crashed`));
    await electron.evaluate(() => {
      globalThis.shellRecord?.notices.find(({ title }) => title.endsWith('crashed'))?.emit('click');
    });
    await until(async () => (await sentTo(window)) === `/servers/${id}`);
    await until(async () => (await server()).state === 'running');

    // Start at login.
    const folder = join(dataDir, 'xdg-config/autostart');
    const entries = () => (existsSync(folder) ? readdirSync(folder) : []);
    await window.evaluate('window.lightdeck.changePreferences({ start_at_login: true })');
    await until(() => entries().length === 1);
    const [entry = ''] = entries();
    // Of another data folder than the usual one.
    expect(entry).toMatch(/^lightdeck-[0-9a-f]+\.desktop$/);
    const exec = /^Exec=.*$/m.exec(readFileSync(join(folder, entry), 'utf8'))?.[0];
    expect(exec).toContain(`"--data" "${dataDir}"`);
    expect(exec).toMatch(/ "--hidden"$/);
    await window.evaluate('window.lightdeck.changePreferences({ start_at_login: false })');
    await until(() => entries().length === 0);

    // The master token is seen and replaced without a terminal: the app goes on, who had the old one is out (B8).
    await electron.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('preferences')?.click());
    const field = window.getByRole('textbox', { name: 'Master token' });
    expect(await field.inputValue()).toBe(connection.token);
    await window.getByRole('button', { name: 'Replace…' }).click();
    await until(async () => (await shown(electron)).asked.includes('Replace the master token?'));
    await until(async () => (await field.inputValue().catch(() => connection.token)) !== connection.token);
    expect((await api.get('/system')).status).toBe(401);
    connection.token = await field.inputValue();
    expect((await api.get('/system')).status).toBe(200);

    // Closed, the window is only hidden, which is told once; a link brings it back.
    const isVisible = () =>
      electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? null);
    for (const told of [1, 1]) {
      await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      await until(async () => (await isVisible()) === false);
      expect((await shown(electron)).notices.filter((title) => title === 'Lightdeck')).toHaveLength(told);
      await follow(dataDir, 'lightdeck://overview');
      await until(async () => (await isVisible()) === true);
    }

    // Quit, and thought better of it.
    await quit(electron, answers.cancel);
    await until(async () => (await shown(electron)).asked.at(-1) === 'One server is running.');
    expect((await server()).state).toBe('running');
    expect(await isVisible()).toBe(true);

    // The machine goes down.
    const ended = within('the end of the app', once(electron.process(), 'exit'), 120_000);
    await electron.evaluate(
      ({ powerMonitor }) => void powerMonitor.emit('shutdown', { preventDefault() {} }),
    );
    expect((await ended)[0]).toBe(0);
    expect(await isRunning()).toBe(false);
    expect(readFileSync(netLog, 'utf8')).toContain('http://127.0.0.1:');
    expect(foreignHosts(netLog)).toEqual([]);

    // It comes up, the login starts the app, and that its servers; there is no window until somebody wants one.
    const options = request(dataDir, '--hidden');
    const again = await launchApp({ ...options, env: { ...options.env, LIGHTDECK_REST_MS: '2000' } });
    await until(isRunning);
    expect(again.windows()).toHaveLength(0);
    expect(existsSync(join(dataDir, 'window/come-back.json'))).toBe(false);
    await follow(dataDir, `lightdeck://servers/${id}/files`);
    const late = await again.firstWindow();
    await until(async () => (await late.evaluate('location.pathname')) === `/servers/${id}/files`);
    const host = new ApiClient(connectionSchema.parse(await late.evaluate('window.lightdeck.connection()')));
    await until(async () => (await host.get(`/containers/${id}`)).parse(serverReply).state === 'running');

    // Its files in the system's own file manager; an address in the user's browser, once the user has seen which.
    await again.evaluate(recordShell);
    await late.getByRole('button', { name: 'Show in folder' }).click();
    const opened = () => again.evaluate(() => globalThis.shellRecord?.opened ?? []);
    await until(async () => (await opened()).length === 1);
    expect((await opened())[0]).toMatch(new RegExp(`^${dataDir}/storage/volumes/[0-9a-f-]{36}$`));
    expect(await late.evaluate("window.lightdeck.openExternal('https://example.org/a')")).toBe(true);
    expect((await opened())[1]).toBe('https://example.org/a');

    // Hidden for long, the window gives its memory back; the page comes back where it was.
    await again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    const windows = () => again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
    await until(async () => (await windows()) === 0, { what: 'the window to be let go' });
    expect((await host.get(`/containers/${id}`)).parse(serverReply).state).toBe('running');
    await again.evaluate(({ app: own }) => own.emit('activate'));
    await until(async () => (await windows()) === 1);
    await until(() =>
      again.evaluate(
        ({ BrowserWindow }, wanted) =>
          BrowserWindow.getAllWindows()[0]?.webContents.getURL().endsWith(wanted) === true,
        `/servers/${id}/files`,
      ),
    );

    // Its page dies: it comes back by itself, the second time by a question.
    await killPage(again);
    expect((await shown(again)).asked).not.toContain('Lightdeck’s window has crashed twice');
    await killPage(again);
    expect((await shown(again)).asked).toContain('Lightdeck’s window has crashed twice');
    expect(readFileSync(join(dataDir, 'logs/lightdeck.log'), 'utf8')).toContain('page died');

    // Quit for good, its servers first; they are its user's wish and don't come back.
    const over = within('the end of the app', once(again.process(), 'exit'), 120_000);
    await quit(again, answers.stopFirst);
    expect((await over)[0]).toBe(0);
    expect(await isRunning()).toBe(false);
    expect(existsSync(join(dataDir, 'window/come-back.json'))).toBe(false);
  }, 150_000);
});
